/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A trace: what happens next is chosen among what can go on by itself, and
 * what can happen to it.
 */


#include "sim.h"


#define SIM_STEPS  200          /* of a trace; more: it does not end */


typedef void (*sim_action_pt)(void *data);

typedef struct {
    sim_action_pt       act;
    void               *data;
} sim_action_t;


static ngx_uint_t sim_run_step(void);
static ngx_uint_t sim_run_natural(sim_action_t *a);
static ngx_uint_t sim_run_faults(sim_action_t *a);
static void sim_run_calm(void);
static void sim_run_recovery(void);
static void sim_run_new(sim_op_t *op);
static ngx_session_verb_e sim_run_verb(char verb);
static size_t sim_run_size(char verb);
static ngx_session_version_t sim_run_version(ngx_uint_t key);
static void sim_run_go(sim_op_t *op);

static void sim_act_start(void *data);
static void sim_act_turn(void *data);
static void sim_act_connect(void *data);
static void sim_act_writable(void *data);
static void sim_act_execute(void *data);
static void sim_act_deliver(void *data);
static void sim_act_close(void *data);
static void sim_act_reset(void *data);
static void sim_act_silence(void *data);
static void sim_act_cancel(void *data);
static void sim_act_advance(void *data);
static void sim_act_exiting(void *data);
static void sim_act_shutdown(void *data);
static void sim_act_exit(void *data);


sim_world_t  sim;
ngx_uint_t   sim_verbose;


ngx_uint_t
sim_run(const char *plan)
{
    ngx_uint_t            i;
    ngx_session_store_t  *store;

    sim.store = NULL;

    sim_event_reset();
    sim_core_reset();
    sim_check_reset();

    sim.nconns = 0;
    sim.nops = 0;
    sim.version = 100;
    sim.inside = 0;
    sim.ended = 0;
    sim.exited = 0;
    sim.pool_ops = 0;
    sim.refused_memory = 0;
    sim.allocated = 0;
    sim.blocks = 0;

    ngx_memzero(sim.servers, sizeof(sim.servers));

    /* servers and configuration do not fail */

    sim.calm = 1;
    sim.plan = plan;
    sim.nservers = 1 + sim_choose(2);
    sim.planned = plan != NULL ? strlen(plan) / 2 : 1 + sim_choose(SIM_OPS);

    store = sim_core_store(sim.nservers);

    sim.store = store;
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
        sim_check_end();
    }

    sim_core_free();

    return sim_fault == NULL;
}


/* 0: the trace ends */

static ngx_uint_t
sim_run_step(void)
{
    ngx_uint_t     n, i;
    sim_action_t   actions[32], *a;

    n = sim_run_natural(actions);

    i = sim_rare(1 + sim_run_faults(&actions[n]));

    if (i == 0 && n == 0) {
        return 0;
    }

    a = i != 0 ? &actions[n + i - 1] : &actions[sim_choose(n)];

    a->act(a->data);

    return !sim.exited;
}


/* the first is what goes on in a usual turn */

static ngx_uint_t
sim_run_natural(sim_action_t *a)
{
    ngx_uint_t     i;
    sim_conn_t    *conn;
    sim_action_t  *first;

    first = a;

    if (!sim.calm && sim.nops < sim.planned) {
        *a++ = (sim_action_t) { sim_act_start, NULL };
    }

    if (sim_event_due()) {
        *a++ = (sim_action_t) { sim_act_turn, NULL };
    }

    for (i = 0; i < sim.nservers; i++) {
        conn = sim.servers[i].conn;

        if (conn == NULL || conn->silent) {
            continue;
        }

        if (conn->connecting) {
            *a++ = (sim_action_t) { sim_act_connect, conn };
            continue;
        }

        if (conn->error || conn->fin) {
            continue;
        }

        if (conn->full) {
            *a++ = (sim_action_t) { sim_act_writable, conn };
        }

        if (conn->executed < conn->ncommands) {
            *a++ = (sim_action_t) { sim_act_execute, conn };
        }

        if (conn->arrived < conn->len) {
            *a++ = (sim_action_t) { sim_act_deliver, conn };
        }
    }

    return a - first;
}


