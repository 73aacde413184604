/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A trace: what happens next is chosen among what can go on by itself, and
 * what can happen to it.
 */


#include "sim.h"


#define SIM_STEPS   200         /* of a trace; more: it does not end */
#define SIM_PROBES  12          /* of an outage */

/* s until all servers have recovered, and those that are gone are closed */
#define SIM_RECOVERY  (sim_has(SIM_WITH_NAMES) ? 13 : 4)


static void sim_run_servers(void);
static ngx_uint_t sim_run_step(void);
static void sim_run_calm(void);
static ngx_uint_t sim_run_waits(void);
static void sim_run_recovery(void);
static void sim_run_each(void);
static void sim_run_silence(void);
static void sim_run_outage(void);


sim_world_t  sim;
ngx_uint_t   sim_verbose;
ngx_uint_t   sim_with;


ngx_uint_t
sim_run(const char *plan)
{
    ngx_uint_t            i;
    ngx_session_store_t  *store;

    sim.store = NULL;

    sim_event_reset();
    sim_core_reset();
    sim_state_reset();
    sim_text_reset();

    sim.nconns = 0;
    sim.nops = 0;
    sim.before = 0;
    sim.settled = 0;
    sim.version = 100;
    sim.inside = 0;
    sim.ended = 0;
    sim.refusing = 0;
    sim.exited = 0;
    sim.unclear = 0;
    sim.pool_ops = 0;
    sim.refused_memory = 0;
    sim.allocated = 0;
    sim.blocks = 0;

    sim_names_reset();

    ngx_memzero(sim.servers, sizeof(sim.servers));
    ngx_memzero(sim.items, sizeof(sim.items));

    /* servers and configuration do not fail */

    sim.calm = 1;
    sim.plan = plan;
    sim.nservers = 1 + sim_has(SIM_WITH_EJECT) + sim_choose(2);
    sim.turns = sim_choose(2);
    sim.consistent = sim_choose(2);
    sim.planned = plan != NULL ? strlen(plan) / 2 : 1 + sim_choose(SIM_OPS);

    sim_run_servers();

    store = sim_core_store(sim.nservers);

    sim.store = store;

    ngx_session_store_begin(store);

    if (sim_has(SIM_WITH_OLD)) {
        sim_run_silence();

    } else if (sim_has(SIM_WITH_DOWN)) {
        sim_run_outage();
    }

    sim.calm = 0;

    for (i = 0; i < SIM_STEPS && sim_fault == NULL; i++) {
        if (!sim_run_step()) {
            break;
        }
    }

    if (sim_fault == NULL && !sim.exited) {
        sim_run_calm();
    }

    if (sim_fault == NULL && !sim.exited) {
        sim_run_recovery();
    }

    if (!sim.exited) {
        sim_act_exit(NULL);
    }

    if (sim_fault == NULL) {
        sim_state_end();
    }

    sim_core_free();

    return sim_fault == NULL;
}


static void
sim_run_servers(void)
{
    ngx_uint_t  i;

    if (sim_has(SIM_WITH_NAMES)) {
        sim_with &= ~SIM_WITH_EJECT;
        sim.nservers = 0;
        sim.consistent = 1;
        sim_names_begin();
        return;
    }

    sim.consistent |= sim_has(SIM_WITH_EJECT);

    for (i = 0; i < sim.nservers; i++) {
        sim.servers[i].machine = i;
    }
}


/* 0: the trace ends */

static ngx_uint_t
sim_run_step(void)
{
    ngx_uint_t     n, i;
    sim_action_t   actions[64], *a;

    n = sim_act_natural(actions);

    i = sim_rare(1 + sim_act_faults(&actions[n]));

    if (i == 0 && n == 0) {
        return 0;
    }

    a = i != 0 ? &actions[n + i - 1] : &actions[sim_choose(n)];

    a->act(a->data);

    return !sim.exited;
}


/* nothing fails any more: what is under way has to come to its end */

