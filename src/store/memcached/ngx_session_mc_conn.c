/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Operations begin on a connection, which is opened if need be.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_conn.h"
#include "ngx_session_mc_io.h"
#include "ngx_session_mc_op.h"


static ngx_session_reason_e ngx_session_mc_conn_open(
    ngx_session_mc_server_t *s);
static ngx_int_t ngx_session_mc_conn_connect(ngx_session_mc_server_t *s);
static void ngx_session_mc_conn_handler(ngx_event_t *ev);
static ngx_err_t ngx_session_mc_conn_test(ngx_connection_t *c);
static ngx_int_t ngx_session_mc_conn_established(ngx_session_mc_server_t *s);
static u_char *ngx_session_mc_conn_log_error(ngx_log_t *log, u_char *buf,
    size_t len);


ngx_session_mc_op_t *
ngx_session_mc_conn_start(ngx_session_mc_server_t *s,
    ngx_session_verb_e verb, nsess_mc_request_t *req,
    ngx_session_handler_pt handler, void *data, ngx_session_reason_e *reason)
{
    ngx_event_t          *rev;
    ngx_session_mc_op_t  *op;

    if (s->connection == NULL) {
        *reason = ngx_session_mc_conn_open(s);
        if (*reason != NGX_SESSION_REASON_NONE) {
            return NULL;
        }
    }

    op = ngx_session_mc_op_get(s->mc);
    if (op == NULL) {
        *reason = NGX_SESSION_REASON_NO_MEMORY;
        return NULL;
    }

    req->opaque = s->opaque;

    *reason = ngx_session_mc_io_append(s, req);
    if (*reason != NGX_SESSION_REASON_NONE) {
        ngx_session_mc_op_free(s->mc, op);
        return NULL;
    }

    op->opaque = s->opaque++;
    op->max = 0;
    op->deadline = ngx_current_msec + s->mc->conf->timeout;

    ngx_queue_insert_tail(&s->ops, &op->queue);

    /* commands of a turn are sent together, and begin together */

    if (!s->flush.posted) {
        ngx_session_stats_clock(s->mc->store);
    }

    ngx_session_op_begin(&op->op, s->mc->store, verb, handler, data);

    /* a probe does not keep a worker that wants to exit */

    rev = s->connection->read;
    rev->cancelable = (s->state != NGX_SESSION_MC_STATE_UP);
    s->connection->idle = 0;

    if (!rev->timer_set) {
        ngx_add_timer(rev, s->mc->conf->timeout);
    }

    if (!s->connecting) {
        ngx_post_event(&s->flush, &ngx_posted_events);
    }

    return op;
}


static ngx_session_reason_e
ngx_session_mc_conn_open(ngx_session_mc_server_t *s)
{
    ngx_err_t          err;
    ngx_int_t          rc;
    ngx_connection_t  *c;

    rc = ngx_session_mc_conn_connect(s);

    if (rc == NGX_ERROR || rc == NGX_DECLINED) {
        err = (rc == NGX_DECLINED) ? ngx_socket_errno : 0;

        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_CONNECT, err, NULL);
        return NGX_SESSION_REASON_CONNECT;
    }

    c = s->connection;

    s->flush.handler = ngx_session_mc_io_flush_handler;
    s->flush.data = s;
    s->flush.log = &s->log;

    ngx_session_mc_io_init(s);

    /* until an operation is queued */

    c->idle = 1;
    c->read->cancelable = 1;

    if (rc == NGX_AGAIN) {
        s->connecting = 1;

        c->read->handler = ngx_session_mc_conn_handler;
        c->write->handler = ngx_session_mc_conn_handler;

        ngx_add_timer(c->read, s->mc->conf->connect_timeout);

        return NGX_SESSION_REASON_NONE;
    }

    /* rc == NGX_OK */

    if (ngx_session_mc_conn_established(s) != NGX_OK) {
        return NGX_SESSION_REASON_CONNECT;
    }

    return NGX_SESSION_REASON_NONE;
}


