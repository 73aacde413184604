/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The states of a response as a table: what each event leads to.  An action
 * returns the event that follows.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_held.h"
#include "ngx_http_session_hold.h"
#include "ngx_http_session_reset.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_row_name.h"

#include "ngx_session_limit.h"


/* ms between checks whether files are in use; about the time of one read */
#define NGX_HTTP_SESSION_FILES_INTERVAL  10


typedef struct {
    ngx_http_session_response_e     next;

    /* runs in the next state; NULL: the state does not have the event */
    ngx_http_session_held_event_e (*action)(ngx_http_session_ctx_t *ctx);

#if (NGX_DEBUG)
    const char                     *name;
#endif
} ngx_http_session_hold_row_t;


static void ngx_http_session_hold_run(ngx_http_session_ctx_t *ctx,
    ngx_http_session_held_event_e event);
static ngx_http_session_held_event_e ngx_http_session_hold_meet(
    ngx_http_session_ctx_t *ctx, ngx_http_session_held_event_e event);
static void ngx_http_session_hold_broken(ngx_http_session_ctx_t *ctx,
    ngx_http_session_held_event_e event);
static ngx_http_session_held_event_e ngx_http_session_hold_step(
    ngx_http_session_ctx_t *ctx);
static ngx_http_session_held_event_e ngx_http_session_hold_begin(
    ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_hold_watch(ngx_http_session_ctx_t *ctx);
static ngx_event_t *ngx_http_session_hold_event(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_hold_handler(ngx_event_t *ev);
static void ngx_http_session_hold_cleanup(void *data);
static ngx_uint_t ngx_http_session_outlives(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_adopt(ngx_http_session_ctx_t *ctx);
static ngx_http_session_held_event_e ngx_http_session_hold_settle(
    ngx_http_session_ctx_t *ctx);
static void ngx_http_session_hold_again(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_files_done(ngx_http_request_t *r);


#define STEP(state, event, next, action, name)                                \
    [NGX_HTTP_SESSION_##state][NGX_HTTP_SESSION_ON_##event] =                 \
        { NGX_HTTP_SESSION_##next, action name }

#define ROW(state, event, next, action)                                       \
    STEP(state, event, next, action,                                          \
         NGX_HTTP_SESSION_ROW_NAME(state, event, next))

#define USUAL_ROW(state, event, next, action)                                 \
    STEP(state, event, next, action,                                          \
         NGX_HTTP_SESSION_USUAL_NAME(state, event, next))


static const ngx_http_session_hold_row_t
    ngx_http_session_hold_table[NGX_HTTP_SESSION_RESPONSES]
                               [NGX_HTTP_SESSION_HELD_EVENTS] = {

    USUAL_ROW(OPEN,      HEADER,  TAKEN,     ngx_http_session_hold_step),
    USUAL_ROW(TAKEN,     PASS,    SENT,      ngx_http_session_hold_step),
    USUAL_ROW(TAKEN,     LOAD,    HELD_LOAD, ngx_http_session_hold_begin),
    USUAL_ROW(TAKEN,     SAVE,    HELD_SAVE, ngx_http_session_hold_begin),
    USUAL_ROW(HELD_LOAD, SAVE,    HELD_SAVE, ngx_http_session_hold_step),
    USUAL_ROW(HELD_LOAD, RELEASE, SENT,      ngx_http_session_held_send),
    USUAL_ROW(HELD_SAVE, RELEASE, SENT,      ngx_http_session_held_send),

    ROW(OPEN,      CLOSE,   CLOSED,    ngx_http_session_held_close),
    ROW(HELD_LOAD, REFUSE,  REFUSED,   ngx_http_session_hold_settle),
    ROW(HELD_LOAD, ERROR,   CLOSED,    ngx_http_session_hold_step),
    ROW(HELD_LOAD, END,     ABANDONED, ngx_http_session_held_abandon),
    ROW(HELD_SAVE, REFUSE,  REFUSED,   ngx_http_session_hold_settle),
    ROW(HELD_SAVE, ERROR,   CLOSED,    ngx_http_session_hold_step),
    ROW(HELD_SAVE, END,     ABANDONED, ngx_http_session_held_abandon),
    ROW(REFUSED,   REFUSE,  REFUSED,   ngx_http_session_hold_settle),
    ROW(REFUSED,   REPLACE, REPLACED,  ngx_http_session_held_replace),
    ROW(REFUSED,   ANEW,    OPEN,      ngx_http_session_held_replace),
    ROW(REFUSED,   CLOSE,   CLOSED,    ngx_http_session_held_close),
    ROW(REFUSED,   END,     ABANDONED, ngx_http_session_held_abandon),
    ROW(REPLACED,  CLOSE,   CLOSED,    ngx_http_session_held_close)
};


#if (NGX_DEBUG)

/* by event */

static const char  *ngx_http_session_held_events[] = {
    "nothing happens",
    "its header is there",
    "it has nothing to wait for",
    "it waits for the session",
    "it waits for the save",
    "it goes out",
    "it is refused, once files are read",
    "another one replaces it",
    "it begins anew",
    "it cannot be replaced any more, so its connection is closed",
    "it cannot be held for lack of memory",
    "the client left, and the save goes on"
};

#endif


static ngx_session_limit_t  ngx_http_session_hold_limit;


static void
ngx_http_session_hold_run(ngx_http_session_ctx_t *ctx,
    ngx_http_session_held_event_e event)
{
    do {
        event = ngx_http_session_hold_meet(ctx, event);

    } while (event != NGX_HTTP_SESSION_ON_NOTHING);
}


/* goes to the next state; the event that follows */

static ngx_http_session_held_event_e
ngx_http_session_hold_meet(ngx_http_session_ctx_t *ctx,
    ngx_http_session_held_event_e event)
{
    const ngx_http_session_hold_row_t  *row;

    row = &ngx_http_session_hold_table[ctx->hold.state][event];

    if (row->action == NULL) {
        ngx_http_session_hold_broken(ctx, event);
        return NGX_HTTP_SESSION_ON_NOTHING;
    }

    ctx->hold.state = row->next;

#if (NGX_DEBUG)

    if (row->name != NULL) {
        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                       "session response: %s (%s)",
                       ngx_http_session_held_events[event], row->name);
    }

#endif

    return row->action(ctx);
}


static void
ngx_http_session_hold_broken(ngx_http_session_ctx_t *ctx,
    ngx_http_session_held_event_e event)
{
    (void) ngx_session_log(&ngx_http_session_hold_limit, NGX_LOG_ALERT,
                           ctx->request->connection->log, 0,
                           "a response in state %d met event %d",
                           (int) ctx->hold.state, (int) event);
}


static ngx_http_session_held_event_e
ngx_http_session_hold_step(ngx_http_session_ctx_t *ctx)
{
    return NGX_HTTP_SESSION_ON_NOTHING;
}


void
ngx_http_session_take(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_HEADER);
}


void
ngx_http_session_pass(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_PASS);
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

    return !(r->filter_finalize && r->internal)
           || ngx_http_session_is_held(&ctx->hold);
}


ngx_int_t
ngx_http_session_hold_for_load(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_LOAD);

    return ctx->hold.state == NGX_HTTP_SESSION_HELD_LOAD ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_http_session_hold_for_save(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_SAVE);

    return ctx->hold.state == NGX_HTTP_SESSION_HELD_SAVE ? NGX_OK : NGX_ERROR;
}


static ngx_http_session_held_event_e
ngx_http_session_hold_begin(ngx_http_session_ctx_t *ctx)
{
    return ngx_http_session_hold_watch(ctx) == NGX_OK
           ? ngx_http_session_held_begin(ctx) : NGX_HTTP_SESSION_ON_ERROR;
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


static void
ngx_http_session_hold_cleanup(void *data)
{
    ngx_http_session_ctx_t *ctx = data;

    ngx_event_t  *ev;

    if (!ngx_http_session_is_held(&ctx->hold)) {
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

    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_END);
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
        ngx_http_session_held_end(ctx);
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
    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_RELEASE);
}


void
ngx_http_session_replace(ngx_http_session_ctx_t *ctx, ngx_int_t status)
{
    ctx->hold.status = status;

    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_REFUSE);
}


static ngx_http_session_held_event_e
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

        return NGX_HTTP_SESSION_ON_NOTHING;
    }

    if (!ngx_http_session_may_reset(r)) {
        return NGX_HTTP_SESSION_ON_CLOSE;
    }

    return ctx->hold.anew ? NGX_HTTP_SESSION_ON_ANEW
                          : NGX_HTTP_SESSION_ON_REPLACE;
}


static void
ngx_http_session_hold_again(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_hold_run(ctx, NGX_HTTP_SESSION_ON_REFUSE);
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