static ngx_uint_t
sim_run_faults(sim_action_t *a)
{
    ngx_uint_t     i;
    sim_conn_t    *conn;
    sim_action_t  *first;

    first = a;

    *a++ = (sim_action_t) { sim_act_advance, NULL };

    for (i = 0; i < sim.nops; i++) {
        if (sim.ops[i].live) {
            *a++ = (sim_action_t) { sim_act_cancel, &sim.ops[i] };
        }
    }

    for (i = 0; i < sim.nservers; i++) {
        conn = sim.servers[i].conn;

        if (conn == NULL || conn->silent) {
            continue;
        }

        if (!conn->connecting && !conn->error && !conn->fin) {
            *a++ = (sim_action_t) { sim_act_close, conn };
            *a++ = (sim_action_t) { sim_act_reset, conn };
        }

        *a++ = (sim_action_t) { sim_act_silence, conn };
    }

    if (!ngx_exiting) {
        *a++ = (sim_action_t) { sim_act_exiting, NULL };

    } else if (!sim.ended) {
        *a++ = (sim_action_t) { sim_act_shutdown, NULL };
    }

    *a++ = (sim_action_t) { sim_act_exit, NULL };

    return a - first;
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

    sim_check_calm();

    /* those of silent servers are ended by the clock, cancelled ones, too */

    for (i = 0; i < SIM_STEPS && sim_fault == NULL; i++) {

        ev = sim_event_first();

        if (ev == NULL || (sim.store->stats->in_flight == 0 && i != 0)) {
            break;
        }

        sim_event_clock(ngx_max(sim.now, (uint64_t) ev->timer.key * 1000));
        sim_act_turn(NULL);

        while (sim_fault == NULL && sim_run_step()) { /* void */ }
    }

    if (sim_fault == NULL) {
        sim_check_idle();
    }
}


/* a second later each server is in use again */

