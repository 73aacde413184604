/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Questions about the main request's response, and its end.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_response.h"


static ngx_uint_t ngx_http_session_misses_body(ngx_http_request_t *r);


ngx_uint_t
ngx_http_session_lost_body(ngx_http_session_ctx_t *ctx)
{
    return ctx->hold.replaced
           && ngx_http_session_misses_body(ctx->request);
}


/* after a reset: does the request still have the length of a lost body? */

static ngx_uint_t
ngx_http_session_misses_body(ngx_http_request_t *r)
{
    ngx_table_elt_t  *length;

    if (ngx_http_session_discards_body(r) || r->reading_body
        || r->request_body_no_buffering)
    {
        return 1;
    }

    /* a body that was discarded or streamed can only be seen in the header */

    if (r->request_body != NULL && r->request_body->bufs != NULL) {
        return 0;
    }

    if (r->headers_in.chunked) {
        return 1;
    }

    length = r->headers_in.content_length;

    return r->request_body == NULL && length != NULL
           && !(length->value.len == 1 && length->value.data[0] == '0');
}


void
ngx_http_session_close(ngx_http_request_t *r)
{
    ngx_connection_t  *c;

    c = r->connection;

    r->main->count++;
    c->error = 1;

    ngx_http_finalize_request(r, NGX_ERROR);
    ngx_http_run_posted_requests(c);
}
