/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Set-Cookie, and Cache-Control, which keeps the cookie out of caches.
 */


#ifndef _NGX_HTTP_SESSION_SET_COOKIE_H_INCLUDED_
#define _NGX_HTTP_SESSION_SET_COOKIE_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* add the Set-Cookie lines of a session, or those that delete its cookies */
ngx_int_t ngx_http_session_send_cookies(ngx_http_session_ctx_t *ctx);
ngx_int_t ngx_http_session_expire_cookies(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SET_COOKIE_H_INCLUDED_ */
