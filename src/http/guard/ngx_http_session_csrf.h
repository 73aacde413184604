/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_csrf: the check of unsafe requests, and the token's variables.
 */


#ifndef _NGX_HTTP_SESSION_CSRF_H_INCLUDED_
#define _NGX_HTTP_SESSION_CSRF_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_location.h"


/* RFC 9110, section 9.2.1; methods that nginx does not know are unsafe */
#define NGX_HTTP_SESSION_SAFE_METHODS                                         \
    (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS|NGX_HTTP_TRACE)


#pragma GCC visibility push(hidden)


/*
 * Checks a request, whose session is loaded.  NGX_OK: it is safe or has the
 * token; NGX_AGAIN: its body must be read first; or the status of a refusal.
 */
ngx_int_t ngx_http_session_check_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/* the same without the body, which is not read any more */
ngx_int_t ngx_http_session_judge_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/* would reading $session_csrf in this location begin a session? */
ngx_uint_t ngx_http_session_may_begin(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

ngx_int_t ngx_http_session_csrf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_verdict_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


#pragma GCC visibility pop


/* does session_csrf check the request in this location? */

static ngx_inline ngx_uint_t
ngx_http_session_guards(const ngx_http_request_t *r,
    const ngx_http_session_loc_conf_t *slcf)
{
    return slcf->manager != NULL && slcf->csrf != NULL
           && !(r->method & NGX_HTTP_SESSION_SAFE_METHODS);
}


#endif /* _NGX_HTTP_SESSION_CSRF_H_INCLUDED_ */
