/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Holds a response back: header and body wait in our filter, and the
 * connection is delayed in the way of limit_rate, which each producer of
 * responses can deal with.
 */


#include "ngx_http_session_chain.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_hold.h"
#include "ngx_http_session_load.h"
#include "ngx_http_session_reset.h"
#include "ngx_http_session_save.h"

#include "ngx_session_limit.h"


/* ms between checks whether files are in use; about the time of one read */
#define NGX_HTTP_SESSION_FILES_INTERVAL  10


/* what happens to a response */
typedef enum {
    NGX_HTTP_SESSION_ON_HEADER = 0,
    NGX_HTTP_SESSION_ON_PASS,
    NGX_HTTP_SESSION_ON_LOAD,       /* it has to wait for a load */
    NGX_HTTP_SESSION_ON_SAVE,
    NGX_HTTP_SESSION_ON_RELEASE,
    NGX_HTTP_SESSION_ON_REFUSE,
    NGX_HTTP_SESSION_ON_REPLACE,
    NGX_HTTP_SESSION_ON_ANEW,       /* replaced by a new response */
    NGX_HTTP_SESSION_ON_CLOSE,
    NGX_HTTP_SESSION_ON_END         /* the request ends */
} ngx_http_session_event_e;


typedef struct {
    ngx_http_session_response_e   state;
    ngx_http_session_event_e      event;
    ngx_http_session_response_e   next;

    /* runs in the next state; the request may be gone after it */
    ngx_int_t                   (*action)(ngx_http_session_ctx_t *ctx);
} ngx_http_session_hold_row_t;


static ngx_int_t ngx_http_session_hold_run(ngx_http_session_ctx_t *ctx,
    ngx_http_session_event_e event);
