/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The filters after ours, which serialise the response.
 */


#ifndef _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_
#define _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* at configuration time: puts our filters before those that are there */
void ngx_http_session_insert_filters(ngx_http_output_header_filter_pt header,
    ngx_http_output_body_filter_pt body);

/* sends a header that needs no session, such as that of a subrequest */
ngx_int_t ngx_http_session_skip_header(ngx_http_request_t *r);

/*
 * Sends the header of the response, or its body.  After the header
 * session_recheck begins, and a large record may be freed.
 */
ngx_int_t ngx_http_session_next_header(ngx_http_request_t *r);
ngx_int_t ngx_http_session_next_body(ngx_http_request_t *r, ngx_chain_t *in);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CHAIN_H_INCLUDED_ */
