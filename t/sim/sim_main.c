/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * usage: sim walk FIRST COUNT [SECONDS]    traces of seeds
 *        sim all OPS FAULTS [SECONDS]      see sim_all.c
 *        sim kinds OPS FAULTS [SECONDS]
 *        sim pairs OPS FAULTS [SECONDS]
 *        sim plan PLAN FAULTS [SECONDS]
 *        sim seed SEED                     one of them, with all that happens
 *        sim list PLAN [AT=CHOICE]...
 *        sim past                          see sim_past.c
 *
 * In front of them there may be words of what a store has beside servers: tls,
 * classic, auth; eject or names; and old: each server has a connection that
 * was silent for long, so that a trace begins with a race; or down: no server
 * could be connected to for long; and huge: values are of megabytes.  A trace
 * that breaks a rule is printed with the arguments that repeat it.
 */


#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"


static ngx_uint_t sim_main_with(const char *word);
static void sim_main_crashed(int signo);
static int sim_main_walk(uint64_t first, uint64_t count);
static uint64_t sim_main_seconds(void);


/* of the bits of sim_with */
static const char  *sim_words[] = {
    "tls", "classic", "auth", "eject", "names", "old", "down", "huge"
};


uint64_t         sim_traces;
static uint64_t  sim_seed;
static uint64_t  sim_deadline;          /* s; 0: none */


int
main(int argc, char **argv)
{
    int  rc;

    setvbuf(stdout, NULL, _IOLBF, 0);

    while (argc > 1 && sim_main_with(argv[1])) {
        argc--;
        argv++;
    }

    if (argc >= 3 && strcmp(argv[1], "seed") == 0) {
        sim_verbose = 1;
        sim_choices_seed(strtoull(argv[2], NULL, 10));

        return !sim_run(NULL);
    }

    if (argc >= 3 && strcmp(argv[1], "list") == 0) {
        return sim_all_list(argc - 2, argv + 2);
    }

    if (argc == 2 && strcmp(argv[1], "past") == 0) {
        return sim_past();
    }

    if (argc < 4) {
        fprintf(stderr, "usage: sim [tls] [classic] [auth] [eject | names] "
                "[old | down] [huge] walk FIRST COUNT [SECONDS] | "
                "{all | kinds | pairs} OPS FAULTS [SECONDS] | "
                "plan PLAN FAULTS [SECONDS] | seed SEED | "
                "list PLAN [AT=CHOICE]... | past\n");
        return 2;
    }

    if (argc > 4) {
        sim_deadline = sim_main_seconds() + strtoull(argv[4], NULL, 10);
    }

    signal(SIGSEGV, sim_main_crashed);

    if (strcmp(argv[1], "walk") == 0) {
        rc = sim_main_walk(strtoull(argv[2], NULL, 10),
                           strtoull(argv[3], NULL, 10));

    } else if (strcmp(argv[1], "plan") == 0) {
        rc = sim_all_plan(argv[2], strtoull(argv[3], NULL, 10));

    } else {
        rc = sim_all_plans(argv[1], strtoull(argv[2], NULL, 10),
                           strtoull(argv[3], NULL, 10));
    }

    printf("%lu traces\n", (unsigned long) sim_traces);

    return rc;
}


/* 0: it is no such word */

static ngx_uint_t
sim_main_with(const char *word)
{
    ngx_uint_t  i;

    for (i = 0; i < sizeof(sim_words) / sizeof(sim_words[0]); i++) {
        if (strcmp(word, sim_words[i]) == 0) {
            sim_with |= sim_bit(i);
            return 1;
        }
    }

    return 0;
}


/* what the client does with a connection that is closed may end so */

static void
sim_main_crashed(int signo)
{
    sim_main_broken("a segmentation fault");
    fflush(stdout);
    _exit(1);
}


void
sim_main_broken(const char *why)
{
    ngx_uint_t  i;

    for (i = 0; i < sizeof(sim_words) / sizeof(sim_words[0]); i++) {
        if (sim_has(sim_bit(i))) {
            printf("%s ", sim_words[i]);
        }
    }

    if (!sim_all_print()) {
        printf("seed %lu", (unsigned long) sim_seed);
    }

    printf(": %s\n", why);
}


static uint64_t
sim_main_seconds(void)
{
    return (uint64_t) time(NULL);
}


ngx_uint_t
sim_main_over(void)
{
    static ngx_uint_t  over;

    /* once the time is over, it is over for each loop of a list, too */

    if (sim_deadline != 0 && sim_traces % 64 == 0) {
        over |= (sim_main_seconds() >= sim_deadline);
    }

    return over;
}


static int
sim_main_walk(uint64_t first, uint64_t count)
{
    uint64_t  seed;

    for (seed = first; seed < first + count && !sim_main_over(); seed++) {
        sim_choices_seed(seed);
        sim_traces++;

        sim_seed = seed;

        if (!sim_run(NULL)) {
            sim_main_broken(sim_fault);
            return 1;
        }
    }

    return 0;
}
