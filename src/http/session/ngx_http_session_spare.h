/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Responses that go on, while the record that they came from is freed.
 */


#ifndef _NGX_HTTP_SESSION_SPARE_H_INCLUDED_
#define _NGX_HTTP_SESSION_SPARE_H_INCLUDED_


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_get_ctx.h"


/* records of up to so many bytes stay as they are: as much as the buffers of
   a connection */
#define NGX_HTTP_SESSION_SPARE_MIN    16384


#pragma GCC visibility push(hidden)


/* the next function, of a large record */
ngx_int_t ngx_http_session_spare_large(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


/*
 * The main request's response header has gone out: a large record is freed
 * when the response takes longer.  NGX_OK or NGX_ERROR.
 */

static ngx_inline ngx_int_t
ngx_http_session_spare(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    return ctx != NULL
           && ctx->loaded.record.data.len > NGX_HTTP_SESSION_SPARE_MIN
           ? ngx_http_session_spare_large(r, ctx) : NGX_OK;
}


#endif /* _NGX_HTTP_SESSION_SPARE_H_INCLUDED_ */
