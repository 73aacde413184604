/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The end of a connection, and of the operations that wait on it.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_op.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_tls.h"


void
ngx_session_mc_conn_fail(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text)
{
    ngx_session_stats_clock(conn->server->mc->store);

    if (text == NULL) {
        text = ngx_session_mc_tls_text(conn->connection);
    }

    conn->failed(conn, reason, err, text);
}


void
ngx_session_mc_conn_end(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason)
{
    ngx_queue_t           ops;
    ngx_session_mc_out_t  out;

    /* handlers may start operations: these are not of this connection */

    ngx_session_mc_conn_take(conn, &ops, &out);
    ngx_session_mc_out_free(&out);

    ngx_session_mc_conn_close(conn);

    ngx_session_mc_op_fail(conn->server->mc, &ops, reason);
}


void
ngx_session_mc_conn_take(ngx_session_mc_conn_t *conn, ngx_queue_t *ops,
    ngx_session_mc_out_t *out)
{
    ngx_queue_init(ops);

    if (!ngx_queue_empty(&conn->ops)) {
        ngx_queue_add(ops, &conn->ops);
        ngx_queue_init(&conn->ops);
    }

    *out = conn->out;
    ngx_memzero(&conn->out, sizeof(ngx_session_mc_out_t));
}


void
ngx_session_mc_conn_shutdown(ngx_session_mc_conn_t *conn)
{
    ngx_session_mc_t  *mc;

    mc = conn->server->mc;

    if (!ngx_queue_empty(&conn->ops)) {
        mc->ended = 1;
    }

    ngx_session_stats_clock(mc->store);

    ngx_session_mc_conn_end(conn, NGX_SESSION_REASON_SHUTDOWN);
}


void
ngx_session_mc_conn_close(ngx_session_mc_conn_t *conn)
{
    ngx_connection_t     *c;
    ngx_session_mc_op_t  *op;

    c = conn->connection;

    if (c == NULL) {
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, c->log, 0,
                   "session memcached close: fd:%d", c->fd);

    if (conn->flush.posted) {
        ngx_delete_posted_event(&conn->flush);
    }

    if (!conn->connecting) {
        ngx_session_mc_stats(conn->server)->connections--;
    }

    conn->connection = NULL;
    conn->connecting = 0;

    ngx_session_mc_tls_close(c);
    ngx_close_connection(c);
    ngx_session_mc_buf_free(&conn->in);
    ngx_session_mc_out_free(&conn->out);

    while ((op = ngx_session_mc_op_oldest(&conn->ops)) != NULL) {
        ngx_session_mc_op_drop(conn->server->mc, op);
    }
}


void
ngx_session_mc_conn_idle(ngx_session_mc_conn_t *conn)
{
    conn->connection->idle = 1;
    conn->connection->read->cancelable = 1;

    if (ngx_exiting) {
        ngx_session_mc_conn_close(conn);
    }
}
