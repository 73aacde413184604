/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": bytes and replies of an open connection.
 */


#ifndef _NGX_SESSION_MC_IO_H_INCLUDED_
#define _NGX_SESSION_MC_IO_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/*
 * Appends a command to the output.  NGX_SESSION_REASON_NONE, or else nothing
 * has been appended.
 */
ngx_session_reason_e ngx_session_mc_io_append(ngx_session_mc_server_t *s,
    const nsess_mc_request_t *req);

/* sends what there is; to be called with the connection established */
void ngx_session_mc_io_flush(ngx_session_mc_server_t *s);

/* handlers of an established connection, and of the posted flush event */
void ngx_session_mc_io_read_handler(ngx_event_t *rev);
void ngx_session_mc_io_write_handler(ngx_event_t *wev);
void ngx_session_mc_io_flush_handler(ngx_event_t *ev);

/* for a new connection */
void ngx_session_mc_io_init(ngx_session_mc_server_t *s);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_IO_H_INCLUDED_ */
