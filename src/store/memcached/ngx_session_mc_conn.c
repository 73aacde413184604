/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A connection is opened, and operations begin on it.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_conn.h"
#include "ngx_session_mc_io.h"
#include "ngx_session_mc_op.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_socket.h"
#include "ngx_session_mc_timer.h"
#include "ngx_session_mc_tls.h"


static ngx_int_t ngx_session_mc_conn_connect(ngx_session_mc_conn_t *conn);
static void ngx_session_mc_conn_handler(ngx_event_t *ev);
static ngx_err_t ngx_session_mc_conn_test(ngx_connection_t *c);
static ngx_int_t ngx_session_mc_conn_established(
    ngx_session_mc_conn_t *conn);
static ngx_uint_t ngx_session_mc_conn_safe(const nsess_mc_request_t *req);
static void ngx_session_mc_conn_add(ngx_session_mc_conn_t *conn,
    ngx_session_mc_op_t *op);
static u_char *ngx_session_mc_conn_log_error(ngx_log_t *log, u_char *buf,
    size_t len);


void
ngx_session_mc_conn_init(ngx_session_mc_conn_t *conn,
    ngx_session_mc_server_t *s, ngx_session_mc_failed_pt failed)
{
    conn->server = s;
    conn->failed = failed;
    conn->ident = -1;

    conn->flush.handler = ngx_session_mc_io_flush_handler;
    conn->flush.data = conn;
    conn->flush.log = &conn->log;

    ngx_queue_init(&conn->ops);
}


ngx_session_mc_op_t *
ngx_session_mc_conn_start(ngx_session_mc_conn_t *conn,
    ngx_session_verb_e verb, nsess_mc_request_t *req, ngx_msec_t limit,
    ngx_session_handler_pt handler, void *data, ngx_session_reason_e *reason)
{
    uint64_t                  begin;
    ngx_session_mc_t         *mc;
    ngx_session_mc_op_t      *op;
    ngx_session_reason_e      why;
    ngx_session_mc_server_t  *s;

    s = conn->server;
    mc = s->mc;

    op = ngx_session_mc_op_get(mc);
    if (op == NULL) {
        *reason = NGX_SESSION_REASON_NO_MEMORY;
        return NULL;
    }

    req->opaque = s->opaque;
    req->protocol = mc->conf->protocol;
    begin = ngx_session_mc_out_end(&conn->out);

    why = ngx_session_mc_out_append(&conn->out, req, &conn->log);
    if (why != NGX_SESSION_REASON_NONE) {
        ngx_session_mc_op_free(mc, op);
        *reason = why;
        return NULL;
    }

    op->opaque = s->opaque++;
    op->max = 0;
    op->expect = nsess_mc_expect(req);
    op->begin = begin;
    op->end = ngx_session_mc_out_end(&conn->out);
    op->limit = limit;
    op->safe = ngx_session_mc_conn_safe(req);
    op->moved = 0;
    op->restarted = NGX_SESSION_REASON_NONE;

    /* commands of a turn are sent together, and begin together */

    if (!conn->flush.posted) {
        ngx_session_stats_clock(mc->store);
    }

    ngx_session_op_begin(&op->op, mc->store, verb, handler, data);

    ngx_session_mc_conn_add(conn, op);

    return op;
}


/*
 * May the operation be sent once more, when it is not known whether the first
 * connection has carried it out, or yet will?  See ngx_session_mc_restart.h.
 */

static ngx_uint_t
ngx_session_mc_conn_safe(const nsess_mc_request_t *req)
{
    switch (req->command) {

    case NSESS_MC_GET:
        return 1;

    case NSESS_MC_SET:
    case NSESS_MC_DELETE:
        return req->cas != NGX_SESSION_NO_VERSION;

    default: /* NSESS_MC_ADD, NSESS_MC_NOOP */
        return 0;
    }
}


