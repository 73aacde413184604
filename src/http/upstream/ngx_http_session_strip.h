/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The client's own copies of headers that locations give.
 */


#ifndef _NGX_HTTP_SESSION_STRIP_H_INCLUDED_
#define _NGX_HTTP_SESSION_STRIP_H_INCLUDED_


#include "ngx_http_session.h"


typedef enum {
    NGX_HTTP_SESSION_STRIP_FOUND = 0,   /* nothing to do if there is no one */
    NGX_HTTP_SESSION_STRIP_COPY,        /* the list is the request's own then */
    NGX_HTTP_SESSION_STRIP_COOKIES      /* so it is; the Cookie lines go, too */
} ngx_http_session_strip_e;


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_strip_handler(ngx_http_request_t *r);

/* takes headers that any location gives out of the request */
ngx_int_t ngx_http_session_strip(ngx_http_request_t *r,
    ngx_http_session_strip_e what);

/* $http_... of such headers are to be read again */
ngx_int_t ngx_http_session_forget_headers(ngx_http_request_t *r);

/* is a name the folded one, with any sign for "-"? */
ngx_uint_t ngx_http_session_is_header(ngx_str_t *folded, u_char *name,
    size_t len);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_STRIP_H_INCLUDED_ */
