/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The filters behind ours, which serialise the response.
 */


#ifndef _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_
#define _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* at configuration time: ours run before those that are there */
void ngx_http_session_insert_filters(ngx_http_output_header_filter_pt header,
    ngx_http_output_body_filter_pt body);

/* sends a header that is not ours to look at */
ngx_int_t ngx_http_session_skip_header(ngx_http_request_t *r);

/*
 * Sends the header of the response, or its body.  After the header the
 * session of a stream is watched, and a record that nobody reads is freed.
 */
ngx_int_t ngx_http_session_next_header(ngx_http_request_t *r);
ngx_int_t ngx_http_session_next_body(ngx_http_request_t *r, ngx_chain_t *in);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_ */
