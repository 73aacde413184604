/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The rules of ngx_session_store.h for each operation.  A failure has to have
 * a cause in what was done to the connection.
 */


#include <stdarg.h>
#include <stdio.h>

#include "sim.h"


static void sim_check_failed(sim_op_t *op, ngx_session_reason_e reason);
static ngx_uint_t sim_check_waited(const sim_conn_t *conn, uint64_t from,
    uint64_t more);
static ngx_uint_t sim_check_unanswered(const sim_op_t *op);
static uint64_t sim_check_from(const sim_op_t *op);
static void sim_check_reply(sim_op_t *op, const ngx_session_reply_t *reply);


const char  *sim_fault;

void
sim_broken(const char *fmt, ...)
{
    va_list      args;
    static char  text[512];

    if (sim_fault != NULL || sim.unclear) {
        return;
    }

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    sim_fault = text;

    sim_note("BROKEN: %s", text);
}


void
sim_note(const char *fmt, ...)
{
    va_list  args;

    if (!sim_verbose) {
        return;
    }

    printf("%10lu us: ", (unsigned long) sim.now);

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);

    printf("\n");
}


/* of an operation that was refused */

void
sim_check_start(sim_op_t *op, ngx_session_reason_e reason)
{
    sim_conn_t    *conn;
    sim_server_t  *s;

    sim_note("op %zu: refused, reason %d", op->id, (int) reason);

    sim.refusing |= (reason == NGX_SESSION_REASON_SHUTDOWN);

    if (op->server == SIM_NOWHERE) {
        if (reason != NGX_SESSION_REASON_NO_ADDRESS
            && (reason != NGX_SESSION_REASON_SHUTDOWN || !sim.ended))
        {
            sim_broken("op %zu: there are no servers, and the reason is %d",
                       op->id, (int) reason);
        }

        return;
    }

    s = &sim.servers[op->server];

    switch (reason) {

    case NGX_SESSION_REASON_DOWN:

        /* it would not be written on its own server */

        if (op->stands_in && (op->verb != NGX_SESSION_GET || op->certain)) {
            return;
        }

        /* fall through */

    case NGX_SESSION_REASON_CONNECT:
        if (s->failed || sim.refused_memory) {
            return;
        }

        break;

    case NGX_SESSION_REASON_NO_MEMORY:
        if (sim.refused_memory) {
            return;
        }

        break;

    case NGX_SESSION_REASON_SHUTDOWN:
        if (sim.ended) {
            return;
        }

        break;

    case NGX_SESSION_REASON_OVERFLOW:
        conn = sim_move_newest(op->server);

        if (conn != NULL
            && (s->moved || sim_state_waiting(conn) + op->size + 1024
                            > SIM_OUT_MAX))
        {
            return;
        }

        break;

    default:
        break;
    }

    sim_broken("op %zu: refused for reason %d, which has no cause", op->id,
               (int) reason);
}


void
sim_check_handler(void *data, const ngx_session_reply_t *reply)
{
    sim_op_t  *op = data;

    sim_note("op %zu: outcome %d, reason %d", op->id, (int) reply->outcome,
             (int) reply->reason);

    if (sim.inside) {
        sim_broken("op %zu: the handler is called inside of start or cancel",
                   op->id);
    }

    if (op->cancelled || !op->live || sim.exited) {
        sim_broken("op %zu: the handler is called %s", op->id,
                   op->cancelled ? "of a cancelled operation"
                   : op->live ? "after the end" : "twice");
    }

    op->live = 0;
    op->ended = sim.now;

    if (reply->outcome == NGX_SESSION_FAILED) {
        sim_check_failed(op, reply->reason);

    } else {
        sim_check_reply(op, reply);
    }

    sim_state_latency(op);

    if (sim_fault == NULL) {
        sim_op_handler(op);
    }
}


static void
sim_check_failed(sim_op_t *op, ngx_session_reason_e reason)
{
    ngx_uint_t  good;

    sim.refusing |= (reason == NGX_SESSION_REASON_SHUTDOWN);

    switch (reason) {

    case NGX_SESSION_REASON_ERROR:
        good = op->answered && op->outcome == NGX_SESSION_FAILED;
        break;

    case NGX_SESSION_REASON_SHUTDOWN:
        good = sim.ended;
        break;

    case NGX_SESSION_REASON_NO_MEMORY:
        good = sim.refused_memory;
        break;

    case NGX_SESSION_REASON_CONNECT:
        good = sim.servers[op->server].refused || sim.refused_memory
               || sim_move_cause(op, reason);
        break;

    case NGX_SESSION_REASON_TIMEOUT:
        good = sim_check_over(op, 0) || sim_move_cause(op, reason);

        /* unless its connection has failed, it has a place in the queue */

        op->late = sim_check_over(op, 0) && op->conn->open
                   && (op->kept || op->moved != sim.now);
        break;

    default:
        good = sim_move_cause(op, reason);
    }

    if (op->kept && op->conn->open && !op->late
        && reason != NGX_SESSION_REASON_ERROR
        && reason != NGX_SESSION_REASON_NO_MEMORY)
    {
        sim_broken("op %zu: failed, though a connection that is left of a "
                   "race may answer", op->id);
    }

    if (!good) {
        sim_broken("op %zu: failed for reason %d, which has no cause", op->id,
                   (int) reason);
    }
}


