/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values that decide something, evaluated afresh.
 */


#ifndef _NGX_HTTP_SESSION_EVALUATE_H_INCLUDED_
#define _NGX_HTTP_SESSION_EVALUATE_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * A value that decides something: nothing that nginx keeps of its variables
 * is believed, and nothing of an answer that comes from a cache.  The value
 * lives as long as the request, and may be that of a variable: it is read only.
 */
ngx_int_t ngx_http_session_evaluate(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *value);

/*
 * The same as a condition: "" and "0" are false, as in nginx's "if", and a
 * variable of the session alone whose value is false by its type.
 */
ngx_int_t ngx_http_session_test(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_uint_t *yes);

/* a subrequest shares variables with its parent: from now on it has its own */
ngx_int_t ngx_http_session_own_variables(ngx_http_request_t *r);

/* what nginx keeps of variables is evaluated again */
ngx_int_t ngx_http_session_refresh(ngx_http_request_t *r);

/* was the response made for an earlier request? */
ngx_uint_t ngx_http_session_from_cache(ngx_http_upstream_t *u);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_EVALUATE_H_INCLUDED_ */
