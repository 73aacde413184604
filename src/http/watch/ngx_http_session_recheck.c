/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_recheck: once the response header is sent, a timer checks the session
 * again at intervals, without touching its record, and closes the connection
 * when the session is over.
 *
 * Life: it is created in the request's pool when the header has been sent, and
 * ended by the request's cleanup at any point.  The request is ended in a
 * posted event, never inside the store's client.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_recheck.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_subject.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"


/* commands of one recheck: two records, and ids that replaced the session's */
#define NGX_HTTP_SESSION_RECHECK_COMMANDS  64


typedef struct {
    ngx_event_t                   event;        /* a timer; posted to close */
    ngx_http_request_t           *request;
    ngx_http_session_manager_t   *manager;
    ngx_msec_t                    interval;
    ngx_uint_t                    deny;         /* close in an outage */
    ngx_uint_t                    commands;
    ngx_http_session_identity_t   identity;
    ngx_http_session_look_t      *look;         /* in a pool of its own; NULL:
                                                   the timer runs */
} ngx_http_session_recheck_t;


static ngx_uint_t ngx_http_session_is_watched(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static void ngx_http_session_recheck_cleanup(void *data);
static void ngx_http_session_recheck_handler(ngx_event_t *ev);
static ngx_uint_t ngx_http_session_recheck_is_past(
    ngx_http_session_recheck_t *recheck);
static ngx_int_t ngx_http_session_recheck_begin(
    ngx_http_session_recheck_t *recheck);
static void ngx_http_session_rechecked(void *data);
static void ngx_http_session_recheck_advance(
    ngx_http_session_recheck_t *recheck);
static void ngx_http_session_recheck_forget(
    ngx_http_session_recheck_t *recheck);
static void ngx_http_session_recheck_failed(
    ngx_http_session_recheck_t *recheck, const char *reason);
static void ngx_http_session_recheck_end(ngx_http_session_recheck_t *recheck,
    const char *why);
static void ngx_http_session_recheck_close(ngx_event_t *ev);


ngx_int_t
ngx_http_session_recheck(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_http_cleanup_t          *cln;
    ngx_http_session_ctx_t      *ctx;
    ngx_http_session_recheck_t  *recheck;

    ctx = ngx_http_session_get_ctx(r);

    if (!ngx_http_session_is_watched(r, ctx, slcf)) {
        return NGX_OK;
    }

    cln = ngx_http_cleanup_add(r, sizeof(ngx_http_session_recheck_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    recheck = cln->data;
    ngx_memzero(recheck, sizeof(ngx_http_session_recheck_t));

    cln->handler = ngx_http_session_recheck_cleanup;

    recheck->request = r;
    recheck->manager = ctx->manager;
    recheck->interval = slcf->limits.recheck;
    recheck->identity = ctx->who.identity;

    /* an outage closes connections only with an explicit session_on_error */

    recheck->deny = slcf->on_error == NGX_HTTP_SESSION_DENY;

    recheck->event.handler = ngx_http_session_recheck_handler;
    recheck->event.data = recheck;
    recheck->event.log = r->connection->log;

    /* this timer does not keep an old worker alive, the connection's own do */

    recheck->event.cancelable = 1;

    ngx_add_timer(&recheck->event, recheck->interval);

    return NGX_OK;
}


static ngx_uint_t
ngx_http_session_is_watched(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    if (ctx == NULL || ctx->manager == NULL || ctx->manager != slcf->manager
        || ctx->changes.destroy || r->header_only)
    {
        return 0;
    }

    switch (ctx->load.status) {

    case NGX_HTTP_SESSION_HIT:
    case NGX_HTTP_SESSION_NEW:
        return 1;

    case NGX_HTTP_SESSION_ERROR:
        return ctx->who.known;

    default:
        return 0;
    }
}


static void
ngx_http_session_recheck_cleanup(void *data)
{
    ngx_http_session_recheck_t *recheck = data;

    if (recheck->event.timer_set) {
        ngx_del_timer(&recheck->event);
    }

    if (recheck->event.posted) {
        ngx_delete_posted_event(&recheck->event);
    }

    ngx_http_session_recheck_forget(recheck);
}


static void
ngx_http_session_recheck_handler(ngx_event_t *ev)
{
    ngx_http_session_recheck_t *recheck = ev->data;

    if (recheck->request->done) {

        /* the response is complete, the connection lingers */

        return;
    }

    if (ngx_http_session_recheck_is_past(recheck)) {
        ngx_http_session_recheck_end(recheck, "is past absolute_timeout");
        return;
    }

    if (ngx_http_session_recheck_begin(recheck) != NGX_OK) {
        ngx_http_session_recheck_failed(recheck,
                                 ngx_session_reason(recheck->manager->store,
                                               NGX_SESSION_REASON_NO_MEMORY));
    }
}


static ngx_uint_t
ngx_http_session_recheck_is_past(ngx_http_session_recheck_t *recheck)
{
    time_t  life;

    life = recheck->manager->absolute_timeout;

    return life != 0 && ngx_time() - recheck->identity.token.created >= life;
}


static ngx_int_t
ngx_http_session_recheck_begin(ngx_http_session_recheck_t *recheck)
{
    ngx_pool_t               *pool;
    ngx_http_session_look_t  *look;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, recheck->event.log, 0,
                   "session recheck: the session of an open connection is "
                   "looked at again");

    pool = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, recheck->event.log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    look = ngx_pcalloc(pool, sizeof(ngx_http_session_look_t));
    if (look == NULL) {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    look->identity = &recheck->identity;
    look->manager = recheck->manager;
    look->pool = pool;
    look->log = recheck->event.log;
    look->handler = ngx_http_session_rechecked;
    look->data = recheck;
    look->commands = &recheck->commands;
    look->limit = ngx_current_msec + recheck->manager->patience;
    look->life = NGX_SESSION_LIFE_STAYS;
    look->through = 1;

    recheck->look = look;
    recheck->commands = NGX_HTTP_SESSION_RECHECK_COMMANDS;

    ngx_http_session_look(look);

    if (look->verdict != NGX_HTTP_SESSION_VERDICT_NONE) {
        ngx_http_session_rechecked(recheck);
    }

    return NGX_OK;
}


static void
ngx_http_session_rechecked(void *data)
{
    ngx_http_session_recheck_t *recheck = data;

    const char                  *why;
    ngx_http_session_verdict_e   verdict;

    verdict = recheck->look->verdict;
    why = ngx_http_session_look_why(recheck->look);

    if (verdict == NGX_HTTP_SESSION_VERDICT_GOOD) {
        ngx_http_session_recheck_advance(recheck);
    }

    ngx_http_session_recheck_forget(recheck);

    switch (verdict) {

    case NGX_HTTP_SESSION_VERDICT_GOOD:
        ngx_add_timer(&recheck->event, recheck->interval);
        return;

    case NGX_HTTP_SESSION_VERDICT_DEAD:
        ngx_http_session_recheck_end(recheck, "is over");
        return;

    default:
        ngx_http_session_recheck_failed(recheck, why);
    }
}


/*
 * Markers of replaced ids expire, so the next look begins at the newest id, as
 * soon as the subject's list has it.
 */

static void
ngx_http_session_recheck_advance(ngx_http_session_recheck_t *recheck)
{
    ngx_array_t                 *newer;
    ngx_session_key_t           *last;
    ngx_http_session_manager_t  *manager;

    manager = recheck->manager;
    newer = recheck->look->loaded.newer;

    if (newer == NULL) {
        return;
    }

    last = (ngx_session_key_t *) newer->elts + newer->nelts - 1;

    if (manager->max_sessions == 0 || !recheck->identity.token.has_subject
        || ngx_http_session_lists_id(manager, &recheck->look->subject, last,
                                     1))
    {
        recheck->identity.key = *last;
    }
}


/* a look has a pool of its own: a connection may be open for days */

static void
ngx_http_session_recheck_forget(ngx_http_session_recheck_t *recheck)
{
    ngx_http_session_look_t  *look;

    look = recheck->look;

    if (look != NULL) {
        recheck->look = NULL;

        ngx_http_session_look_end(look);
        ngx_destroy_pool(look->pool);
    }
}


static void
ngx_http_session_recheck_failed(ngx_http_session_recheck_t *recheck,
    const char *reason)
{
    if (recheck->deny) {
        ngx_http_session_recheck_end(recheck, "could not be checked");
        return;
    }

    (void) ngx_session_log(&recheck->manager->unchecked, NGX_LOG_ERR,
                           recheck->event.log, 0,
                           "connection was left open, the session of \"%V\" "
                           "could not be checked: %s",
                           &recheck->manager->name, reason);

    ngx_add_timer(&recheck->event, recheck->interval);
}


static void
ngx_http_session_recheck_end(ngx_http_session_recheck_t *recheck,
    const char *why)
{
    (void) ngx_session_log(&recheck->manager->closed, NGX_LOG_INFO,
                           recheck->event.log, 0,
                           "connection was closed, the session of \"%V\" %s",
                           &recheck->manager->name, why);

    recheck->event.handler = ngx_http_session_recheck_close;

    ngx_post_event(&recheck->event, &ngx_posted_events);
}


static void
ngx_http_session_recheck_close(ngx_event_t *ev)
{
    ngx_http_session_recheck_t *recheck = ev->data;

    if (!recheck->request->done) {
        ngx_http_session_close(recheck->request);
    }
}
