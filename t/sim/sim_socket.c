/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Connections as nginx shows them with epoll and edges: recv() and send() as
 * ngx_unix_recv() and ngx_unix_send() have them.
 */


#include "sim.h"


static sim_conn_t *sim_socket_new(ngx_uint_t server);
static void sim_socket_lost(ngx_event_t *ev);
static ssize_t sim_socket_recv(ngx_connection_t *c, u_char *buf, size_t size);
static ssize_t sim_socket_send(ngx_connection_t *c, u_char *buf, size_t size);


ngx_int_t
ngx_event_get_peer(ngx_peer_connection_t *pc, void *data)
{
    return NGX_OK;
}


ngx_int_t
ngx_event_connect_peer(ngx_peer_connection_t *pc)
{
    ngx_uint_t           server, how;
    sim_conn_t          *conn;
    struct sockaddr_in  *sin;

    sin = (struct sockaddr_in *) pc->sockaddr;
    server = sim_has(SIM_WITH_NAMES) ? sim_names_server(pc->sockaddr)
                                     : ntohs(sin->sin_port) - 11211u;

    sim_state_connect(server);

    /* a connection that is there at once is no fault */

    how = sim.outage ? 1 : sim_odd(2) ? 3 : sim_rare(3);

    sim_note("connect to server %zu: %zu", server, how);

    if (how == 1 || how == 2) {

        /* refused at once; or there is no socket */

        sim.servers[server].failed = 1;
        sim.servers[server].refused = 1;
        sim.servers[server].ended = sim.now;

        errno = ECONNREFUSED;

        return how == 1 ? NGX_DECLINED : NGX_ERROR;
    }

    conn = sim_socket_new(server);
    if (conn == NULL) {
        return NGX_ERROR;
    }

    conn->c.log = pc->log;
    conn->read.log = pc->log;
    conn->write.log = pc->log;

    conn->keepalive = pc->so_keepalive;

    pc->connection = &conn->c;

    if (how == 3 && !sim_has(SIM_WITH_TLS)) {
        conn->established = sim.now;
        conn->at_once = 1;
        conn->write.ready = 1;
        sim_move_open(conn);

        return NGX_OK;
    }

    conn->connecting = 1;
    conn->shaking = (how == 3);
    sim_move_open(conn);

    return how == 3 ? NGX_OK : NGX_AGAIN;
}


static sim_conn_t *
sim_socket_new(ngx_uint_t server)
{
    size_t       size;
    u_char      *reply;
    sim_conn_t  *conn;

    if (sim.nconns == SIM_CONNS) {
        sim_broken("connections are opened again and again");
        return NULL;
    }

    conn = &sim.conns[sim.nconns++];

    /* the block of replies is kept from trace to trace */

    reply = conn->reply;
    size = conn->size;

    ngx_memzero(conn, sizeof(sim_conn_t));

    conn->reply = reply;
    conn->size = size;

    conn->server = server;
    conn->open = 1;
    conn->opened = sim.now;

    conn->c.fd = (int) sim.nconns;
    conn->c.number = sim.nconns;
    conn->c.read = &conn->read;
    conn->c.write = &conn->write;
    conn->c.recv = sim_socket_recv;
    conn->c.send = sim_socket_send;

    conn->read.data = &conn->c;
    conn->write.data = &conn->c;
    conn->read.active = 1;
    conn->write.active = 1;
    conn->write.write = 1;
    conn->read.available = -1;
    conn->read.handler = sim_socket_lost;
    conn->write.handler = sim_socket_lost;

    return conn;
}


static void
sim_socket_lost(ngx_event_t *ev)
{
    sim_broken("an event without a handler");
}


void
ngx_close_connection(ngx_connection_t *c)
{
    sim_conn_t    *conn;
    sim_server_t  *s;

    conn = (sim_conn_t *) c;
    s = &sim.servers[conn->server];

    if (!conn->open) {
        sim_broken("a connection is closed twice");
        return;
    }

    sim_note("fd:%d is closed by the client", c->fd);

    sim_tls_closed(c);

    if (conn->read.timer_set) {
        ngx_del_timer(&conn->read);
    }

    if (conn->write.timer_set) {
        ngx_del_timer(&conn->write);
    }

    if (conn->read.posted) {
        ngx_delete_posted_event(&conn->read);
    }

    if (conn->write.posted) {
        ngx_delete_posted_event(&conn->write);
    }

    sim_option_close(conn);

    conn->read.closed = 1;
    conn->write.closed = 1;
    conn->read.handler = sim_socket_lost;
    conn->write.handler = sim_socket_lost;
    c->fd = -1;

    conn->late = sim_check_late(conn, 0);
    conn->closed = sim.now;
    conn->open = 0;
    s->failed |= conn->late;

    sim_move_close(conn);
}


/* with edges there is nothing to do */

ngx_int_t
ngx_handle_read_event(ngx_event_t *rev, ngx_uint_t flags)
{
    return NGX_OK;
}


ngx_int_t
ngx_handle_write_event(ngx_event_t *wev, size_t lowat)
{
    return NGX_OK;
}


static ssize_t
sim_socket_recv(ngx_connection_t *c, u_char *buf, size_t size)
{
    size_t        n;
    sim_conn_t   *conn;
    ngx_event_t  *rev;

    conn = (sim_conn_t *) c;
    rev = c->read;

    if (!conn->open || conn->connecting || size == 0) {
        sim_broken("recv() of %s", size == 0 ? "no bytes" : "no connection");
        return NGX_ERROR;
    }

    if (rev->available == 0 && !rev->pending_eof) {
        rev->ready = 0;
        return NGX_AGAIN;
    }

    n = ngx_min(conn->arrived - conn->got, size);

    if (n != 0) {
        ngx_memcpy(buf, conn->reply + conn->got, n);
        conn->got += n;
        conn->heard = sim.now;

        if (n == size) {
            rev->available = conn->arrived - conn->got;

        } else {
            rev->ready = rev->pending_eof;
            rev->available = 0;
        }

        return n;
    }

    rev->ready = 0;

    if (conn->error) {
        rev->error = 1;
        errno = conn->error;
        return NGX_ERROR;
    }

    if (conn->fin) {
        rev->eof = 1;
        return 0;
    }

    return NGX_AGAIN;
}


static ssize_t
sim_socket_send(ngx_connection_t *c, u_char *buf, size_t size)
{
    size_t       n;
    ngx_uint_t   how;
    sim_conn_t  *conn;

    conn = (sim_conn_t *) c;

    if (!conn->open || conn->connecting || size == 0) {
        sim_broken("send() of %s", size == 0 ? "no bytes" : "no connection");
        return NGX_ERROR;
    }

    if (conn->cause & sim_bit(NGX_SESSION_REASON_TLS)) {
        sim_broken("fd:%d: sends, though TLS has failed", c->fd);
    }

    if (conn->error) {
        c->write->error = 1;
        errno = conn->error;
        return NGX_ERROR;
    }

    sim_option_send(conn);

    how = conn->full ? 1 : sim_odd(3);

    if (how == 1) {
        conn->full = 1;
        c->write->ready = 0;
        return NGX_AGAIN;
    }

    n = size;

    if (how == 2 && size > 1) {
        n = sim_network_part(size - 1, sim_detail);
        conn->full = 1;
        c->write->ready = 0;
    }

    sim_note("fd:%d sends %zu of %zu", c->fd, n, size);

    conn->sent += n;

    if (!conn->fin) {
        sim_server_take(conn, buf, n);
    }

    return n;
}
