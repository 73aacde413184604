/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * SSI, sub_filter and scripts read $session_csrf while the body of a page
 * passes, after its header.  Where the first read would begin a session, the
 * header waits for it: the page is copied before our filter, so that the
 * producer gets its buffers back.
 */


#include "ngx_http_session_csrf.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_gather.h"
#include "ngx_http_session_location.h"


/* bytes of a page; output_buffers hold as much of a file by default */
#define NGX_HTTP_SESSION_GATHER_MAX  65536


static ngx_uint_t ngx_http_session_has_body(ngx_http_request_t *r);
static size_t ngx_http_session_gather_size(ngx_http_session_ctx_t *ctx,
    ngx_chain_t *in, ngx_uint_t *ends);
static ngx_uint_t ngx_http_session_has_more(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_gather_copy(ngx_http_session_ctx_t *ctx,
    ngx_chain_t *in, size_t size);


ngx_uint_t
ngx_http_session_may_gather(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    return ctx->request->filter_need_in_memory
           && ngx_http_session_has_body(ctx->request)
           && ngx_http_session_may_begin(ctx, slcf);
}


static ngx_uint_t
ngx_http_session_has_body(ngx_http_request_t *r)
{
    return r->method != NGX_HTTP_HEAD
           && !r->header_only
           && !r->filter_finalize
           && r->headers_out.content_length_n != 0
           && r->headers_out.status >= NGX_HTTP_OK
           && r->headers_out.status != NGX_HTTP_NO_CONTENT
           && r->headers_out.status != NGX_HTTP_NOT_MODIFIED;
}


ngx_int_t
ngx_http_session_gather(ngx_http_session_ctx_t *ctx, ngx_chain_t *in)
{
    size_t      size;
    ngx_uint_t  ends;

    size = ngx_http_session_gather_size(ctx, in, &ends);

    if (!ends && !ctx->changes.begun
        && size <= NGX_HTTP_SESSION_GATHER_MAX - ctx->page.size)
    {
        return ngx_http_session_gather_copy(ctx, in, size) == NGX_OK
               ? NGX_AGAIN : NGX_ERROR;
    }

    ctx->page.waits = 0;

    return ngx_chain_add_copy(ctx->request->pool, &ctx->page.body, in);
}


/* ends: the chain has a buffer that cannot wait, or is the last one */

static size_t
ngx_http_session_gather_size(ngx_http_session_ctx_t *ctx, ngx_chain_t *in,
    ngx_uint_t *ends)
{
    size_t      size;
    ngx_buf_t  *b;

    size = 0;
    *ends = 0;

    for ( /* void */ ; in != NULL; in = in->next) {
        b = in->buf;

        if (ngx_buf_in_memory(b)) {
            size += b->last - b->pos;

        } else if (b->in_file) {
            *ends = 1;
        }

        if (b->last_buf
            || (b->flush && (size != 0 || ctx->page.size != 0
                             || !ngx_http_session_has_more(ctx->request))))
        {
            *ends = 1;
        }
    }

    return size;
}


/*
 * Does the body follow?  With proxy_buffering off a flush without data comes
 * first; it also comes when the upstream breaks off, and then it is the last.
 */

static ngx_uint_t
ngx_http_session_has_more(ngx_http_request_t *r)
{
    return r->upstream != NULL && r->upstream->peer.connection != NULL;
}


static ngx_int_t
ngx_http_session_gather_copy(ngx_http_session_ctx_t *ctx, ngx_chain_t *in,
    size_t size)
{
    ngx_buf_t    *b, *copy;
    ngx_chain_t   cl;

    copy = NULL;

    if (size != 0) {
        copy = ngx_create_temp_buf(ctx->request->pool, size);
        if (copy == NULL) {
            return NGX_ERROR;
        }
    }

    for ( /* void */ ; in != NULL; in = in->next) {
        b = in->buf;

        if (copy != NULL && ngx_buf_in_memory(b)) {
            copy->last = ngx_cpymem(copy->last, b->pos, b->last - b->pos);
        }

        /* the producer may use the buffer again */

        b->pos = b->last;
        b->file_pos = b->file_last;
    }

    if (size == 0) {
        return NGX_OK;
    }

    ctx->page.size += size;

    cl.buf = copy;
    cl.next = NULL;

    return ngx_chain_add_copy(ctx->request->pool, &ctx->page.body, &cl);
}
