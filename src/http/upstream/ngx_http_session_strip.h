/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Removal of the client's own copies of headers that locations send.
 */


#ifndef _NGX_HTTP_SESSION_STRIP_H_INCLUDED_
#define _NGX_HTTP_SESSION_STRIP_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_main.h"


typedef enum {
    NGX_HTTP_SESSION_STRIP_FOUND = 0,   /* only if there is such a header */
    NGX_HTTP_SESSION_STRIP_COPY,        /* always: makes a list of its own */
    NGX_HTTP_SESSION_STRIP_COOKIES      /* the same, without Cookie lines */
} ngx_http_session_strip_e;


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_strip_handler(ngx_http_request_t *r);

/* removes headers that any location sends from the request */
ngx_int_t ngx_http_session_strip(ngx_http_request_t *r,
    ngx_http_session_strip_e what);

/* drops the cached values of $http_... variables of such headers */
ngx_int_t ngx_http_session_forget_headers(ngx_http_request_t *r);


#pragma GCC visibility pop


/* the same of those that there are, in each location */

static ngx_inline ngx_int_t
ngx_http_session_strip_found(ngx_http_request_t *r)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    return smcf->given.nelts != 0
           ? ngx_http_session_strip(r, NGX_HTTP_SESSION_STRIP_FOUND) : NGX_OK;
}


#endif /* _NGX_HTTP_SESSION_STRIP_H_INCLUDED_ */
