/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What upstreams say of the session.
 */


#ifndef _NGX_HTTP_SESSION_ACCEPT_H_INCLUDED_
#define _NGX_HTTP_SESSION_ACCEPT_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * The main request comes to a location, maybe with an upstream's answer, which
 * is heard: returns as ngx_http_session_hear() does.
 */
ngx_int_t ngx_http_session_enter(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);

/*
 * Makes what the upstream of the location entered last has said of the
 * session, if it is news, changes of ctx: all that it said, or nothing.
 * NGX_OK; NGX_DECLINED: it was refused, and the location is strict: 502 is to
 * be answered; NGX_ERROR.
 */
ngx_int_t ngx_http_session_hear(ngx_http_session_ctx_t *ctx);

/* is the answer one that was made for an earlier request? */
ngx_uint_t ngx_http_session_from_cache(ngx_http_upstream_t *u);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ACCEPT_H_INCLUDED_ */
