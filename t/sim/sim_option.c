/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Options of sockets: with which of them the client sends, and how it closes a
 * connection.
 */


#include <netinet/tcp.h>

#include "sim.h"


/* s: what forgets a silent connection does so after a minute at the earliest */
#define SIM_FORGOTTEN  60


int __wrap_getsockopt(int fd, int level, int name, void *value,
    socklen_t *len);
int __wrap_setsockopt(int fd, int level, int name, const void *value,
    socklen_t len);


int
__wrap_setsockopt(int fd, int level, int name, const void *value,
    socklen_t len)
{
    sim_conn_t           *conn;
    const struct linger  *linger;

    if (fd < 1 || (ngx_uint_t) fd > sim.nconns) {
        sim_broken("an option of no socket is set");
        return -1;
    }

    conn = &sim.conns[fd - 1];

    if (level == SOL_SOCKET && name == SO_LINGER) {
        linger = value;
        conn->aborted = (linger->l_onoff && linger->l_linger == 0);
        return 0;
    }

    if (level != IPPROTO_TCP) {
        return 0;
    }

    switch (name) {

    case TCP_KEEPIDLE:
        conn->keepidle = *(const int *) value;
        break;

    case TCP_KEEPINTVL:
        conn->keepintvl = *(const int *) value;
        break;

    case TCP_KEEPCNT:
        conn->keepcnt = *(const int *) value;
        break;

    case TCP_USER_TIMEOUT:
        conn->user_timeout = *(const int *) value;
        break;
    }

    return 0;
}


int
__wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
    *(int *) value = sim.conns[fd - 1].error;

    return 0;
}


ngx_int_t
ngx_tcp_nodelay(ngx_connection_t *c)
{
    sim_conn_t  *conn;

    conn = (sim_conn_t *) c;

    if (sim_rare(4) == 3) {
        conn->cause |= sim_bit(NGX_SESSION_REASON_CONNECT);
        sim.servers[conn->server].failed = 1;
        return NGX_ERROR;
    }

    conn->nodelay = 1;

    return NGX_OK;
}


/* the connection sends; SO_KEEPALIVE is set by nginx */

void
sim_option_send(sim_conn_t *conn)
{
    if (!conn->nodelay) {
        sim_broken("fd:%d: sends, and small packets wait", conn->c.fd);
    }

    if (!conn->keepalive || conn->keepidle <= 0 || conn->keepintvl <= 0
        || conn->keepcnt <= 0
        || conn->keepidle + conn->keepcnt * conn->keepintvl >= SIM_FORGOTTEN)
    {
        sim_broken("fd:%d: sends, and keepalive is not set, or is too late",
                   conn->c.fd);
    }

    if (conn->user_timeout != SIM_TIMEOUT) {
        sim_broken("fd:%d: sends, and the kernel waits for %d ms",
                   conn->c.fd, conn->user_timeout);
    }
}


/*
 * Whoever waits is told that it failed, or is answered by another connection:
 * what the kernel has still is not to be sent behind that.  When the worker is
 * made to end, nothing is started any more.
 */

void
sim_option_close(const sim_conn_t *conn)
{
    sim_op_t    *op;
    ngx_uint_t   i;

    if (conn->aborted || sim.ended || sim.exited) {
        return;
    }

    for (i = 0; i < sim.nops; i++) {
        op = &sim.ops[i];

        if (op->live && op->conn == conn && op->received) {
            sim_broken("fd:%d: is closed, and what was sent of op %zu may "
                       "arrive later", conn->c.fd, op->id);
        }
    }
}
