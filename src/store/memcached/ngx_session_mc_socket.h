/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": options of sockets.
 */


#ifndef _NGX_SESSION_MC_SOCKET_H_INCLUDED_
#define _NGX_SESSION_MC_SOCKET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>


#pragma GCC visibility push(hidden)


/*
 * Of an established connection: no delay; the kernel finds out when the other
 * side does not answer any more, at the latest after the timeout in what is
 * sent.  What the system does not know is left out.
 */
ngx_int_t ngx_session_mc_socket_init(ngx_connection_t *c,
    ngx_msec_t timeout);

/* what was sent, and has not arrived, is not to arrive after close() */
void ngx_session_mc_socket_abort(ngx_connection_t *c);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_SOCKET_H_INCLUDED_ */
