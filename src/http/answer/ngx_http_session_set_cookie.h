/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Set-Cookie, and the Cache-Control that goes with it.
 */


#ifndef _NGX_HTTP_SESSION_SET_COOKIE_H_INCLUDED_
#define _NGX_HTTP_SESSION_SET_COOKIE_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_cookie.h"


#pragma GCC visibility push(hidden)


/* the response sets a cookie; value == NULL: the browser forgets it */
ngx_int_t ngx_http_session_set_cookie(ngx_http_request_t *r,
    const nsess_cookie_t *cookie, nsess_str_t *value);

/* the response sets the session's cookies, or makes the browser forget them */
ngx_int_t ngx_http_session_send_cookies(ngx_http_session_ctx_t *ctx);
ngx_int_t ngx_http_session_expire_cookies(ngx_http_session_ctx_t *ctx);

/* name is static; the value is what the writer holds, in the request's pool */
ngx_table_elt_t *ngx_http_session_push_header(ngx_http_request_t *r,
    char *name, nsess_writer_t *w);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SET_COOKIE_H_INCLUDED_ */
