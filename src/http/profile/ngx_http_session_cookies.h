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
#include "nsess_cookie.h"


/* the cookies of a name in a request, in their order */
typedef struct {
    ngx_http_request_t           *request;
    ngx_uint_t                    i;
    ngx_table_elt_t              *line;
    nsess_cookie_scan_t           scan;
} ngx_http_session_cookies_t;


#pragma GCC visibility push(hidden)


void ngx_http_session_cookies(ngx_http_session_cookies_t *cookies,
    ngx_http_request_t *r);

/* NGX_OK or NGX_DECLINED; a raw value has its quotes */
ngx_int_t ngx_http_session_next_cookie(ngx_http_session_cookies_t *cookies,
    nsess_str_t name, nsess_str_t *value);
ngx_int_t ngx_http_session_next_raw_cookie(
    ngx_http_session_cookies_t *cookies, nsess_str_t name,
    nsess_str_t *value);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_COOKIES_H_INCLUDED_ */
