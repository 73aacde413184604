/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * usage: sim walk FIRST COUNT [SECONDS]    traces of seeds
 *        sim all OPS FAULTS [SECONDS]      all traces of so many operations
 *                                          with so many choices that are not
 *                                          the usual ones
 *        sim plan PLAN FAULTS [SECONDS]    those of a plan: of each operation
 *                                          a letter of its verb and the
 *                                          digit of its key
 *        sim seed SEED                     one of them, with all that happens
 *        sim list PLAN [AT=CHOICE]...
 *
 * A trace that breaks a rule is printed with the arguments that repeat it.
 */


#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "sim.h"


#define SIM_FAULTS_MAX  16

/* a fault's details are among so many choices behind it */
#define SIM_DETAILS     2

/* beside the width of a choice: it is a detail of the last fault */
#define SIM_FREE        0x10000


static void sim_main_crashed(int signo);
static void sim_main_broken(const char *why);
static int sim_main_walk(uint64_t first, uint64_t count);
static int sim_main_all(ngx_uint_t nops, ngx_uint_t faults);
static int sim_main_plan(const char *plan, ngx_uint_t faults,
    ngx_uint_t used);
static ngx_uint_t sim_main_detail(ngx_uint_t at, ngx_uint_t used);
static int sim_main_list(int argc, char **argv);
static ngx_uint_t sim_main_over(void);
static uint64_t sim_main_seconds(void);


static uint64_t     sim_traces;
static uint64_t     sim_seed;
static uint64_t     sim_deadline;       /* s; 0: none */
static const char  *sim_plan;           /* NULL: of the seed */
static ngx_uint_t   sim_used;           /* of the choices below */
static ngx_uint_t   sim_at[SIM_FAULTS_MAX];
static ngx_uint_t   sim_choice[SIM_FAULTS_MAX];


int
main(int argc, char **argv)
{
    int  rc;

    setvbuf(stdout, NULL, _IOLBF, 0);

    if (argc > 1 && strcmp(argv[1], "tls") == 0) {
        sim_tls = 1;
        argc--;
        argv++;
    }

    if (argc >= 3 && strcmp(argv[1], "seed") == 0) {
        sim_verbose = 1;
        sim_choices_seed(strtoull(argv[2], NULL, 10));

        return !sim_run(NULL);
    }

    if (argc >= 3 && strcmp(argv[1], "list") == 0) {
        return sim_main_list(argc - 2, argv + 2);
    }

    if (argc < 4) {
        fprintf(stderr, "usage: sim [tls] walk FIRST COUNT [SECONDS] | "
                "all OPS FAULTS [SECONDS] | "
                "plan PLAN FAULTS [SECONDS] | seed SEED | "
                "list PLAN [AT=CHOICE]...\n");
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
        rc = sim_main_plan(argv[2], strtoull(argv[3], NULL, 10), 0);

    } else {
        rc = sim_main_all(strtoull(argv[2], NULL, 10),
                          strtoull(argv[3], NULL, 10));
    }

    printf("%lu traces\n", (unsigned long) sim_traces);

    return rc;
}


/* what the client does with a connection that is closed may end so */

static void
sim_main_crashed(int signo)
{
    sim_main_broken("a segmentation fault");
    fflush(stdout);
    _exit(1);
}


static void
sim_main_broken(const char *why)
{
    ngx_uint_t  i;

    if (sim_plan == NULL) {
        printf("seed %lu: %s\n", (unsigned long) sim_seed, why);
        return;
    }

    printf("list %s", sim_plan);

    for (i = 0; i < sim_used; i++) {
        printf(" %lu=%lu", sim_at[i], sim_choice[i]);
    }

    printf(": %s\n", why);
}


static uint64_t
sim_main_seconds(void)
{
    return (uint64_t) time(NULL);
}


static ngx_uint_t
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


/* plans: each operation is a verb and a key */

static int
sim_main_all(ngx_uint_t nops, ngx_uint_t faults)
{
    char               plan[2 * SIM_OPS + 1];
    ngx_uint_t         i, n, total, kinds;

    static const char  verbs[] = "gatsSdD";

    kinds = 2 * (sizeof(verbs) - 1);

    for (total = 1, i = 0; i < nops; i++) {
        total *= kinds;
    }

    plan[2 * nops] = '\0';

    for (n = 0; n < total; n++) {

        for (total = n, i = 0; i < nops; i++, total /= kinds) {
            plan[2 * i] = verbs[total % kinds / 2];
            plan[2 * i + 1] = "01"[total % 2];
        }

        for (total = 1, i = 0; i < nops; i++) {
            total *= kinds;
        }

        if (sim_main_plan(plan, faults, 0)) {
            return 1;
        }

        if (sim_main_over()) {
            printf("%lu of %lu plans\n", n, total);
            return 0;
        }
    }

    return 0;
}


/* the trace of the choices so far, and each with one more behind them */

static int
sim_main_plan(const char *plan, ngx_uint_t faults, ngx_uint_t used)
{
    ngx_uint_t   i, at, made, choice, left;
    ngx_uint_t  *width;

    sim_choices_list(sim_at, sim_choice, used);
    sim_traces++;

    sim_plan = plan;
    sim_used = used;

    if (!sim_run(plan)) {
        sim_main_broken(sim_fault);
        return 1;
    }

    made = used < SIM_FAULTS_MAX ? sim_choices_made() : 0;
    width = malloc((made + 1) * sizeof(ngx_uint_t));
    at = used == 0 ? 0 : sim_at[used - 1] + 1;

    /* a width of 0: no fault is left for this choice */

    for (i = at; i < made; i++) {
        width[i] = (faults != 0 || sim_main_detail(i, used))
                   ? sim_choices_width(i) : 0;

        if (sim_main_detail(i, used)) {
            width[i] |= SIM_FREE;
        }
    }

    for ( /* void */ ; at < made && !sim_main_over(); at++) {

        left = width[at] & SIM_FREE ? faults : faults - 1;

        for (choice = 1; choice < (width[at] & ~SIM_FREE); choice++) {
            sim_at[used] = at;
            sim_choice[used] = choice;

            if (sim_main_plan(plan, left, used + 1)) {
                free(width);
                return 1;
            }
        }
    }

    free(width);

    return 0;
}


/* the choice says more of the last fault, and is not another one */

static ngx_uint_t
sim_main_detail(ngx_uint_t at, ngx_uint_t used)
{
    return used != 0 && at - sim_at[used - 1] <= SIM_DETAILS
           && sim_choices_detail(at);
}


static int
sim_main_list(int argc, char **argv)
{
    int    i;
    char  *eq;

    for (i = 1; i < argc && i <= SIM_FAULTS_MAX; i++) {
        sim_at[i - 1] = strtoull(argv[i], &eq, 10);
        sim_choice[i - 1] = strtoull(eq + 1, NULL, 10);
    }

    sim_verbose = 1;
    sim_choices_list(sim_at, sim_choice, i - 1);

    return !sim_run(argv[0]);
}
