/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The connections of a server, two of them in a race, and which of them an
 * operation is on: it moves when its connection ends and another one is open.
 * The server tells, by what it receives, whether it might have.
 */


#include "sim.h"


static ngx_uint_t sim_move_sends(const sim_conn_t *conn);
static void sim_move_raced(sim_conn_t *conn, sim_conn_t *left);
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

    /* each is asked, the fresh one for its first commands, too */

    old->raced = sim.now;
    old->alive = old->len + sim_server_alive_size();

    conn->raced = sim.now;
    conn->alive = sim_server_hello_size() + sim_server_alive_size();
}


void
sim_move_close(sim_conn_t *conn)
{
    sim_conn_t    *left;
    sim_server_t  *s;

    s = &sim.servers[conn->server];

    left = s->conns[conn == s->conns[0]];

    s->conns[0] = left;
    s->conns[1] = NULL;

    if (left != NULL) {
        sim_move_raced(conn, left);
        return;
    }

    s->ended = sim.now;

    if ((conn->proof == 0 || conn->got < ngx_max(conn->proof, conn->alive))
        && !sim_move_sends(conn))
    {
        s->unproven = 1;
    }
}


/* a server that sends is not taken for down; a probe it has to answer */

static ngx_uint_t
sim_move_sends(const sim_conn_t *conn)
{
    ngx_uint_t  i;

    if (!conn->late || conn->cause != 0 || conn->heard == 0
        || sim.refused_memory
        || sim.now / 1000 - conn->heard / 1000 >= SIM_TIMEOUT)
    {
        return 0;
    }

    for (i = sim.settled; i < sim.nops && sim.ops[i].conn != conn; i++) {
        /* void */
    }

    return i < sim.nops;
}


/* a connection of two is closed: it has failed, or the other one has won */

static void
sim_move_raced(sim_conn_t *conn, sim_conn_t *left)
{
    if (conn->cause == 0 && !conn->late && left->got < left->alive
        && !sim.refused_memory && !sim.ended && !sim.exited)
    {
        sim_broken("fd:%d: has lost the race, though fd:%d has not answered",
                   conn->c.fd, left->c.fd);
    }

    /* a connection that failed at once was not one to race with */

    if (conn->at_once && conn->sent == 0
        && (conn->cause & sim_bit(NGX_SESSION_REASON_CONNECT)))
    {
        left->raced = 0;
        left->alive = 0;
    }

    left->released = sim.now;

    sim_move_ops(conn->server, conn);
}


/* from a connection that has lost a race all of them move */

static void
sim_move_ops(ngx_uint_t server, const sim_conn_t *loser)
{
    sim_op_t    *op;
    ngx_uint_t   i;

    for (i = 0; i < sim.nops; i++) {
        op = &sim.ops[i];

        if (op->server != server || op->conn == NULL) {
            continue;
        }

        op->kept = (loser != NULL);

        if (!op->conn->open
            && (op->live
                || (op->conn == loser && (op->cancelled || op->late)
                    && !op->received)))
        {
            op->over = sim_check_over(op, 0)
                       || (loser == NULL && sim_check_waits(op));
            op->conn = sim_move_newest(server);
            op->moved = sim.now;
            op->received = 0;
            sim.servers[server].moved = 1;
        }
    }
}


/* to be started once more, though it may have been carried out */

ngx_uint_t
sim_move_safe(const sim_op_t *op)
{
    return op->version != 0 || op->verb == NGX_SESSION_GET;
}


/* the first line of the command has come; twice: it is started once more */

void
sim_move_sent(sim_op_t *op, sim_conn_t *conn)
{
    if (op->last == conn) {
        return;
    }

    op->last = conn;

    if (++op->times > 2 && op->live) {
        sim_broken("op %zu: is sent for the third time", op->id);
    }
}


/*
 * Has a part of its reply come, on the connection that it was started on?
 * Behind an answer that is none, nobody knows whose bytes are whose.
 */

ngx_uint_t
sim_move_partial(const sim_op_t *op)
{
    return op->first != NULL && op->executed && op->first->got > op->reply
           && (op->first->lied == NULL || op->first->lied == op);
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

    if (sim_move_partial(op)) {
        sim_broken("op %zu: is started once more, though a part of its reply "
                   "has come", op->id);
    }

    if (!sim_move_safe(op)) {
        sim_broken("op %zu: is started once more, though it may have been "
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

        late = conn->open ? sim_check_late(conn, 0) : conn->late;

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
