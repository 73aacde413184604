/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The next header filter and body filter.
 */


#ifndef _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_
#define _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_next_header(ngx_http_request_t *r);
ngx_int_t ngx_http_session_next_body(ngx_http_request_t *r, ngx_chain_t *in);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_ */
