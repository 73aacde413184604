/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Holding a response back: header and body wait in our filter, and the
 * transport is delayed as limit_rate delays it, a state that every producer
 * of a response knows.
 */


#include "ngx_http_session_module.h"


static ssize_t ngx_http_session_send_later(ngx_connection_t *c, u_char *buf,
    size_t size);
static void ngx_http_session_let_go(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_hold_cleanup(void *data);
static void ngx_http_session_drop(ngx_chain_t *in);
static ngx_uint_t ngx_http_session_may_replace(ngx_http_request_t *r);
static void ngx_http_session_reset(ngx_http_session_ctx_t *ctx);


ngx_uint_t
ngx_http_session_may_hold(ngx_http_request_t *r)
{
    /*
     * after a redirect by error_page inside of a filter's finalization
     * the core terminates the request on return
     */

    return !(r->filter_finalize && r->internal);
}


ngx_int_t
ngx_http_session_hold(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;
    ngx_http_cleanup_t  *cln;

    r = ctx->request;
    c = r->connection;

    cln = ngx_http_cleanup_add(r, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_session_hold_cleanup;
    cln->data = ctx;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, c->log, 0, "session: response held");

    ctx->held = 1;
    ctx->send = c->send;

    c->send = ngx_http_session_send_later;
    c->write->delayed = 1;
    c->buffered |= NGX_HTTP_WRITE_BUFFERED;

    /* what the header filters of the protocols would tell the producer */

    r->header_sent = 1;

    if (r->method == NGX_HTTP_HEAD
        || r->headers_out.status == NGX_HTTP_NO_CONTENT
        || r->headers_out.status == NGX_HTTP_NOT_MODIFIED)
    {
        r->header_only = 1;
    }

    return NGX_OK;
}


/* an upgraded connection is written to past the filters */

static ssize_t
ngx_http_session_send_later(ngx_connection_t *c, u_char *buf, size_t size)
{
    c->write->ready = 0;

    return NGX_AGAIN;
}


void
ngx_http_session_wake(ngx_http_session_ctx_t *ctx,
    ngx_event_handler_pt handler)
{
    ctx->wake.handler = handler;
    ctx->wake.data = ctx;
    ctx->wake.log = ctx->request->connection->log;

    ngx_post_event(&ctx->wake, &ngx_posted_events);
}


ngx_int_t
ngx_http_session_keep(ngx_http_session_ctx_t *ctx, ngx_chain_t *in)
{
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = ctx->request;

    /* a timer of the producer may have cleared it */

    r->connection->write->delayed = 1;
    r->connection->buffered |= NGX_HTTP_WRITE_BUFFERED;

    if (r->filter_finalize && ctx->last_held) {

        /* the original body behind a special response */

        ngx_http_session_drop(in);
        return NGX_AGAIN;
    }

    for (cl = in; cl != NULL; cl = cl->next) {
        if (cl->buf->last_buf) {
            ctx->last_held = 1;
        }
    }

    if (ngx_chain_add_copy(r->pool, &ctx->out, in) != NGX_OK) {
        return NGX_ERROR;
    }

    return NGX_AGAIN;
}


static void
ngx_http_session_drop(ngx_chain_t *in)
{
    ngx_buf_t  *b;

    for ( /* void */ ; in != NULL; in = in->next) {
        b = in->buf;

        b->pos = b->last;
        b->file_pos = b->file_last;
    }
}


void
ngx_http_session_release(ngx_http_session_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_chain_t         *out;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, c->log, 0, "session: response released");

    ngx_http_session_let_go(ctx);

    c->buffered &= ~NGX_HTTP_WRITE_BUFFERED;
    r->header_sent = 0;

    rc = ngx_http_session_next_header(r);

    out = ctx->out;
    ctx->out = NULL;

    if (rc != NGX_ERROR && out != NULL) {
        rc = ngx_http_session_next_body(r, out);
    }

    if (rc == NGX_ERROR) {
        ngx_http_session_close(r);
        return;
    }

    /* the producer goes on */

    ngx_post_event(c->write, &ngx_posted_events);
}


static void
ngx_http_session_let_go(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t  *c;

    if (!ctx->held) {
        return;
    }

    c = ctx->request->connection;

    ctx->held = 0;

    c->send = ctx->send;
    c->write->delayed = 0;
    c->write->ready = 1;
}


/* the request ends: its save completes alone */

static void
ngx_http_session_hold_cleanup(void *data)
{
    ngx_http_session_ctx_t *ctx = data;

    if (ctx->wake.posted) {
        ngx_delete_posted_event(&ctx->wake);
    }

    ngx_http_session_cancel_load(ctx);

    if (ctx->save != NULL) {
        ngx_http_session_save_abandon(ctx->save);
        ctx->save = NULL;
    }

    ngx_http_session_let_go(ctx);
}


void
ngx_http_session_replace(ngx_http_session_ctx_t *ctx, ngx_int_t status)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    if (!ngx_http_session_may_replace(r)) {
        ngx_http_session_let_go(ctx);
        ngx_http_session_close(r);
        return;
    }

    ngx_http_session_reset(ctx);

    ngx_http_finalize_request(r, status);
    ngx_http_run_posted_requests(c);
}


static ngx_uint_t
ngx_http_session_may_replace(ngx_http_request_t *r)
{
    return r->connection->data == r
           && r->postponed == NULL
           && !r->blocked
           && !r->aio
           && !r->filter_finalize;
}


/* as if nothing had answered the request yet */

static void
ngx_http_session_reset(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;
    ngx_http_cleanup_t  *cln;

    r = ctx->request;
    c = r->connection;

    /*
     * An upstream's cleanup gives a reference back, as if its request had
     * ended, but the response goes on; those of a body that is being
     * discarded, or of background subrequests, are not ours.
     */

    if (r->upstream != NULL && r->upstream->cleanup != NULL) {
        r->count++;
    }

    while (r->cleanup != NULL) {
        cln = r->cleanup;
        r->cleanup = cln->next;

        if (cln->handler != NULL) {
            cln->handler(cln->data);
        }
    }

    ctx->out = NULL;

    c->buffered &= ~(NGX_HTTP_WRITE_BUFFERED|NGX_HTTP_GZIP_BUFFERED);

    r->out = NULL;
    r->buffered = 0;
    r->upstream = NULL;
    r->header_sent = 0;
    r->header_only = 0;
    r->chunked = 0;
    r->err_status = 0;

    ngx_http_clean_header(r);

    ngx_memzero(r->ctx, sizeof(void *) * ngx_http_max_module);
    ngx_http_set_ctx(r, ctx, ngx_http_session_module);
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
