/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What the network and the server do to a connection.
 */


#include "sim.h"


/* of n bytes at least one; all of them if nothing is chosen */

size_t
sim_network_part(size_t n, ngx_uint_t (*choose)(ngx_uint_t n))
{
    size_t         i;
    static size_t  sizes[] = { 0, 1, 2, 3, 100, 2047, 2048, 60000, 65535,
                               65536, 65537 };

    if (n <= 512) {
        i = choose(n);
        return n - i;
    }

    i = choose(22);

    if (i < 11) {
        return n > sizes[i] ? n - sizes[i] : n;
    }

    i = sizes[i - 11];

    return i > 0 && i < n ? i : (n + 1) / 2;
}


/* what epoll tells in one event; the client may close the connection in it */

void
sim_network_event(sim_conn_t *conn, ngx_uint_t read, ngx_uint_t write)
{
    if (conn->error || conn->fin) {
        read = 1;
        conn->read.pending_eof = 1;
    }

    if (conn->error) {
        write = 1;
    }

    if (read) {
        conn->read.ready = 1;
        conn->read.available = -1;
        conn->read.handler(&conn->read);
    }

    if (write && conn->open) {
        conn->write.ready = 1;
        conn->write.handler(&conn->write);
    }
}


void
sim_network_connect(sim_conn_t *conn)
{
    ngx_uint_t     how;
    sim_server_t  *s;

    if (sim_has(SIM_WITH_TLS) && !conn->shaking) {
        conn->shaking = 1;
        sim_network_event(conn, 0, 1);
        return;
    }

    s = &sim.servers[conn->server];
    how = sim_rare(6 + sim_has(SIM_WITH_TLS));

    sim_note("fd:%d is connected: %zu", conn->c.fd, how);

    conn->connecting = 0;
    conn->established = sim.now;

    if (how != 0) {
        s->failed = 1;
    }

    switch (how) {

    case 1: /* refused */
        conn->error = ECONNREFUSED;
        conn->cause |= sim_bit(NGX_SESSION_REASON_CONNECT);
        sim_network_event(conn, 1, 1);
        return;

    case 2: /* closed at once */
        conn->fin = 1;
        conn->cause |= sim_bit(NGX_SESSION_REASON_CLOSED);
        sim_network_event(conn, 1, 1);
        return;

    case 3: /* as memcached closes a connection that is one too many */
        sim_say(conn, "ERROR Too many open connections\r\n");
        conn->arrived = conn->len;
        conn->fin = 1;
        conn->cause |= sim_bit(NGX_SESSION_REASON_PROTOCOL)
                       | sim_bit(NGX_SESSION_REASON_CLOSED);
        sim_network_event(conn, 1, 1);
        return;

    case 4: /* reset at once */
        conn->error = ECONNRESET;
        conn->cause |= sim_bit(NGX_SESSION_REASON_CONNECT);
        sim_network_event(conn, 1, 1);
        return;

    case 5: /* the server does nothing at all */
        conn->silent = 1;
        break;

    case 6: /* the handshake fails */
        conn->cause |= sim_bit(NGX_SESSION_REASON_TLS);
        break;
    }

    sim_network_event(conn, 0, 1);
}


void
sim_network_writable(sim_conn_t *conn)
{
    sim_note("fd:%d can be written to", conn->c.fd);

    conn->full = 0;

    sim_network_event(conn, 0, 1);
}


void
sim_network_deliver(sim_conn_t *conn)
{
    size_t      n;
    ngx_uint_t  write;

    n = sim_network_part(conn->len - conn->arrived, sim_odd);

    write = !conn->full && sim_odd(2) == 0;

    sim_note("fd:%d gets %zu of %zu", conn->c.fd, n,
             conn->len - conn->arrived);

    conn->arrived += n;

    sim_network_event(conn, 1, write);
}


/* at any byte of what the server has said */

void
sim_network_close(sim_conn_t *conn)
{
    size_t  n;

    n = conn->len - conn->arrived;

    if (n != 0) {
        n = sim_detail(2) == 0 ? sim_network_part(n, sim_detail) : 0;
    }

    sim_note("fd:%d gets %zu, and is closed", conn->c.fd, n);

    conn->arrived += n;
    conn->len = conn->arrived;
    conn->fin = 1;
    conn->cause |= sim_bit(NGX_SESSION_REASON_CLOSED);
    sim.servers[conn->server].failed = 1;

    sim_network_event(conn, 1, !conn->full);
}


void
sim_network_reset(sim_conn_t *conn)
{
    ngx_uint_t  told;

    told = (sim_detail(2) == 0);

    sim_note("fd:%d is reset%s", conn->c.fd, told ? "" : ", in silence");

    conn->len = conn->arrived;
    conn->error = ECONNRESET;
    conn->cause |= sim_bit(NGX_SESSION_REASON_READ)
                   | sim_bit(NGX_SESSION_REASON_WRITE);
    sim.servers[conn->server].failed = 1;

    if (told) {
        conn->full = 0;
        sim_network_event(conn, 1, 1);

    } else {
        conn->silent = 1;
    }
}