static void
sim_run_recovery(void)
{
    sim_op_t    *op;
    ngx_uint_t   i, key;

    if (ngx_exiting) {
        return;
    }

    for (i = 0; i < SIM_SERVERS; i++) {
        if (sim.servers[i].conn != NULL) {
            sim.servers[i].conn->silent = 0;
        }
    }

    for (i = 0; i < 4; i++) {
        sim_event_clock(sim.now + SIM_PROBE_MAX * 1000);

        do {
            sim_act_turn(NULL);
        } while (sim_fault == NULL && sim_run_step());
    }

    for (i = 0; i < sim.nservers && sim_fault == NULL; i++) {

        for (key = 0; key < SIM_KEYS && sim_check_place(key) != i; key++) {
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

        sim_run_go(op);

        while (sim_fault == NULL && sim_run_step()) { /* void */ }

        if (op->live) {
            sim_broken("op %lu: waits, though the server is up again", op->id);
        }
    }
}


void
sim_run_start(void)
{
    sim_op_t  *op;

    if (sim.nops == sim.planned || sim.calm) {
        return;
    }

    op = &sim.ops[sim.nops];
    ngx_memzero(op, sizeof(sim_op_t));

    sim_run_new(op);
    sim_run_go(op);
}


static void
sim_run_new(sim_op_t *op)
{
    char           verb;
    ngx_uint_t     tell;
    const char    *p;
    const int64_t  lives[] = { 1800, 1, 31 * 24 * 3600, 10 };

    if (sim.plan != NULL) {
        p = &sim.plan[2 * sim.nops];
        verb = p[0];
        op->key = p[1] - '0';

    } else {
        verb = "gatsSdD"[sim_choose(7)];
        op->key = sim_choose(SIM_KEYS);
    }

    op->verb = sim_run_verb(verb);

    tell = sim_choose(2);

    op->life = lives[sim_choose(4)];
    op->max = SIM_VALUE_MAX;

    switch (op->verb) {

    case NGX_SESSION_GET:
        if (verb == 'g') {
            op->life = NGX_SESSION_LIFE_STAYS;
        }

        if (sim_rare(4) == 3) {
            op->max = 10;
        }

        break;

    case NGX_SESSION_DELETE:
        break;

    default:
        op->size = sim_run_size(verb);
        op->flags = sim_choose(3);
        op->tell_version = tell;
    }

    if (verb == 'S' || verb == 'D') {
        op->version = sim_run_version(op->key);
    }
}


/* capitals: with a version; t: GET with a life; h: a huge value */

static ngx_session_verb_e
sim_run_verb(char verb)
{
    switch (verb) {

    case 'g':
    case 't':
        return NGX_SESSION_GET;

    case 'a':
        return NGX_SESSION_ADD;

    case 'd':
    case 'D':
        return NGX_SESSION_DELETE;

    default: /* s, S, h */
        return NGX_SESSION_SET;
    }
}


static size_t
sim_run_size(char verb)
{
    static const size_t  sizes[] = {
        20, 0, 1, 300, 2030, 40000, 60000, 65400, 65535, 70000, 200000
    };

    return verb == 'h' ? SIM_VALUE_MAX : sizes[sim_rare(11)];
}


/* of the record as it is; or another one */

static ngx_session_version_t
sim_run_version(ngx_uint_t key)
{
    sim_item_t  *item;

    item = &sim.servers[sim_check_place(key)].items[key];

    return item->present && sim_rare(4) != 3 ? item->version : 7;
}


static void
sim_run_go(sim_op_t *op)
{
    ngx_session_key_t      key;
    ngx_session_reason_e   reason;
    ngx_session_request_t  req;

    op->id = sim.nops++;
    op->server = sim_check_place(op->key);
    op->begun = sim.now;
    op->begun_sec = ngx_time();

    key.len = strlen(sim_server_keys[op->key]);
    ngx_memcpy(key.data, sim_server_keys[op->key], key.len);

    ngx_memzero(&req, sizeof(ngx_session_request_t));

    req.verb = op->verb;
    req.key = &key;
    req.value.data = sim_core_value(op->id);
    req.value.len = op->size;
    req.flags = op->flags;
    req.version = op->version;
    req.life = op->life;
    req.max = op->max;
    req.tell_version = op->tell_version;

    sim_note("op %lu: start verb %d key \"%s\" size %lu version %lu life %ld",
             op->id, (int) op->verb, sim_server_keys[op->key], op->size,
             (unsigned long) op->version, (long) op->life);

    sim.inside++;
    op->op = ngx_session_start(sim.store, &req, sim_check_handler, op,
                               &reason);
    sim.inside--;

    /* the key is copied */

    ngx_memset(&key, 'x', sizeof(ngx_session_key_t));

    if (op->op == NULL) {
        sim_check_start(op, reason);
        return;
    }

    op->conn = sim.servers[op->server].conn;

    if (op->conn == NULL) {
        sim_broken("op %lu: started, but not on the server of its key",
                   op->id);
        return;
    }

    op->live = 1;
    op->conn->asked += op->size;

    (void) sim_check_waiting(op->conn);
}


void
sim_run_cancel(sim_op_t *op)
{
    sim_note("op %lu: cancel", op->id);

    op->live = 0;
    op->cancelled = 1;

    sim.inside++;
    ngx_session_cancel(op->op);
    sim.inside--;
}


/* a handler may start and cancel operations */

void
sim_run_handler(sim_op_t *op)
{
    ngx_uint_t  i;

    switch (sim_rare(4)) {

    case 1:
        sim_run_start();
        return;

    case 2:
        for (i = 0; i < sim.nops; i++) {
            if (sim.ops[i].live) {
                sim_run_cancel(&sim.ops[i]);
                break;
            }
        }

        return;

    case 3:
        for (i = sim.nops; i != 0; i--) {
            if (sim.ops[i - 1].live) {
                sim_run_cancel(&sim.ops[i - 1]);
            }
        }

        sim_run_start();
        return;
    }
}


static void
sim_act_start(void *data)
{
    sim_run_start();
}


static void
sim_act_turn(void *data)
{
    sim_event_turn();

    if (sim_fault == NULL) {
        sim_check_turn();
    }
}


static void
sim_act_connect(void *data)
{
    sim_socket_connect(data);
}


static void
sim_act_writable(void *data)
{
    sim_socket_writable(data);
}


static void
sim_act_execute(void *data)
{
    sim_server_execute(data);
}


static void
sim_act_deliver(void *data)
{
    sim_socket_deliver(data);
}


static void
sim_act_close(void *data)
{
    sim_socket_close(data);
}


static void
sim_act_reset(void *data)
{
    sim_socket_reset(data);
}


static void
sim_act_silence(void *data)
{
    sim_conn_t  *conn = data;

    sim_note("fd:%d: the server says nothing more", conn->c.fd);

    conn->silent = 1;
    sim.servers[conn->server].failed = 1;
}


static void
sim_act_cancel(void *data)
{
    sim_run_cancel(data);

    ngx_session_cancel(NULL);
}


/*
 * Time passes between turns.  The steps are bounds of the latency's buckets,
 * those of timers, and their neighbours.
 */

static void
sim_act_advance(void *data)
{
    ngx_uint_t    i;
    ngx_event_t  *ev;

    static const uint64_t  steps[] = {
        1, 100, 101, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000,
        250000, 499000, 500000, 999000, 1000000, 1001000, 3000000, 20000000
    };

    sim_act_turn(NULL);

    ev = sim_event_first();
    i = sim_detail(22);

    if (i == 0 && ev != NULL) {
        sim_event_clock(ngx_max(sim.now, (uint64_t) ev->timer.key * 1000));

    } else if (i == 1 && ev != NULL) {
        sim_event_clock(ngx_max(sim.now, (uint64_t) ev->timer.key * 1000 - 1));

    } else {
        sim_event_clock(sim.now + steps[i < 2 ? 0 : i - 2]);
    }

    sim_note("later");
}


/* as nginx closes connections of a worker that is to exit */

static void
sim_act_exiting(void *data)
{
    ngx_uint_t   i;
    sim_conn_t  *conn;

    sim_note("the worker is to exit");

    ngx_exiting = 1;

    for (i = 0; i < sim.nservers; i++) {
        conn = sim.servers[i].conn;

        if (conn != NULL && conn->c.idle) {
            conn->c.close = 1;
            conn->read.handler(&conn->read);
        }
    }
}


static void
sim_act_shutdown(void *data)
{
    ngx_uint_t   i;
    sim_conn_t  *conn;

    sim_note("worker_shutdown_timeout is over");

    sim.ended = 1;

    for (i = 0; i < sim.nservers; i++) {
        conn = sim.servers[i].conn;

        if (conn != NULL) {
            conn->c.close = 1;
            conn->c.error = 1;
            conn->read.handler(&conn->read);
        }
    }
}


static void
sim_act_exit(void *data)
{
    sim_note("the worker exits");

    sim.exited = 1;

    ngx_session_store_exit(sim.store);
}
