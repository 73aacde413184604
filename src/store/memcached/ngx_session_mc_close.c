/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The end of a connection, and of the operations that wait on it.
 */


#include "ngx_session_mc_buf.h"
#include "ngx_session_mc_close.h"
#include "ngx_session_mc_health.h"
#include "ngx_session_mc_op.h"


static void ngx_session_mc_conn_end(ngx_session_mc_server_t *s,
    ngx_session_reason_e reason);


void
ngx_session_mc_conn_fail(ngx_session_mc_server_t *s,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text)
{
    ngx_uint_t    n;
    ngx_queue_t  *q;

    n = 0;

    ngx_session_stats_clock(s->mc->store);

    for (q = ngx_queue_head(&s->ops);
         q != ngx_queue_sentinel(&s->ops);
         q = ngx_queue_next(q))
    {
        n++;
    }

    ngx_session_mc_health_failed(s, reason, err, text, n);

    ngx_session_mc_conn_end(s, reason);
}


/* closes the connection, and fails its operations */

static void
ngx_session_mc_conn_end(ngx_session_mc_server_t *s,
    ngx_session_reason_e reason)
{
    ngx_queue_t           ops, *q;
    ngx_session_mc_op_t  *op;
    ngx_session_reply_t   reply;

    /* handlers may start operations: these are not of this connection */

    ngx_queue_init(&ops);

    if (!ngx_queue_empty(&s->ops)) {
        ngx_queue_add(&ops, &s->ops);
        ngx_queue_init(&s->ops);
    }

    ngx_session_mc_conn_close(s);

    ngx_memzero(&reply, sizeof(ngx_session_reply_t));

    reply.outcome = NGX_SESSION_FAILED;
    reply.reason = reason;

    while (!ngx_queue_empty(&ops)) {
        q = ngx_queue_head(&ops);
        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);

        ngx_session_mc_op_done(s->mc, op, &reply);
    }
}


void
ngx_session_mc_conn_shutdown(ngx_session_mc_server_t *s)
{
    if (!ngx_queue_empty(&s->ops)) {
        s->mc->ended = 1;
    }

    ngx_session_stats_clock(s->mc->store);

    ngx_session_mc_conn_end(s, NGX_SESSION_REASON_SHUTDOWN);
}


void
ngx_session_mc_conn_close(ngx_session_mc_server_t *s)
{
    ngx_queue_t          *q;
    ngx_connection_t     *c;
    ngx_session_mc_op_t  *op;

    c = s->connection;

    if (c == NULL) {
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, c->log, 0,
                   "session memcached close: fd:%d", c->fd);

    if (s->flush.posted) {
        ngx_delete_posted_event(&s->flush);
    }

    s->connection = NULL;
    s->connecting = 0;
    ngx_session_mc_stats(s)->connections = 0;

    ngx_close_connection(c);
    ngx_session_mc_buf_free(&s->in);
    ngx_session_mc_buf_free(&s->out);

    while (!ngx_queue_empty(&s->ops)) {
        q = ngx_queue_head(&s->ops);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);
        ngx_session_op_drop(&op->op);
        ngx_session_mc_op_free(s->mc, op);
    }
}


void
ngx_session_mc_conn_idle(ngx_session_mc_server_t *s)
{
    s->connection->idle = 1;
    s->connection->read->cancelable = 1;

    if (ngx_exiting) {
        ngx_session_mc_conn_close(s);
    }
}