ngx_int_t
ngx_session_mc_conn_move(ngx_session_mc_conn_t *conn, ngx_session_mc_op_t *op,
    const ngx_session_mc_out_t *from)
{
    uint64_t  begin;

    begin = ngx_session_mc_out_end(&conn->out);

    if (ngx_session_mc_out_copy(&conn->out, from, op->begin, op->end,
                                &conn->log)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    op->end = begin + (op->end - op->begin);
    op->begin = begin;

    ngx_session_mc_conn_add(conn, op);

    return NGX_OK;
}


static void
ngx_session_mc_conn_add(ngx_session_mc_conn_t *conn, ngx_session_mc_op_t *op)
{
    ngx_event_t  *rev;

    ngx_queue_insert_tail(&conn->ops, &op->queue);

    /* a probe does not keep a worker that wants to exit */

    rev = conn->connection->read;
    rev->cancelable = (conn->server->state != NGX_SESSION_MC_STATE_UP);
    conn->connection->idle = 0;

    ngx_session_mc_timer_begin(conn, op);

    if (!conn->connecting) {
        ngx_post_event(&conn->flush, &ngx_posted_events);
    }
}


ngx_int_t
ngx_session_mc_conn_open(ngx_session_mc_conn_t *conn, ngx_err_t *err)
{
    ngx_int_t          rc;
    ngx_connection_t  *c;

    rc = ngx_session_mc_conn_connect(conn);

    if (rc == NGX_ERROR || rc == NGX_DECLINED) {
        *err = (rc == NGX_DECLINED) ? ngx_socket_errno : 0;
        return NGX_ERROR;
    }

    c = conn->connection;

    conn->blocked = 0;
    conn->proven = 0;
    conn->heard = ngx_current_msec;

    nsess_mc_parser_init(&conn->parser, 0);

    /* until an operation is queued */

    c->idle = 1;
    c->read->cancelable = 1;

    if (rc == NGX_OK && conn->server->mc->tls != NULL) {
        ngx_post_event(c->write, &ngx_posted_events);
        rc = NGX_AGAIN;
    }

    if (rc == NGX_AGAIN) {
        conn->connecting = 1;

        c->read->handler = ngx_session_mc_conn_handler;
        c->write->handler = ngx_session_mc_conn_handler;

        ngx_session_mc_timer_renew(conn, 0);

        return NGX_OK;
    }

    /* rc == NGX_OK */

    if (ngx_session_mc_conn_established(conn) != NGX_OK) {
        ngx_session_mc_conn_close(conn);
        *err = 0;
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_conn_connect(ngx_session_mc_conn_t *conn)
{
    ngx_int_t                 rc;
    ngx_uint_t                level;
    ngx_peer_connection_t     pc;
    ngx_session_mc_server_t  *s;

    s = conn->server;

    conn->log = *ngx_cycle->log;
    conn->log.handler = ngx_session_mc_conn_log_error;
    conn->log.data = conn;
    conn->log.action = "connecting to memcached";

    ngx_memzero(&pc, sizeof(ngx_peer_connection_t));

    pc.sockaddr = s->addr->sockaddr;
    pc.socklen = s->addr->socklen;
    pc.name = &s->name;
    pc.get = ngx_event_get_peer;
    pc.so_keepalive = 1;
    pc.log = &conn->log;
    pc.log_error = NGX_ERROR_INFO;

    /*
     * a connection that fails is logged by the server, which limits the rate;
     * nginx's own messages are kept back, unless debugging
     */

    level = conn->log.log_level;

    if (level <= NGX_LOG_DEBUG) {
        conn->log.log_level = ngx_min(level, NGX_LOG_ALERT);
    }

    rc = ngx_event_connect_peer(&pc);

    if (level <= NGX_LOG_DEBUG) {
        conn->log.log_level = ngx_min(level, NGX_LOG_NOTICE);
    }

    if (rc == NGX_OK || rc == NGX_AGAIN) {
        pc.connection->data = conn;
        conn->connection = pc.connection;
        conn->log.connection = pc.connection->number;
    }

    return rc;
}


static void
ngx_session_mc_conn_handler(ngx_event_t *ev)
{
    ngx_err_t               err;
    ngx_int_t               rc;
    ngx_connection_t       *c;
    ngx_session_mc_conn_t  *conn;

    c = ev->data;
    conn = c->data;

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, ev->log, 0,
                   "session memcached connecting: fd:%d", c->fd);

    if (c->close) {
        ngx_session_mc_conn_shutdown(conn);
        return;
    }

    if (ev->timedout) {
        ev->timedout = 0;
        ngx_session_mc_timer_over(conn);
        return;
    }

    err = ngx_session_mc_conn_test(c);

    if (err) {
        ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_CONNECT, err, NULL);
        return;
    }

    rc = ngx_session_mc_tls_handshake(conn);

    if (rc == NGX_AGAIN) {
        return;
    }

    if (rc != NGX_OK) {
        ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_TLS, 0, NULL);
        return;
    }

    if (ngx_session_mc_conn_established(conn) != NGX_OK) {
        ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_CONNECT, 0, NULL);
        return;
    }

    ngx_session_mc_io_flush(conn);

    /* an edge-triggered event may have told of a reply, or of the end, too */

    if (conn->connection == c && c->read->ready) {
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


/* NGX_ERROR: the connection is still to be closed */

static ngx_int_t
ngx_session_mc_conn_established(ngx_session_mc_conn_t *conn)
{
    ngx_connection_t         *c;
    ngx_session_mc_server_t  *s;

    c = conn->connection;
    s = conn->server;

    conn->connecting = 0;
    conn->heard = ngx_current_msec;
    conn->log.action = "talking to memcached";

    ngx_session_mc_stats(s)->connections++;

    c->read->handler = ngx_session_mc_io_read_handler;
    c->write->handler = ngx_session_mc_io_write_handler;

    if (ngx_session_mc_socket_init(c, s->mc->conf->timeout) != NGX_OK) {
        return NGX_ERROR;
    }

    /* what has waited for the connection is sent only now */

    ngx_session_mc_timer_renew(conn, 0);

    return NGX_OK;
}


static u_char *
ngx_session_mc_conn_log_error(ngx_log_t *log, u_char *buf, size_t len)
{
    u_char                 *p;
    ngx_session_mc_conn_t  *conn;

    conn = log->data;

    p = ngx_snprintf(buf, len, " while %s, server: \"%V\"",
                     log->action, &conn->server->name);

    return p;
}
