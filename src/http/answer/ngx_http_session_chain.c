/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The filters after ours.
 */


#include "ngx_http_session_chain.h"
#include "ngx_http_session_recheck.h"
#include "ngx_http_session_spare.h"


static ngx_http_output_header_filter_pt  ngx_http_next_header_filter;
static ngx_http_output_body_filter_pt    ngx_http_next_body_filter;


ngx_int_t
ngx_http_session_skip_header(ngx_http_request_t *r)
{
    return ngx_http_next_header_filter(r);
}


ngx_int_t
ngx_http_session_next_header(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_next_header_filter(r);

    return rc == NGX_ERROR
           || (ngx_http_session_watch(r) == NGX_OK
               && ngx_http_session_spare(r) == NGX_OK) ? rc : NGX_ERROR;
}


ngx_int_t
ngx_http_session_next_body(ngx_http_request_t *r, ngx_chain_t *in)
{
    return ngx_http_next_body_filter(r, in);
}


void
ngx_http_session_insert_filters(ngx_http_output_header_filter_pt header,
    ngx_http_output_body_filter_pt body)
{
    ngx_http_next_header_filter = ngx_http_top_header_filter;
    ngx_http_top_header_filter = header;

    ngx_http_next_body_filter = ngx_http_top_body_filter;
    ngx_http_top_body_filter = body;
}
