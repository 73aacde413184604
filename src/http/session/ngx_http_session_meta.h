/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Variables with facts about a session: handlers of the table in
 * ngx_http_session_variables.c.
 */


#ifndef _NGX_HTTP_SESSION_META_H_INCLUDED_
#define _NGX_HTTP_SESSION_META_H_INCLUDED_


#include "ngx_http_session.h"


/* data of ngx_http_session_number_variable() */
typedef enum {
    NGX_HTTP_SESSION_CREATED = 0,
    NGX_HTTP_SESSION_AGE,
    NGX_HTTP_SESSION_TTL,
    NGX_HTTP_SESSION_OPAQUE
} ngx_http_session_number_e;


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_name_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_error_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_save_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_took_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_upstream_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
ngx_int_t ngx_http_session_no_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_META_H_INCLUDED_ */
