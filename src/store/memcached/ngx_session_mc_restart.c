/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Operations of a connection that has failed begin once more.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_health.h"
#include "ngx_session_mc_hello.h"
#include "ngx_session_mc_io.h"
#include "ngx_session_mc_op.h"
#include "ngx_session_mc_restart.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_timer.h"


static void ngx_session_mc_restart_sort(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_queue_t *failed);
static ngx_uint_t ngx_session_mc_restart_may(
    const ngx_session_mc_conn_t *conn, const ngx_session_mc_op_t *op);


void
ngx_session_mc_restart(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text)
{
    ngx_queue_t               again, failed;
    ngx_session_mc_t         *mc;
    ngx_session_mc_out_t      out;
    ngx_session_mc_server_t  *s;

    s = conn->server;
    mc = s->mc;

    ngx_queue_init(&failed);
    ngx_session_mc_restart_sort(conn, reason, &failed);
    ngx_session_mc_conn_take(conn, &again, &out);

    ngx_session_mc_health_lost(s, reason, err, text,
                               ngx_session_mc_op_count(&failed),
                               ngx_session_mc_op_count(&again));

    ngx_session_mc_conn_close(conn);

    if (!ngx_queue_empty(&again)
        && ngx_session_mc_hello_open(conn, &err) != NGX_OK)
    {
        ngx_session_mc_health_failed(s, NGX_SESSION_REASON_CONNECT, err, NULL,
                                     ngx_session_mc_op_count(&again));

        ngx_session_mc_op_fail(mc, &again, NGX_SESSION_REASON_CONNECT);
    }

    ngx_session_mc_restart_move(conn, &again, &out);
    ngx_session_mc_op_fail(mc, &failed, reason);
}


/* leaves in the connection's queue what is to begin once more */

static void
ngx_session_mc_restart_sort(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_queue_t *failed)
{
    ngx_uint_t            partial;
    ngx_queue_t          *q, *next;
    ngx_session_mc_op_t  *op;

    /* of a reply of the oldest one */

    partial = ngx_session_mc_io_partial(conn);

    for (q = ngx_queue_head(&conn->ops);
         q != ngx_queue_sentinel(&conn->ops);
         q = next)
    {
        next = ngx_queue_next(q);
        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);

        if (partial || !ngx_session_mc_restart_may(conn, op)) {
            ngx_queue_remove(q);
            ngx_queue_insert_tail(failed, q);

        } else if (op->begin < conn->out.sent) {
            op->restarted = reason;
        }

        partial = 0;
    }
}


static ngx_uint_t
ngx_session_mc_restart_may(const ngx_session_mc_conn_t *conn,
    const ngx_session_mc_op_t *op)
{
    if (op->op.handler == NULL || !ngx_session_mc_timer_left(op)) {
        return 0;
    }

    return op->begin >= conn->out.sent
           || (op->safe && op->begin >= conn->out.kept
               && op->restarted == NGX_SESSION_REASON_NONE);
}


void
ngx_session_mc_restart_move(ngx_session_mc_conn_t *conn, ngx_queue_t *ops,
    ngx_session_mc_out_t *out)
{
    ngx_queue_t           failed;
    ngx_session_mc_op_t  *op;

    ngx_queue_init(&failed);

    while ((op = ngx_session_mc_op_oldest(ops)) != NULL) {
        ngx_queue_remove(&op->queue);

        if (ngx_session_mc_conn_move(conn, op, out) != NGX_OK) {
            ngx_queue_insert_tail(&failed, &op->queue);
        }
    }

    ngx_session_mc_out_free(out);

    ngx_session_mc_op_fail(conn->server->mc, &failed,
                           NGX_SESSION_REASON_NO_MEMORY);
}
