/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What goes on by itself, and what can happen to it.
 */


#include "sim.h"


static void sim_act_start(void *data);
static void sim_act_connect(void *data);
static void sim_act_writable(void *data);
static void sim_act_execute(void *data);
static void sim_act_deliver(void *data);
static void sim_act_close(void *data);
static void sim_act_reset(void *data);
static void sim_act_refuse(void *data);
static void sim_act_silence(void *data);
static void sim_act_cancel(void *data);
static void sim_act_advance(void *data);
static void sim_act_exiting(void *data);
static void sim_act_shutdown(void *data);


/* the first is what goes on in a usual turn */

ngx_uint_t
sim_act_natural(sim_action_t *a)
{
    ngx_uint_t     i;
    sim_conn_t    *conn;
    sim_action_t  *first;

    first = a;

    if (!sim.calm && sim.nops < sim.planned && !sim.turns) {
        *a++ = (sim_action_t) { sim_act_start, NULL };
    }

    if (sim_event_due()) {
        *a++ = (sim_action_t) { sim_act_turn, NULL };
    }

    if (sim_names_asked()) {
        *a++ = (sim_action_t) { sim_names_answer, NULL };
    }

    i = 0;

    while ((conn = sim_move_next(&i)) != NULL) {

        if (conn->silent) {
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

    if (!sim.calm && sim.nops < sim.planned && sim.turns && a == first) {
        *a++ = (sim_action_t) { sim_act_start, NULL };
    }

    return a - first;
}


ngx_uint_t
sim_act_faults(sim_action_t *a)
{
    ngx_uint_t     i;
    sim_conn_t    *conn;
    sim_action_t  *first;

    first = a;

    *a++ = (sim_action_t) { sim_act_advance, NULL };

    if (sim_has(SIM_WITH_NAMES)) {
        *a++ = (sim_action_t) { sim_act_timer, NULL };
    }

    for (i = 0; i < sim.nops; i++) {
        if (sim.ops[i].live) {
            *a++ = (sim_action_t) { sim_act_cancel, &sim.ops[i] };
        }
    }

    i = 0;

    while ((conn = sim_move_next(&i)) != NULL) {

        if (conn->silent) {
            continue;
        }

        if (!conn->connecting && !conn->error && !conn->fin) {
            *a++ = (sim_action_t) { sim_act_close, conn };
            *a++ = (sim_action_t) { sim_act_reset, conn };

            if (conn->value_left > 2 && conn->command.op != NULL
                && !conn->command.refused
                && conn->executed == conn->ncommands)
            {
                *a++ = (sim_action_t) { sim_act_refuse, conn };
            }
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


static void
sim_act_start(void *data)
{
    sim_op_start();
}


void
sim_act_turn(void *data)
{
    sim_event_turn();

    if (sim_fault == NULL) {
        sim_state_turn();
    }
}


static void
sim_act_connect(void *data)
{
    sim_network_connect(data);
}


static void
sim_act_writable(void *data)
{
    sim_network_writable(data);
}


static void
sim_act_execute(void *data)
{
    sim_reply_execute(data);
}


static void
sim_act_deliver(void *data)
{
    sim_network_deliver(data);
}


static void
sim_act_close(void *data)
{
    sim_network_close(data);
}


static void
sim_act_reset(void *data)
{
    sim_network_reset(data);
}


static void
sim_act_refuse(void *data)
{
    sim_reply_refuse(data);
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
    sim_op_cancel(data);

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


/* to the next timer, such as that of a name */

void
sim_act_timer(void *data)
{
    ngx_event_t  *ev;

    sim_act_turn(NULL);

    ev = sim_event_first();

    if (ev != NULL) {
        sim_event_clock(ngx_max(sim.now, (uint64_t) ev->timer.key * 1000));
    }

    sim_note("later: the next timer");
}


/* as nginx closes connections of a worker that is to exit */

static void
sim_act_exiting(void *data)
{
    ngx_uint_t   i;
    sim_conn_t  *conn;

    sim_note("the worker is to exit");

    ngx_exiting = 1;

    i = 0;

    while ((conn = sim_move_next(&i)) != NULL) {

        if (conn->c.idle) {
            conn->c.close = 1;
            conn->read.handler(&conn->read);
        }
    }
}


/*
 * The connections of requests are among them, whose ends may start operations;
 * a connection that is opened so may have a place that was passed already.
 */

static void
sim_act_shutdown(void *data)
{
    ngx_uint_t   i, n;
    sim_conn_t  *conn;

    sim_note("worker_shutdown_timeout is over");

    sim.ended = 1;

    i = 0;
    n = sim.nconns;

    while ((conn = sim_move_next(&i)) != NULL && i <= n) {

        if (sim_rare(2)) {
            sim_op_start();
        }

        conn->c.close = 1;
        conn->c.error = 1;
        conn->read.handler(&conn->read);
    }
}


void
sim_act_exit(void *data)
{
    sim_note("the worker exits");

    sim.exited = 1;

    ngx_session_store_exit(sim.store);
}