static ngx_int_t
ngx_session_mc_conn_connect(ngx_session_mc_server_t *s)
{
    ngx_int_t               rc;
    ngx_addr_t             *addr;
    ngx_uint_t              level;
    ngx_peer_connection_t   pc;

    addr = &s->conf->url.addrs[0];

    s->log = *ngx_cycle->log;
    s->log.handler = ngx_session_mc_conn_log_error;
    s->log.data = s;
    s->log.action = "connecting to memcached";

    ngx_memzero(&pc, sizeof(ngx_peer_connection_t));

    pc.sockaddr = addr->sockaddr;
    pc.socklen = addr->socklen;
    pc.name = &s->conf->name;
    pc.get = ngx_event_get_peer;
    pc.log = &s->log;
    pc.log_error = NGX_ERROR_INFO;

    /*
     * a refused connection is logged by the breaker, which limits the rate;
     * nginx's own message is kept back, unless debugging
     */

    level = s->log.log_level;

    if (level <= NGX_LOG_DEBUG) {
        s->log.log_level = ngx_min(level, NGX_LOG_ALERT);
    }

    rc = ngx_event_connect_peer(&pc);

    s->log.log_level = level;

    if (rc == NGX_OK || rc == NGX_AGAIN) {
        pc.connection->data = s;
        s->connection = pc.connection;
        s->log.connection = pc.connection->number;
    }

    return rc;
}


static void
ngx_session_mc_conn_handler(ngx_event_t *ev)
{
    ngx_err_t                 err;
    ngx_connection_t         *c;
    ngx_session_mc_server_t  *s;

    c = ev->data;
    s = c->data;

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, ev->log, 0,
                   "session memcached connecting: fd:%d", c->fd);

    if (c->close) {
        ngx_session_mc_conn_shutdown(s);
        return;
    }

    if (ev->timedout) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_CONNECT_TIMEOUT, 0,
                                 NULL);
        return;
    }

    err = ngx_session_mc_conn_test(c);

    if (err) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_CONNECT, err, NULL);
        return;
    }

    if (ngx_session_mc_conn_established(s) != NGX_OK) {
        return;
    }

    ngx_session_mc_io_flush(s);

    /* an edge-triggered event may have told of a reply, or of the end, too */

    if (s->connection == c && c->read->ready) {
        ngx_session_mc_io_read_handler(c->read);
    }
}


static ngx_err_t
ngx_session_mc_conn_test(ngx_connection_t *c)
{
    int        err;
    socklen_t  len;

    err = 0;
    len = sizeof(int);

    /* BSDs and Linux return 0 and set a pending error in err */

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, (void *) &err, &len) == -1) {
        err = ngx_socket_errno;
    }

    return err;
}


static ngx_int_t
ngx_session_mc_conn_established(ngx_session_mc_server_t *s)
{
    ngx_queue_t          *q;
    ngx_connection_t     *c;
    ngx_session_mc_op_t  *op;

    c = s->connection;

    s->connecting = 0;
    ngx_session_mc_stats(s)->connections = 1;
    s->log.action = "talking to memcached";

    c->read->handler = ngx_session_mc_io_read_handler;
    c->write->handler = ngx_session_mc_io_write_handler;

    if (c->read->timer_set) {
        ngx_del_timer(c->read);
    }

    if (ngx_tcp_nodelay(c) != NGX_OK) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_CONNECT, 0, NULL);
        return NGX_ERROR;
    }

    if (ngx_queue_empty(&s->ops)) {
        return NGX_OK;
    }

    /* what has waited for the connection is sent only now */

    for (q = ngx_queue_head(&s->ops);
         q != ngx_queue_sentinel(&s->ops);
         q = ngx_queue_next(q))
    {
        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);
        op->deadline = ngx_current_msec + s->mc->conf->timeout;
    }

    ngx_add_timer(c->read, s->mc->conf->timeout);

    return NGX_OK;
}


static u_char *
ngx_session_mc_conn_log_error(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char                   *p;
    ngx_session_mc_server_t  *s;

    s = log->data;

    p = ngx_snprintf(buf, len, " while %s, server: \"%V\"",
                     log->action, &s->conf->name);

    return p;
}
