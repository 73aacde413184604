/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Connections that outlive their sessions: from the response header on a
 * timer looks at the record, without touching it, and closes the connection
 * when the session is over.
 *
 * Life: made in the pool of the request when its header has gone out; taken
 * down by the request's cleanup, at any point.  What ends the request is
 * done in a posted event, never inside of the memcached client.
 */


#include "ngx_http_session_module.h"

#include "nsess_moved.h"


/* ids that came after each other since the last look */
#define NGX_HTTP_SESSION_FOLLOWS  8


typedef struct {
    ngx_event_t                   event;        /* timer; posted to close */
    ngx_http_request_t           *request;
    ngx_http_session_manager_t   *manager;
    ngx_session_mc_op_t          *op;
    ngx_msec_t                    interval;
    time_t                        end;          /* 0: no absolute_timeout */
    ngx_uint_t                    deny;         /* closed in an outage */
    ngx_uint_t                    follows;
    ngx_http_session_key_t        key;
} ngx_http_session_recheck_t;


static ngx_uint_t ngx_http_session_is_watched(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static void ngx_http_session_recheck_cleanup(void *data);
static void ngx_http_session_recheck_handler(ngx_event_t *ev);
static void ngx_http_session_recheck_ask(ngx_http_session_recheck_t *recheck);
static void ngx_http_session_recheck_answered(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static ngx_uint_t ngx_http_session_recheck_follow(
    ngx_http_session_recheck_t *recheck, const nsess_mc_reply_t *reply);
static void ngx_http_session_recheck_failed(
    ngx_http_session_recheck_t *recheck, ngx_session_mc_reason_e reason);
static void ngx_http_session_recheck_end(ngx_http_session_recheck_t *recheck,
    const char *why);
static void ngx_http_session_recheck_close(ngx_event_t *ev);


ngx_int_t
ngx_http_session_watch(ngx_http_request_t *r)
{
    ngx_http_cleanup_t           *cln;
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_recheck_t   *recheck;
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (slcf->limits.recheck == 0) {
        return NGX_OK;
    }

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
    recheck->key = ctx->moved != NULL ? *ctx->moved : ctx->key;

    /* what a location only requires is not torn down by an outage */

    recheck->deny = slcf->on_error == NGX_HTTP_SESSION_DENY;

    if (ctx->manager->absolute_timeout != 0) {
        recheck->end = ctx->token.created + ctx->manager->absolute_timeout;
    }

    recheck->event.handler = ngx_http_session_recheck_handler;
    recheck->event.data = recheck;
    recheck->event.log = r->connection->log;

    /* the connection's own timers say how long an old worker stays */

    recheck->event.cancelable = 1;

    ngx_add_timer(&recheck->event, recheck->interval);

    return NGX_OK;
}


static ngx_uint_t
ngx_http_session_is_watched(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    if (ctx == NULL || ctx->manager == NULL || ctx->manager != slcf->manager
        || ctx->destroy || r->header_only)
    {
        return 0;
    }

    switch (ctx->status) {

    case NGX_HTTP_SESSION_HIT:

        /* of parallel logins another one won: its id is not known here */

        return !ctx->fresh || ctx->result == NGX_HTTP_SESSION_SAVE_OK;

    case NGX_HTTP_SESSION_NEW:
        return 1;

    case NGX_HTTP_SESSION_ERROR:
        return ctx->has_token;

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

    if (recheck->op != NULL) {
        ngx_session_mc_cancel(recheck->op);
        recheck->op = NULL;
    }
}


static void
ngx_http_session_recheck_handler(ngx_event_t *ev)
{
    ngx_http_session_recheck_t *recheck = ev->data;

    if (recheck->request->done) {

        /* it lingers only */

        return;
    }

    if (recheck->end != 0 && ngx_time() >= recheck->end) {
        ngx_http_session_recheck_end(recheck, "is past absolute_timeout");
        return;
    }

    recheck->follows = 0;

    ngx_http_session_recheck_ask(recheck);
}


static void
ngx_http_session_recheck_ask(ngx_http_session_recheck_t *recheck)
{
    nsess_mc_request_t       req;
    ngx_session_mc_reason_e  reason;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, recheck->event.log, 0,
                   "session: recheck");

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_GET;
    req.key.data = recheck->key.data;
    req.key.len = recheck->key.len;
    req.exptime = -1;

    recheck->op = ngx_session_mc_start(recheck->manager->mc, &req,
                                       ngx_http_session_recheck_answered,
                                       recheck, &reason);

    if (recheck->op == NULL) {
        ngx_http_session_recheck_failed(recheck, reason);
    }
}


static void
ngx_http_session_recheck_answered(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_recheck_t *recheck = data;

    recheck->op = NULL;

    if (reply == NULL) {
        ngx_http_session_recheck_failed(recheck, reason);
        return;
    }

    switch (reply->status) {

    case NSESS_MC_VA:

        if (ngx_http_session_recheck_follow(recheck, reply)) {
            ngx_http_session_recheck_ask(recheck);
            return;
        }

        ngx_add_timer(&recheck->event, recheck->interval);
        return;

    case NSESS_MC_EN:
        ngx_http_session_recheck_end(recheck, "is gone");
        return;

    default:
        ngx_http_session_recheck_failed(recheck, NGX_SESSION_MC_PROTOCOL);
    }
}


/* the id was regenerated: its session lives where the record went */

static ngx_uint_t
ngx_http_session_recheck_follow(ngx_http_session_recheck_t *recheck,
    const nsess_mc_reply_t *reply)
{
    nsess_err_t    err;
    nsess_moved_t  moved;

    if (!recheck->manager->profile->moves || reply->oversize
        || nsess_moved_read(reply->value, &moved, &err) != NSESS_OK
        || moved.name.len != NGX_HTTP_SESSION_NAME_LEN
        || recheck->follows++ == NGX_HTTP_SESSION_FOLLOWS)
    {
        return 0;
    }

    ngx_http_session_key(recheck->manager, moved.name, &recheck->key);

    return 1;
}


static void
ngx_http_session_recheck_failed(ngx_http_session_recheck_t *recheck,
    ngx_session_mc_reason_e reason)
{
    ngx_uint_t  suppressed;

    if (recheck->deny) {
        ngx_http_session_recheck_end(recheck, "cannot be looked at");
        return;
    }

    if (ngx_session_may_log(&recheck->manager->failed, &suppressed)) {
        ngx_log_error(NGX_LOG_ERR, recheck->event.log, 0,
                      "session: connection left open, the session of \"%V\" "
                      "cannot be looked at: %s (%ui more not logged)",
                      &recheck->manager->name, ngx_session_mc_reason(reason),
                      suppressed);
    }

    ngx_add_timer(&recheck->event, recheck->interval);
}


static void
ngx_http_session_recheck_end(ngx_http_session_recheck_t *recheck,
    const char *why)
{
    ngx_uint_t  suppressed;

    if (ngx_session_may_log(&recheck->manager->closed, &suppressed)) {
        ngx_log_error(NGX_LOG_INFO, recheck->event.log, 0,
                      "session: connection closed, the session of \"%V\" %s "
                      "(%ui more not logged)",
                      &recheck->manager->name, why, suppressed);
    }

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
