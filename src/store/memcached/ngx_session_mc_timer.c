/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * How long operations wait.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_op.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_timer.h"


#define ngx_session_mc_is_over(msec)                                          \
    ((ngx_msec_int_t) ((msec) - ngx_current_msec) <= 0)

/* a caller waits for it: it has not ended, and was not cancelled */
#define ngx_session_mc_has_limit(o)                                           \
    ((o)->op.handler != NULL && (o)->op.verb != NGX_SESSION_VERBS)


static ngx_uint_t ngx_session_mc_timer_sends(
    const ngx_session_mc_conn_t *conn);
static void ngx_session_mc_timer_limits(ngx_session_mc_conn_t *conn);
static void ngx_session_mc_timer_next(ngx_session_mc_conn_t *conn);
static void ngx_session_mc_timer_set(ngx_session_mc_conn_t *conn,
    ngx_msec_t msec);
static ngx_uint_t ngx_session_mc_timer_due(const ngx_session_mc_conn_t *conn,
    ngx_msec_t *msec);


ngx_uint_t
ngx_session_mc_timer_left(const ngx_session_mc_op_t *op)
{
    return !ngx_session_mc_is_over(op->deadline)
           && !ngx_session_mc_is_over(op->limit);
}


void
ngx_session_mc_timer_begin(ngx_session_mc_conn_t *conn,
    ngx_session_mc_op_t *op)
{
    ngx_msec_t  msec;

    op->deadline = ngx_current_msec + conn->server->mc->conf->timeout;

    msec = op->deadline;

    if (ngx_session_mc_has_limit(op)
        && (conn->connecting || (ngx_msec_int_t) (op->limit - msec) < 0))
    {
        msec = op->limit;

    } else if (conn->connecting) {
        return;
    }

    ngx_session_mc_timer_set(conn, msec);
}


void
ngx_session_mc_timer_renew(ngx_session_mc_conn_t *conn, uint64_t begin)
{
    ngx_queue_t          *q;
    ngx_session_mc_op_t  *op;

    for (q = ngx_queue_head(&conn->ops);
         q != ngx_queue_sentinel(&conn->ops);
         q = ngx_queue_next(q))
    {
        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);

        if (op->begin >= begin) {
            op->deadline = ngx_current_msec + conn->server->mc->conf->timeout;
        }
    }

    ngx_session_mc_timer_next(conn);
}


void
ngx_session_mc_timer_over(ngx_session_mc_conn_t *conn)
{
    ngx_msec_t  msec;

    if (ngx_session_mc_timer_due(conn, &msec) && ngx_session_mc_is_over(msec))
    {
        if (ngx_session_mc_timer_sends(conn)) {
            conn->proven = 1;
        }

        ngx_session_mc_conn_fail(conn, conn->connecting
                                       ? NGX_SESSION_REASON_CONNECT_TIMEOUT
                                       : NGX_SESSION_REASON_TIMEOUT,
                                 0, NULL);
        return;
    }

    ngx_session_mc_timer_limits(conn);
    ngx_session_mc_timer_next(conn);
}


/* bytes of replies come, but slowly; a probe waits for all of its own */

static ngx_uint_t
ngx_session_mc_timer_sends(const ngx_session_mc_conn_t *conn)
{
    return conn->server->state == NGX_SESSION_MC_STATE_UP
           && !conn->connecting
           && !ngx_session_mc_is_over(conn->heard
                                      + conn->server->mc->conf->timeout);
}


/* when does the connection fail?  0: nothing waits on it */

static ngx_uint_t
ngx_session_mc_timer_due(const ngx_session_mc_conn_t *conn, ngx_msec_t *msec)
{
    ngx_msec_t            timeout;
    ngx_msec_int_t        came;
    ngx_session_mc_op_t  *op;

    timeout = conn->server->mc->conf->timeout;

    if (conn->connecting) {
        *msec = conn->heard + conn->server->mc->conf->connect_timeout;
        return 1;
    }

    op = ngx_session_mc_op_oldest(&conn->ops);

    if (op == NULL) {
        return 0;
    }

    *msec = op->deadline;

    /* bytes that came so long after its command was sent */

    came = conn->heard - (op->deadline - timeout);

    if (came > 0) {
        *msec += ngx_min((ngx_msec_t) came, timeout);
    }

    return 1;
}


/* ends operations; the handlers may start others, and cancel them */

static void
ngx_session_mc_timer_limits(ngx_session_mc_conn_t *conn)
{
    ngx_queue_t          *q;
    ngx_session_mc_op_t  *op;

    ngx_session_stats_clock(conn->server->mc->store);

    for (q = ngx_queue_head(&conn->ops);
         q != ngx_queue_sentinel(&conn->ops);
         q = ngx_queue_next(q))
    {
        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);

        if (ngx_session_mc_has_limit(op) && ngx_session_mc_is_over(op->limit)) {
            ngx_session_mc_op_give_up(op, NGX_SESSION_REASON_TIMEOUT);
        }
    }
}


static void
ngx_session_mc_timer_next(ngx_session_mc_conn_t *conn)
{
    ngx_msec_t            msec;
    ngx_queue_t          *q;
    ngx_session_mc_op_t  *op;

    if (conn->connection->read->timer_set) {
        ngx_del_timer(conn->connection->read);
    }

    if (ngx_session_mc_timer_due(conn, &msec)) {
        ngx_session_mc_timer_set(conn, msec);
    }

    for (q = ngx_queue_head(&conn->ops);
         q != ngx_queue_sentinel(&conn->ops);
         q = ngx_queue_next(q))
    {
        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);

        if (ngx_session_mc_has_limit(op)) {
            ngx_session_mc_timer_set(conn, op->limit);
        }
    }
}


/* fires at this time, or sooner if it is set so; nginx's own leaves a timer
   that is not much later */

static void
ngx_session_mc_timer_set(ngx_session_mc_conn_t *conn, ngx_msec_t msec)
{
    ngx_event_t  *rev;

    rev = conn->connection->read;

    if (rev->timer_set) {

        if ((ngx_msec_int_t) (rev->timer.key - msec) <= 0) {
            return;
        }

        ngx_del_timer(rev);
    }

    ngx_add_timer(rev, ngx_session_mc_is_over(msec)
                       ? 0 : msec - ngx_current_msec);
}
