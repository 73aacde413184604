/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_csrf: may a request change anything?
 */


#ifndef _NGX_HTTP_SESSION_CSRF_H_INCLUDED_
#define _NGX_HTTP_SESSION_CSRF_H_INCLUDED_


#include "ngx_http_session.h"


/* what session_csrf says; texts in ..._csrf.c */
typedef enum {
    NGX_HTTP_SESSION_CSRF_UNCHECKED = 0,
    NGX_HTTP_SESSION_CSRF_GOOD,
    NGX_HTTP_SESSION_CSRF_HOMELESS,
    NGX_HTTP_SESSION_CSRF_MISSING,
    NGX_HTTP_SESSION_CSRF_WRONG,
    NGX_HTTP_SESSION_CSRF_CROSS_SITE,
    NGX_HTTP_SESSION_CSRF_LARGE
} ngx_http_session_csrf_e;


#pragma GCC visibility push(hidden)


/*
 * May a loaded session's request change anything?  NGX_OK; NGX_AGAIN: its
 * body, which was not read yet, would tell; or a status.
 */
ngx_int_t ngx_http_session_check_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/* the same where nobody reads the body: it is as if there were none */
ngx_int_t ngx_http_session_judge_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/* does session_csrf look at the request in this location? */
ngx_uint_t ngx_http_session_guards(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);

/* would reading $session_csrf in this location begin a session? */
ngx_uint_t ngx_http_session_may_begin(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

ngx_int_t ngx_http_session_csrf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_verdict_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CSRF_H_INCLUDED_ */