/*
 * The connection itself, its first commands, a sign of life or an operation
 * waits so many ms longer than it may, or for just as long as it may; see
 * ngx_session_mc_timer.h.
 */

ngx_uint_t
sim_check_late(sim_conn_t *conn, uint64_t more)
{
    sim_op_t    *op;
    ngx_uint_t   i;

    if (conn->established == 0) {
        return sim.now / 1000 - conn->opened / 1000
               >= SIM_CONNECT_TIMEOUT + more;
    }

    /* the first commands began with the connection */

    if (conn->got < sim_server_hello_size()
        && sim_check_waited(conn, conn->established, more))
    {
        return 1;
    }

    /* without memory it may not have been asked */

    if (conn->raced != 0 && conn->got < conn->alive
        && (more == 0 || !sim.refused_memory)
        && sim_check_waited(conn, ngx_max(conn->raced, conn->established),
                            more))
    {
        return 1;
    }

    for (i = 0; i < sim.nops; i++) {

        op = &sim.ops[i];

        if (op->conn == conn
            && (op->live || sim_check_unanswered(op)
                || (more == 0 && (op->cancelled || op->late
                                  || op->ended == sim.now)))
            && conn != sim.servers[op->server].conns[1]
            && sim_check_waited(conn, sim_check_from(op), more))
        {
            return 1;
        }
    }

    return 0;
}


/* while bytes come, once more as long */

static ngx_uint_t
sim_check_waited(const sim_conn_t *conn, uint64_t from, uint64_t more)
{
    uint64_t  came;

    came = ngx_max(conn->heard / 1000, from / 1000) - from / 1000;

    return sim.now / 1000 - from / 1000
           >= SIM_TIMEOUT + ngx_min(came, (uint64_t) SIM_TIMEOUT) + more;
}


/* it has ended by its own limit, and no byte of its reply has come since */

static ngx_uint_t
sim_check_unanswered(const sim_op_t *op)
{
    return op->late && (op->first == NULL || op->first == op->conn)
           && (!op->executed || op->conn->got <= op->reply);
}


static uint64_t
sim_check_from(const sim_op_t *op)
{
    return ngx_max(ngx_max(op->begun, op->moved),
                   ngx_max(op->conn->established, op->conn->released));
}


/* what a race holds does not wait on its connection yet */

ngx_uint_t
sim_check_waits(sim_op_t *op)
{
    return op->conn != sim.servers[op->server].conns[1]
           && sim.now / 1000 - sim_check_from(op) / 1000 >= SIM_TIMEOUT;
}


/* whatever happens to connections, an operation has an end */

ngx_uint_t
sim_check_over(sim_op_t *op, uint64_t more)
{
    return sim.now / 1000 - op->begun / 1000 >= op->patience + more;
}


static void
sim_check_reply(sim_op_t *op, const ngx_session_reply_t *reply)
{
    ngx_uint_t  get;

    get = (op->verb == NGX_SESSION_GET && reply->outcome == NGX_SESSION_DONE);

    if (sim_move_unsure(op)) {
        sim_broken("op %zu: the work of its first connection is told as "
                   "another's", op->id);
    }

    if (!op->answered
        || reply->outcome != op->outcome
        || reply->reason != NGX_SESSION_REASON_NONE
        || ((get || op->tell_version)
            && reply->version != sim_place_version(op->server,
                                                   op->value_version)))
    {
        sim_broken("op %zu: outcome %d is not what the server said", op->id,
                   (int) reply->outcome);
        return;
    }

    if (!get) {
        return;
    }

    if (reply->flags != op->value_flags
        || reply->life != op->value_life
        || reply->oversize != (op->value_size > op->max)
        || reply->value.len != (reply->oversize ? 0 : op->value_size)
        || ngx_memcmp(reply->value.data, sim_core_value(op->value_id),
                      reply->value.len) != 0)
    {
        sim_broken("op %zu: the value is not what the server said", op->id);
    }
}
