/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_csrf: the token in the body of a form.
 */


#ifndef _NGX_HTTP_SESSION_CSRF_BODY_H_INCLUDED_
#define _NGX_HTTP_SESSION_CSRF_BODY_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * The field of that name in a form: NGX_OK: ctx->guard.token is its value;
 * NGX_DECLINED: the form does not have it, or has it empty, or
 * (ctx->guard.large) the part that was searched does not have it; NGX_AGAIN:
 * the body was not read yet.
 */
ngx_int_t ngx_http_session_csrf_field(ngx_http_session_ctx_t *ctx,
    ngx_str_t *name);

/* reads the body, then runs the phases again: NGX_DONE, or a status */
ngx_int_t ngx_http_session_read_csrf(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CSRF_BODY_H_INCLUDED_ */
