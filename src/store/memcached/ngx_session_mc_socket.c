/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Options of sockets.  Sources: tcp(7), socket(7).
 */


#include "ngx_session_mc_socket.h"

#include <netinet/tcp.h>


/*
 * Seconds of silence before the first keepalive, and between two: shorter than
 * any firewall or load balancer forgets a connection (the shortest known is
 * some minute), and so many without an answer end it.
 */
#define NGX_SESSION_MC_KEEPIDLE   10
#define NGX_SESSION_MC_KEEPINTVL  5
#define NGX_SESSION_MC_KEEPCNT    3


static void ngx_session_mc_socket_set(ngx_connection_t *c, int name,
    int value);


ngx_int_t
ngx_session_mc_socket_init(ngx_connection_t *c, ngx_msec_t timeout)
{
    /* this is what nginx says of a socket of the domain AF_UNIX */

    if (c->tcp_nodelay == NGX_TCP_NODELAY_DISABLED) {
        return NGX_OK;
    }

#if (NGX_HAVE_KEEPALIVE_TUNABLE)
    ngx_session_mc_socket_set(c, TCP_KEEPIDLE, NGX_SESSION_MC_KEEPIDLE);
    ngx_session_mc_socket_set(c, TCP_KEEPINTVL, NGX_SESSION_MC_KEEPINTVL);
    ngx_session_mc_socket_set(c, TCP_KEEPCNT, NGX_SESSION_MC_KEEPCNT);
#endif

#ifdef TCP_USER_TIMEOUT
    ngx_session_mc_socket_set(c, TCP_USER_TIMEOUT, (int) timeout);
#endif

    return ngx_tcp_nodelay(c);
}


/* the connection is as good without, but for how soon its end is known */

static void
ngx_session_mc_socket_set(ngx_connection_t *c, int name, int value)
{
    if (setsockopt(c->fd, IPPROTO_TCP, name, &value, sizeof(int)) == -1) {
        ngx_log_debug2(NGX_LOG_DEBUG_EVENT, c->log, ngx_socket_errno,
                       "session memcached setsockopt(%d, %d) failed",
                       name, value);
    }
}


void
ngx_session_mc_socket_abort(ngx_connection_t *c)
{
    struct linger  linger;

    linger.l_onoff = 1;
    linger.l_linger = 0;

    if (setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &linger,
                   sizeof(struct linger))
        == -1)
    {
        ngx_log_debug0(NGX_LOG_DEBUG_EVENT, c->log, ngx_socket_errno,
                       "session memcached setsockopt(SO_LINGER) failed");
    }
}
