/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * All traces of a plan, which has of each operation a letter of its verb and
 * the digit of its key, with so many choices that are not the usual ones: all
 * of what can happen, at each place.  Plans that differ in what the client
 * cannot tell apart are one plan:
 *
 *     kinds    the client looks at the replies that a command may have, and
 *              at whether it may be started once more.  So a GET with a life
 *              is as one without; a DELETE as a SET without a value, where
 *              both have a version, or both have none.  The bytes of the
 *              commands differ, which "all" has, with fewer operations.
 *     keys     are names: the first operation has key 0.  With one server the
 *              client does not look at them at all.
 *
 *     servers  share a list of free operations, the clock, and nothing else:
 *              what happens to one does not change the other.  So operations on
 *              two of them are tried in small numbers; "pairs" has all.
 *
 * The distribution is modula, as consistent takes ten times as long.  Two other
 * choices are free: one server or two; and whether all operations start at
 * once, or each when nothing else goes on.  In the latter case all that the
 * operations before it have left is an idle connection, and records, so that
 * more than some of them tell nothing new.
 *
 * How many traces there are with one choice that is not the usual one, all of
 * which were run, at some 100,000 in a second of one core:
 *
 *     kinds 3 1    0.84 million         all 2 1                0.19 million
 *     kinds 4 1    0.52 million         tls kinds 3 1          0.87 million
 *     kinds 5 1    1.3 million          classic kinds 3 1      0.68 million
 *     kinds 6 1    6.1 million          eject, names kinds 2 1 0.08 million
 *
 * "pairs 6 1", all with two servers, has some 200 million, which is an hour,
 * and the seven verbs and all keys of six operations would have 10 billion,
 * which is a day.  With two such choices "all 1 2" has 0.46 million, "kinds
 * 2 2" 22 million and "kinds 3 2" 37 million; all of them were run.  All else
 * is random.
 */


#include <stdio.h>

#include "sim.h"


#define SIM_FAULTS_MAX  16

/* a fault's details are among so many choices behind it */
#define SIM_DETAILS     2

/* beside the width of a choice: it is a detail of the last fault */
#define SIM_FREE        0x10000

/* the first choices of a trace, which are free */
#define SIM_SHAPE       3

/* operations and faults that are tried with two keys, and in turn */
#define SIM_KEYS_MAX    4
#define SIM_TURN_MAX    5


static int sim_all_traces(ngx_uint_t faults, ngx_uint_t used);
static ngx_uint_t sim_all_detail(ngx_uint_t at, ngx_uint_t used);
static void sim_all_choose(ngx_uint_t *used, ngx_uint_t at,
    ngx_uint_t choice);


static ngx_uint_t   sim_pairs = 1;
static const char  *sim_plan;           /* NULL: of a seed */
static ngx_uint_t   sim_used;           /* of the choices below */
static ngx_uint_t   sim_at[SIM_FAULTS_MAX];
static ngx_uint_t   sim_choice[SIM_FAULTS_MAX];


int
sim_all_plans(const char *which, ngx_uint_t nops, ngx_uint_t faults)
{
    char         plan[2 * SIM_OPS + 1];
    ngx_uint_t   i, n, m, total, nverbs;
    const char  *verbs;

    sim_pairs = (strcmp(which, "kinds") != 0);
    verbs = strcmp(which, "all") == 0 ? "gatsSdD" : "gaSs";
    nverbs = strlen(verbs);

    for (total = 1, i = 0; i < nops; i++) {
        total *= nverbs * (i == 0 ? 1 : 2);
    }

    plan[2 * nops] = '\0';

    for (n = 0; n < total; n++) {

        for (m = n, i = 0; i < nops; i++) {
            plan[2 * i] = verbs[m % nverbs];
            m /= nverbs;

            plan[2 * i + 1] = i == 0 ? '0' : '0' + m % 2;
            m /= (i == 0 ? 1 : 2);
        }

        if (sim_all_plan(plan, faults)) {
            return 1;
        }

        if (sim_main_over()) {
            printf("%zu of %zu plans\n", n, total);
            return 0;
        }
    }

    return 0;
}


int
sim_all_plan(const char *plan, ngx_uint_t faults)
{
    size_t       n;
    ngx_uint_t   i, shape, used, servers, turns, one;

    sim_plan = plan;
    n = strlen(plan) / 2;

    for (i = 1, one = 1; i < n; i++) {
        one &= (plan[2 * i + 1] == plan[1]);
    }

    for (shape = 0; shape < 4; shape++) {
        servers = 1 + shape % 2;
        turns = shape / 2;
        used = 0;

        if ((!one && !sim_pairs && n + faults > SIM_KEYS_MAX)
            || (!one && servers == 1 && n + faults > SIM_KEYS_MAX)
            || (one && servers == 2)
            || (turns && (n == 1 || n + faults > SIM_TURN_MAX)))
        {
            continue;
        }

        sim_all_choose(&used, 0, servers - 1);
        sim_all_choose(&used, 1, turns);

        if (sim_all_traces(faults, used)) {
            return 1;
        }
    }

    return 0;
}


static void
sim_all_choose(ngx_uint_t *used, ngx_uint_t at, ngx_uint_t choice)
{
    if (choice != 0) {
        sim_at[*used] = at;
        sim_choice[*used] = choice;
        (*used)++;
    }
}


/* the trace of the choices so far, and each with one more behind them */

static int
sim_all_traces(ngx_uint_t faults, ngx_uint_t used)
{
    ngx_uint_t   i, at, made, choice, left;
    ngx_uint_t  *width;

    sim_choices_list(sim_at, sim_choice, used);
    sim_traces++;

    sim_used = used;

    if (!sim_run(sim_plan)) {
        sim_main_broken(sim_fault);
        return 1;
    }

    made = used < SIM_FAULTS_MAX ? sim_choices_made() : 0;
    width = malloc((made + 1) * sizeof(ngx_uint_t));
    at = used == 0 ? 0 : sim_at[used - 1] + 1;
    at = ngx_max(at, SIM_SHAPE);

    /* a width of 0: no fault is left for this choice */

    for (i = at; i < made; i++) {
        width[i] = (faults != 0 || sim_all_detail(i, used))
                   ? sim_choices_width(i) : 0;

        if (sim_all_detail(i, used)) {
            width[i] |= SIM_FREE;
        }
    }

    for ( /* void */ ; at < made && !sim_main_over(); at++) {

        left = width[at] & SIM_FREE ? faults : faults - 1;

        for (choice = 1; choice < (width[at] & ~SIM_FREE); choice++) {
            sim_at[used] = at;
            sim_choice[used] = choice;

            if (sim_all_traces(left, used + 1)) {
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
sim_all_detail(ngx_uint_t at, ngx_uint_t used)
{
    return used != 0 && at - sim_at[used - 1] <= SIM_DETAILS
           && sim_choices_detail(at);
}


int
sim_all_list(int argc, char **argv)
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


ngx_uint_t
sim_all_print(void)
{
    ngx_uint_t  i;

    if (sim_plan == NULL) {
        return 0;
    }

    printf("list %s", sim_plan);

    for (i = 0; i < sim_used; i++) {
        printf(" %zu=%zu", sim_at[i], sim_choice[i]);
    }

    return 1;
}