static void
sim_run_calm(void)
{
    ngx_uint_t    i;
    ngx_event_t  *ev;

    sim_note("from now on nothing fails");

    sim.calm = 1;

    sim_act_turn(NULL);

    for (i = 0; i < SIM_STEPS && sim_fault == NULL; i++) {
        if (!sim_run_step()) {
            break;
        }
    }

    if (i == SIM_STEPS) {
        sim_broken("it does not end");
    }

    sim_state_calm();

    /* those of silent servers are ended by the clock, cancelled ones, too */

    for (i = 0; i < SIM_STEPS && sim_fault == NULL; i++) {

        ev = sim_event_first();

        if (ev == NULL || (i != 0 && !sim_run_waits())) {
            break;
        }

        sim_event_clock(ngx_max(sim.now, (uint64_t) ev->timer.key * 1000));
        sim_act_turn(NULL);

        while (sim_fault == NULL && sim_run_step()) { /* void */ }
    }

    if (sim_fault == NULL) {
        sim_state_idle();
    }

    sim.settled = sim.nops;
}


/* a reply to an operation that has ended by its limit is waited for, too */

static ngx_uint_t
sim_run_waits(void)
{
    ngx_uint_t  i;

    for (i = 0; i < sim.nops; i++) {
        if (sim.ops[i].late && sim.ops[i].conn->open) {
            return 1;
        }
    }

    return sim.store->stats->in_flight != 0;
}


/* a second later each server is in use again */

static void
sim_run_recovery(void)
{
    ngx_uint_t   i;
    sim_conn_t  *conn;

    if (ngx_exiting) {
        return;
    }

    i = 0;

    while ((conn = sim_move_next(&i)) != NULL) {
        conn->silent = 0;

        /* the client, which waits to write, is told now that it was reset */

        if (conn->error && conn->full) {
            conn->full = 0;
            sim_network_event(conn, 1, 1);
        }
    }

    for (i = 0; i < SIM_RECOVERY; i++) {
        sim_event_clock(sim.now + SIM_PROBE_MAX * 1000);

        do {
            sim_act_turn(NULL);
        } while (sim_fault == NULL && sim_run_step());
    }

    sim_run_each();
}


/* an operation on each server, which has to come to its end at once */

static void
sim_run_each(void)
{
    sim_op_t    *op;
    ngx_uint_t   i, key;

    for (i = 0; i < sim.nservers && sim_fault == NULL; i++) {

        if (sim.servers[i].addr != NULL && sim.servers[i].gone != 0) {
            sim_broken("server %zu: is gone, and is kept", i);
        }

        for (key = 0; key < SIM_KEYS && sim_place_own(key) != i; key++) {
            /* void */
        }

        if (key == SIM_KEYS) {
            continue;
        }

        sim.servers[i].failed = 0;

        op = &sim.ops[sim.nops];
        ngx_memzero(op, sizeof(sim_op_t));

        op->key = key;
        op->life = NGX_SESSION_LIFE_STAYS;
        op->max = SIM_VALUE_MAX;
        op->patience = SIM_PATIENCE;

        sim_op_go(op);

        while (sim_fault == NULL && sim_run_step()) { /* void */ }

        if (op->live) {
            sim_broken("op %zu: waits, though the server is up", op->id);
        }
    }
}


/* each server has a connection that has been silent for long */

static void
sim_run_silence(void)
{
    do {
        sim_act_turn(NULL);
    } while (sim_fault == NULL && sim_run_step());

    sim_run_each();

    sim.before = sim.nops;
    sim.planned += sim.nops;

    sim_event_clock(sim.now + SIM_SILENCE * 1000);
    sim_act_turn(NULL);
}


/* each server has been down for long, and its probes have grown rare */

static void
sim_run_outage(void)
{
    ngx_uint_t    i;
    ngx_event_t  *ev;

    sim.outage = 1;

    sim_run_each();

    for (i = 0; i < SIM_PROBES && sim_fault == NULL; i++) {
        ev = sim_event_first();

        if (ev != NULL) {
            sim_event_clock((uint64_t) ev->timer.key * 1000);
        }

        sim_act_turn(NULL);
    }

    for (i = 0; i < SIM_PROBES && sim_fault == NULL; i++) {
        sim_event_clock(sim.now + SIM_PROBE_MAX * 1000);
        sim_act_turn(NULL);
    }

    sim.before = sim.nops;
    sim.planned += sim.nops;
    sim.outage = 0;
}
