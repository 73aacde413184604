/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_accept: changes that upstreams ask for in their responses.
 */


#ifndef _NGX_HTTP_SESSION_ACCEPT_H_INCLUDED_
#define _NGX_HTTP_SESSION_ACCEPT_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * The main request comes to a location with session_accept, or from another
 * one, possibly with an upstream's response, whose lines are read: returns as
 * ngx_http_session_hear() does.
 */
ngx_int_t ngx_http_session_enter(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);

/*
 * Reads the lines of the upstream's response, once, by the session_accept of
 * the location that was entered last: either all of them become changes of
 * ctx, or no line does.  NGX_OK; NGX_DECLINED: a line was refused in a strict
 * location, the response has to be a 502; NGX_ERROR.
 */
ngx_int_t ngx_http_session_hear(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ACCEPT_H_INCLUDED_ */
