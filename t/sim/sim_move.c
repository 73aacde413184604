/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The connections of a server, two of them in a race, and which of them an
 * operation is on: it moves when its connection ends and another one is open.
 * The server tells, by what it receives, whether it might have.
 */


#include "sim.h"


static void sim_move_ops(ngx_uint_t server, const sim_conn_t *loser);


/* NULL: no connection is open */

sim_conn_t *
sim_move_newest(ngx_uint_t server)
{
    sim_server_t  *s;

    s = &sim.servers[server];

    return s->conns[1] != NULL ? s->conns[1] : s->conns[0];
}


/* the next open connection from the i-th on; NULL: there are no more */

sim_conn_t *
sim_move_next(ngx_uint_t *i)
{
    sim_conn_t  *conn;

    while (*i < sim.nconns) {
        conn = &sim.conns[(*i)++];

        if (conn->open) {
            return conn;
        }
    }

    return NULL;
}


void
sim_move_open(sim_conn_t *conn)
{
    sim_conn_t    *old;
    sim_server_t  *s;

    s = &sim.servers[conn->server];
    old = s->conns[0];

    if (old == NULL) {
        s->conns[0] = conn;
        sim_move_ops(conn->server, NULL);
        return;
    }

    if (s->conns[1] != NULL) {
        sim_broken("a third connection to the server");
        return;
    }

    if (old->connecting
        || sim.now / 1000 - ngx_max(old->heard, old->established) / 1000
           < SIM_SILENCE)
    {
        sim_broken("fd:%d is raced, though it was not silent for long",
                   old->c.fd);
    }

    s->conns[1] = conn;
}


void
sim_move_close(sim_conn_t *conn)
{
    sim_server_t  *s;

    s = &sim.servers[conn->server];

    if (conn == s->conns[0]) {
        s->conns[0] = s->conns[1];
    }

    s->conns[1] = NULL;

    if (s->conns[0] != NULL) {
        sim_move_ops(conn->server, conn);
        return;
    }

    s->ended = sim.now;

    if (conn->proof == 0 || conn->got < conn->proof) {
        s->unproven = 1;
    }
}


/* from a connection that has lost a race all of them move */

static void
sim_move_ops(ngx_uint_t server, const sim_conn_t *loser)
{
    sim_op_t    *op;
    ngx_uint_t   i;

    for (i = 0; i < sim.nops; i++) {
        op = &sim.ops[i];

        if (op->server == server && op->conn != NULL && !op->conn->open
            && (op->live
                || (op->conn == loser && op->cancelled && !op->received)))
        {
            op->over = sim_check_waits(op, 0);
            op->conn = sim_move_newest(server);
            op->moved = sim.now;
            op->received = 0;
            sim.servers[server].moved = 1;
        }
    }
}


/* the server has received the command */

void
sim_move_received(sim_op_t *op, sim_conn_t *conn)
{
    op->received = 1;

    if (op->first == NULL) {
        op->first = conn;
        return;
    }

    /* behind an answer that is none, nobody knows whose bytes are whose */

    if (op->executed && op->first->got > op->reply
        && (op->first->lied == NULL || op->first->lied == op))
    {
        sim_broken("op %lu: is started once more, though a part of its reply "
                   "has come", op->id);
    }

    if (op->version == 0 && op->verb != NGX_SESSION_GET) {
        sim_broken("op %lu: is started once more, though it may have been "
                   "carried out, or may yet be", op->id);
    }
}


/* the second reply may tell of the work of the first connection */

ngx_uint_t
sim_move_unsure(const sim_op_t *op)
{
    return op->first != NULL && op->first != op->conn
           && op->outcome == NGX_SESSION_CONFLICT;
}


/* has a connection, since the operation began, had this reason to fail? */

ngx_uint_t
sim_move_cause(const sim_op_t *op, ngx_session_reason_e reason)
{
    ngx_uint_t   i, late;
    sim_conn_t  *conn;

    for (i = 0; i < sim.nconns; i++) {
        conn = &sim.conns[i];

        if (conn->server != op->server
            || (!conn->open && conn->closed < op->begun))
        {
            continue;
        }

        late = conn->open ? sim_check_late(conn) : conn->late;

        switch (reason) {

        case NGX_SESSION_REASON_CONNECT_TIMEOUT:
            late = late && conn->established == 0;
            break;

        case NGX_SESSION_REASON_TIMEOUT:
            late = late && conn->established != 0;
            break;

        case NGX_SESSION_REASON_UNANSWERED:
            late = conn->got == 0
                   && (conn->cause & (sim_bit(NGX_SESSION_REASON_CLOSED)
                                      | sim_bit(NGX_SESSION_REASON_READ)));
            break;

        case NGX_SESSION_REASON_CLOSED:
        case NGX_SESSION_REASON_READ:
            late = conn->got != 0 && (conn->cause & sim_bit(reason));
            break;

        default:
            late = (conn->cause & sim_bit(reason)) != 0;
        }

        if (late) {
            return 1;
        }
    }

    return 0;
}