static ngx_int_t ngx_http_session_hold_begin(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_hold_watch(ngx_http_session_ctx_t *ctx);
static ssize_t ngx_http_session_send_later(ngx_connection_t *c, u_char *buf,
    size_t size);
static ngx_event_t *ngx_http_session_hold_event(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_hold_handler(ngx_event_t *ev);
static ngx_int_t ngx_http_session_hold_end(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_hold_abandon(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_hold_cleanup(void *data);
static ngx_uint_t ngx_http_session_outlives(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_adopt(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_drop(ngx_chain_t *in);
static ngx_int_t ngx_http_session_hold_send(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_hold_settle(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_hold_again(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_files_done(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_hold_replace(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_hold_close(ngx_http_session_ctx_t *ctx);


static const ngx_http_session_hold_row_t  ngx_http_session_hold_table[] = {

    { NGX_HTTP_SESSION_OPEN,      NGX_HTTP_SESSION_ON_HEADER,
      NGX_HTTP_SESSION_TAKEN,     NULL },

    { NGX_HTTP_SESSION_TAKEN,     NGX_HTTP_SESSION_ON_PASS,
      NGX_HTTP_SESSION_SENT,      NULL },
    { NGX_HTTP_SESSION_TAKEN,     NGX_HTTP_SESSION_ON_LOAD,
      NGX_HTTP_SESSION_HELD_LOAD, ngx_http_session_hold_begin },
    { NGX_HTTP_SESSION_TAKEN,     NGX_HTTP_SESSION_ON_SAVE,
      NGX_HTTP_SESSION_HELD_SAVE, ngx_http_session_hold_begin },

    { NGX_HTTP_SESSION_HELD_LOAD, NGX_HTTP_SESSION_ON_SAVE,
      NGX_HTTP_SESSION_HELD_SAVE, NULL },
    { NGX_HTTP_SESSION_HELD_LOAD, NGX_HTTP_SESSION_ON_RELEASE,
      NGX_HTTP_SESSION_SENT,      ngx_http_session_hold_send },
    { NGX_HTTP_SESSION_HELD_LOAD, NGX_HTTP_SESSION_ON_REFUSE,
      NGX_HTTP_SESSION_REFUSED,   ngx_http_session_hold_settle },
    { NGX_HTTP_SESSION_HELD_LOAD, NGX_HTTP_SESSION_ON_END,
      NGX_HTTP_SESSION_ABANDONED, ngx_http_session_hold_abandon },

    { NGX_HTTP_SESSION_HELD_SAVE, NGX_HTTP_SESSION_ON_RELEASE,
      NGX_HTTP_SESSION_SENT,      ngx_http_session_hold_send },
    { NGX_HTTP_SESSION_HELD_SAVE, NGX_HTTP_SESSION_ON_REFUSE,
      NGX_HTTP_SESSION_REFUSED,   ngx_http_session_hold_settle },
    { NGX_HTTP_SESSION_HELD_SAVE, NGX_HTTP_SESSION_ON_END,
      NGX_HTTP_SESSION_ABANDONED, ngx_http_session_hold_abandon },

    { NGX_HTTP_SESSION_REFUSED,   NGX_HTTP_SESSION_ON_REFUSE,
      NGX_HTTP_SESSION_REFUSED,   ngx_http_session_hold_settle },
    { NGX_HTTP_SESSION_REFUSED,   NGX_HTTP_SESSION_ON_REPLACE,
      NGX_HTTP_SESSION_REPLACED,  ngx_http_session_hold_replace },
    { NGX_HTTP_SESSION_REFUSED,   NGX_HTTP_SESSION_ON_ANEW,
      NGX_HTTP_SESSION_OPEN,      ngx_http_session_hold_replace },
    { NGX_HTTP_SESSION_REFUSED,   NGX_HTTP_SESSION_ON_CLOSE,
      NGX_HTTP_SESSION_CLOSED,    ngx_http_session_hold_close },
    { NGX_HTTP_SESSION_REPLACED,  NGX_HTTP_SESSION_ON_CLOSE,
      NGX_HTTP_SESSION_CLOSED,    ngx_http_session_hold_close },
    { NGX_HTTP_SESSION_REFUSED,   NGX_HTTP_SESSION_ON_END,
      NGX_HTTP_SESSION_ABANDONED, ngx_http_session_hold_abandon },
};


static ngx_session_limit_t  ngx_http_session_hold_limit;


static ngx_int_t
ngx_http_session_hold_run(ngx_http_session_ctx_t *ctx,
    ngx_http_session_event_e event)
{
    ngx_uint_t                          i;
    const ngx_http_session_hold_row_t  *row;

    row = ngx_http_session_hold_table;

    for (i = 0; i < sizeof(ngx_http_session_hold_table)
                    / sizeof(ngx_http_session_hold_row_t); i++)
    {
        if (row[i].state == ctx->hold.state && row[i].event == event) {

            ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log,
                           0, "session: response from state %d to %d",
                           (int) row[i].state, (int) row[i].next);

            ctx->hold.state = row[i].next;

            return row[i].action == NULL ? NGX_OK : row[i].action(ctx);
        }
    }

    (void) ngx_session_log(&ngx_http_session_hold_limit, NGX_LOG_ALERT,
                           ctx->request->connection->log, 0,
                           "a response in state %d met event %d",
                           (int) ctx->hold.state, (int) event);

    return NGX_ERROR;
}


void
ngx_http_session_take(ngx_http_session_ctx_t *ctx)
{
    (void) ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_HEADER);
}


ngx_uint_t
ngx_http_session_is_taken(ngx_http_session_ctx_t *ctx)
{
    return ctx->hold.state != NGX_HTTP_SESSION_OPEN;
}


void
ngx_http_session_pass(ngx_http_session_ctx_t *ctx)
{
    (void) ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_PASS);
}


ngx_uint_t
ngx_http_session_may_hold(ngx_http_session_ctx_t *ctx)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    /*
     * when error_page has redirected inside ngx_http_filter_finalize_request(),
     * the core terminates the request on return
     */

    return ngx_http_session_is_held(ctx)
           || !(r->filter_finalize && r->internal);
}


ngx_uint_t
ngx_http_session_is_held(ngx_http_session_ctx_t *ctx)
{
    return ctx->hold.state == NGX_HTTP_SESSION_HELD_LOAD
           || ctx->hold.state == NGX_HTTP_SESSION_HELD_SAVE
           || ctx->hold.state == NGX_HTTP_SESSION_REFUSED;
}


ngx_int_t
ngx_http_session_hold_for_load(ngx_http_session_ctx_t *ctx)
{
    return ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_LOAD);
}


ngx_int_t
ngx_http_session_hold_for_save(ngx_http_session_ctx_t *ctx)
{
    return ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_SAVE);
}


static ngx_int_t
ngx_http_session_hold_begin(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    if (ngx_http_session_hold_watch(ctx) != NGX_OK) {
        ctx->hold.state = NGX_HTTP_SESSION_CLOSED;
        return NGX_ERROR;
    }

    ctx->hold.send = c->send;

    c->send = ngx_http_session_send_later;
    c->write->delayed = 1;
    c->buffered |= NGX_HTTP_WRITE_BUFFERED;

    ctx->hold.body = ngx_http_session_keep_body(r);

    /* the header filters of HTTP/1, 2 and 3 would set these for the producer */

    r->header_sent = 1;

    if (r->method == NGX_HTTP_HEAD
        || r->headers_out.status == NGX_HTTP_NO_CONTENT
        || r->headers_out.status == NGX_HTTP_NOT_MODIFIED)
    {
        r->header_only = 1;
    }

    return NGX_OK;
}


/* adds a cleanup, to be called when the request ends */

static ngx_int_t
ngx_http_session_hold_watch(ngx_http_session_ctx_t *ctx)
{
    ngx_http_cleanup_t  *cln;

    cln = ngx_http_cleanup_add(ctx->request, 0);
    if (cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ngx_http_session_hold_cleanup;
    cln->data = ctx;

    return NGX_OK;
}


/* after an upgrade nginx writes to the connection without the filters */

static ssize_t
ngx_http_session_send_later(ngx_connection_t *c, u_char *buf, size_t size)
{
    c->write->ready = 0;

    return NGX_AGAIN;
}


void
ngx_http_session_wake(ngx_http_session_ctx_t *ctx,
    ngx_http_session_woken_pt handler)
{
    ngx_event_t  *ev;

    ctx->hold.handler = handler;

    ev = ngx_http_session_hold_event(ctx);

    ngx_post_event(ev, &ngx_posted_events);
}


static ngx_event_t *
ngx_http_session_hold_event(ngx_http_session_ctx_t *ctx)
{
    ngx_event_t  *ev;

    ev = &ctx->hold.event;

    ev->handler = ngx_http_session_hold_handler;
    ev->data = ctx;
    ev->log = ctx->request->connection->log;

    return ev;
}


static void
ngx_http_session_hold_handler(ngx_event_t *ev)
{
    ngx_http_session_ctx_t *ctx = ev->data;

    ngx_http_session_woken_pt  handler;

    if (ev->timer_set) {
        ngx_del_timer(ev);
    }

    if (ctx->hold.orphan && ngx_http_session_adopt(ctx) != NGX_OK) {
        return;
    }

    handler = ctx->hold.handler;

    if (handler != NULL) {
        ctx->hold.handler = NULL;
        handler(ctx);
    }
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


/* ends the hold, when the request ends or goes on; a save completes alone */

static ngx_int_t
ngx_http_session_hold_end(ngx_http_session_ctx_t *ctx)
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

    if (ctx->save.running != NULL) {
        ngx_http_session_save_abandon(ctx->save.running);
        ctx->save.running = NULL;
    }

    c->send = ctx->hold.send;
    c->write->delayed = 0;
    c->write->ready = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_hold_abandon(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t          *c;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = ctx->request;
    c = r->connection;

    (void) ngx_http_session_hold_end(ctx);

    if (r->blocked && !c->write->timer_set) {

        /*
         * The core waits for a file that is in use.  A worker that exits waits
         * for timers only.  Without the hold, the send timer would be set.
         */

        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        ngx_add_timer(c->write, clcf->send_timeout);
    }

    return NGX_OK;
}


static void
ngx_http_session_hold_cleanup(void *data)
{
    ngx_http_session_ctx_t *ctx = data;

    ngx_event_t  *ev;

    if (!ngx_http_session_is_held(ctx)) {
        return;
    }

    if (ngx_http_session_outlives(ctx)) {

        /* the core would end the request now, unless it is blocked */

        ctx->request->blocked++;
        ctx->hold.orphan = 1;

        ev = ngx_http_session_hold_event(ctx);

        ngx_post_event(ev, &ngx_posted_events);
        return;
    }

    (void) ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_END);
}


/*
 * An upstream may go on for a cache or a store after the client's response is
 * complete.  When it breaks off, it ends the request, even if the client asked
 * for the header only, which would have been sent without the hold.
 */

static ngx_uint_t
ngx_http_session_outlives(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    return r->header_only
           && r->upstream != NULL
           && r->upstream->header_sent
           && r->upstream->cleanup == NULL
           && r->count != 0
           && !c->error
           && !c->timedout
           && !c->close;
}


/* the response has no body and lost its producer: continue without it */

static ngx_int_t
ngx_http_session_adopt(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    ctx->hold.orphan = 0;

    r->blocked--;
    r->keepalive = 0;
    c->error = 0;

    if (ngx_http_session_hold_watch(ctx) != NGX_OK) {
        (void) ngx_http_session_hold_end(ctx);
        ngx_http_session_close(r);
        return NGX_ERROR;
    }

    ngx_http_finalize_request(r, NGX_OK);
    ngx_http_run_posted_requests(c);

    return c->destroyed ? NGX_ERROR : NGX_OK;
}


void
ngx_http_session_release(ngx_http_session_ctx_t *ctx)
{
    (void) ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_RELEASE);
}


static ngx_int_t
ngx_http_session_hold_send(ngx_http_session_ctx_t *ctx)
{
    ngx_int_t            rc;
    ngx_chain_t         *out;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    (void) ngx_http_session_hold_end(ctx);

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
        return NGX_ERROR;
    }

    /* lets the producer go on */

    ngx_post_event(c->write, &ngx_posted_events);

    return NGX_OK;
}


void
ngx_http_session_replace(ngx_http_session_ctx_t *ctx, ngx_int_t status)
{
    ctx->hold.status = status;

    (void) ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_REFUSE);
}


static ngx_int_t
ngx_http_session_hold_settle(ngx_http_session_ctx_t *ctx)
{
    ngx_event_t         *ev;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (r->blocked) {

        /*
         * A thread or the kernel reads or writes a file for the request, and
         * calls this handler afterwards; after that of a background subrequest
         * it calls another one, so there is a timer, too.
         */

        r->write_event_handler = ngx_http_session_files_done;

        ctx->hold.handler = ngx_http_session_hold_again;

        ev = ngx_http_session_hold_event(ctx);

        ngx_add_timer(ev, NGX_HTTP_SESSION_FILES_INTERVAL);

        return NGX_AGAIN;
    }

    if (!ngx_http_session_may_reset(r)) {
        return ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_CLOSE);
    }

    return ngx_http_session_hold_run(ctx,
                                     ctx->hold.anew
                                     ? NGX_HTTP_SESSION_ON_ANEW
                                     : NGX_HTTP_SESSION_ON_REPLACE);
}


static void
ngx_http_session_hold_again(ngx_http_session_ctx_t *ctx)
{
    (void) ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_REFUSE);
}


static void
ngx_http_session_files_done(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    if (ctx != NULL
        && ctx->hold.state == NGX_HTTP_SESSION_REFUSED
        && !r->blocked)
    {
        ngx_post_event(&ctx->hold.event, &ngx_posted_events);
    }
}


static ngx_int_t
ngx_http_session_hold_replace(ngx_http_session_ctx_t *ctx)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = ctx->request;
    c = r->connection;

    (void) ngx_http_session_hold_end(ctx);

    ctx->hold.out = NULL;
    ctx->hold.last = 0;
    ctx->hold.anew = 0;
    ctx->hold.replaced = 1;

    if (ngx_http_session_reset(r) != NGX_OK) {
        return ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_CLOSE);
    }

    ngx_http_finalize_request(r, ctx->hold.status);
    ngx_http_run_posted_requests(c);

    return NGX_OK;
}


ngx_uint_t
ngx_http_session_lost_body(ngx_http_session_ctx_t *ctx)
{
    return ctx->hold.replaced
           && ngx_http_session_misses_body(ctx->request);
}


static ngx_int_t
ngx_http_session_hold_close(ngx_http_session_ctx_t *ctx)
{
    (void) ngx_http_session_hold_end(ctx);

    ngx_http_session_close(ctx->request);

    return NGX_OK;
}
