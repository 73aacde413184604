/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A response that is held: header and body wait in our filter, and the
 * connection is delayed in the way of limit_rate, which each producer of
 * responses can deal with.
 */


#include "ngx_http_session_chain.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_held.h"
#include "ngx_http_session_hold.h"
#include "ngx_http_session_reset.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_save.h"


static ssize_t ngx_http_session_send_later(ngx_connection_t *c, u_char *buf,
    size_t size);
static void ngx_http_session_drop(ngx_chain_t *in);
static ngx_uint_t ngx_http_session_is_complete(ngx_http_request_t *r);


ngx_http_session_held_event_e
ngx_http_session_held_begin(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ctx->hold.send = c->send;

    c->send = ngx_http_session_send_later;
    c->write->delayed = 1;
    c->buffered |= NGX_HTTP_WRITE_BUFFERED;

    ctx->hold.body = ngx_http_session_keep_body(r);

    /* the core writes from the moment when the producer has finished */

    r->http_state = NGX_HTTP_PROCESS_REQUEST_STATE;

    /* the header filters of HTTP/1, 2 and 3 would set these for the producer */

    r->header_sent = 1;

    if (r->method == NGX_HTTP_HEAD
        || r->headers_out.status == NGX_HTTP_NO_CONTENT
        || r->headers_out.status == NGX_HTTP_NOT_MODIFIED)
    {
        r->header_only = 1;
    }

    return NGX_HTTP_SESSION_ON_NOTHING;
}


/* after an upgrade nginx writes to the connection without the filters */

static ssize_t
ngx_http_session_send_later(ngx_connection_t *c, u_char *buf, size_t size)
{
    c->write->ready = 0;

    return NGX_AGAIN;
}


ngx_int_t
ngx_http_session_keep(ngx_http_session_ctx_t *ctx, ngx_chain_t *in)
{
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = ctx->request;

    /* a timer of the producer may have cleared these */

    r->connection->write->delayed = 1;
    r->connection->buffered |= NGX_HTTP_WRITE_BUFFERED;

    if (r->filter_finalize && ctx->hold.last) {

        /* the special response is complete: this is the original body */

        ngx_http_session_drop(in);
        return NGX_AGAIN;
    }

    for (cl = in; cl != NULL; cl = cl->next) {
        if (cl->buf->last_buf) {
            ctx->hold.last = 1;
        }
    }

    if (ngx_chain_add_copy(r->pool, &ctx->hold.out, in) != NGX_OK) {
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
ngx_http_session_held_end(ngx_http_session_ctx_t *ctx)
{
    ngx_event_t       *ev;
    ngx_connection_t  *c;

    c = ctx->request->connection;
    ev = &ctx->hold.event;

    if (ev->posted) {
        ngx_delete_posted_event(ev);
    }

    if (ev->timer_set) {
        ngx_del_timer(ev);
    }

    ngx_http_session_cancel_load(ctx);
    ngx_http_session_save_abandon(ctx);

    c->send = ctx->hold.send;
    c->write->delayed = 0;
    c->write->ready = 1;
}


ngx_http_session_held_event_e
ngx_http_session_held_abandon(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t          *c;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = ctx->request;
    c = r->connection;

    ngx_http_session_held_end(ctx);

    if (r->blocked && !c->write->timer_set) {

        /*
         * The core waits for a file that is in use.  A worker that exits waits
         * for timers only.  Without the hold, the send timer would be set.
         */

        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        ngx_add_timer(c->write, clcf->send_timeout);
    }

    return NGX_HTTP_SESSION_ON_NOTHING;
}


ngx_http_session_held_event_e
ngx_http_session_held_send(ngx_http_session_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_chain_t         *out;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ngx_http_session_held_end(ctx);

    if (ctx->hold.body) {
        ngx_http_session_drop_body(r);
    }

    c->buffered &= ~NGX_HTTP_WRITE_BUFFERED;
    r->header_sent = 0;

    rc = ngx_http_session_next_header(r);

    out = ctx->hold.out;
    ctx->hold.out = NULL;

    if (rc != NGX_ERROR && out != NULL) {
        rc = ngx_http_session_next_body(r, out);
    }

    if (rc == NGX_ERROR) {
        ngx_http_session_close(r);
        return NGX_HTTP_SESSION_ON_NOTHING;
    }

    if (ngx_http_session_is_complete(r)) {

        /* the core would find nothing to write, and do this */

        ngx_http_finalize_request(r, NGX_OK);
        ngx_http_run_posted_requests(c);

        return NGX_HTTP_SESSION_ON_NOTHING;
    }

    /* lets the producer go on, or the core */

    ngx_post_event(c->write, &ngx_posted_events);

    return NGX_HTTP_SESSION_ON_NOTHING;
}


/* has the producer finished, and was all of it written? */

static ngx_uint_t
ngx_http_session_is_complete(ngx_http_request_t *r)
{
    return r->http_state == NGX_HTTP_WRITING_REQUEST_STATE
           && r == r->connection->data
           && r->postponed == NULL
           && !r->buffered
           && !r->connection->buffered
           && !r->aio;
}


ngx_http_session_held_event_e
ngx_http_session_held_replace(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ngx_http_session_held_end(ctx);

    ctx->hold.out = NULL;
    ctx->hold.last = 0;
    ctx->hold.anew = 0;
    ctx->hold.replaced = 1;

    if (ngx_http_session_reset(r) != NGX_OK) {
        return NGX_HTTP_SESSION_ON_CLOSE;
    }

    ngx_http_finalize_request(r, ctx->hold.status);
    ngx_http_run_posted_requests(c);

    return NGX_HTTP_SESSION_ON_NOTHING;
}


ngx_http_session_held_event_e
ngx_http_session_held_close(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_held_end(ctx);

    ngx_http_session_close(ctx->request);

    return NGX_HTTP_SESSION_ON_NOTHING;
}
