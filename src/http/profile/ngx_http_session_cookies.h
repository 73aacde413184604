/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The cookies of a request.
 */


#ifndef _NGX_HTTP_SESSION_COOKIES_H_INCLUDED_
#define _NGX_HTTP_SESSION_COOKIES_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess.h"


#pragma GCC visibility push(hidden)


/*
 * The values of the last cookies of a name, at most max, in the order of the
 * request: returns how many.  They point into the request.  Empty ones are
 * left out; raw ones have their quotes.
 */
ngx_uint_t ngx_http_session_cookie_values(ngx_http_request_t *r,
    nsess_str_t name, ngx_uint_t raw, nsess_str_t *values, ngx_uint_t max);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_COOKIES_H_INCLUDED_ */
