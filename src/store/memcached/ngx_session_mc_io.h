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


/* sends what there is; to be called with the connection established */
void ngx_session_mc_io_flush(ngx_session_mc_conn_t *conn);

/* handlers of an established connection, and of the posted flush event */
void ngx_session_mc_io_read_handler(ngx_event_t *rev);
void ngx_session_mc_io_write_handler(ngx_event_t *wev);
void ngx_session_mc_io_flush_handler(ngx_event_t *ev);

/* has a part of a reply come? */
ngx_uint_t ngx_session_mc_io_partial(const ngx_session_mc_conn_t *conn);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_IO_H_INCLUDED_ */
