/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Connections that outlive their sessions: from the response header on a
 * timer looks at the record, without touching it, then at that of the subject,
 * and closes the connection when the session is over.
 *
 * Life: made in the pool of the request when its header has gone out; taken
 * down by the request's cleanup, at any point.  What ends the request is
 * done in a posted event, never inside of the memcached client.
 */


#include "ngx_http_session_module.h"
#include "ngx_http_session_reset.h"

#include "nsess_moved.h"
#include "nsess_subject.h"


/* ids that came after each other since the last look */
#define NGX_HTTP_SESSION_FOLLOWS  8


typedef struct {
    ngx_event_t                   event;        /* timer; posted to close */
    ngx_http_request_t           *request;
    ngx_http_session_manager_t   *manager;
    ngx_session_mc_op_t          *op;
    ngx_msec_t                    interval;
    nsess_token_t                 token;
    ngx_uint_t                    deny;         /* closed in an outage */
    ngx_uint_t                    follows;
    ngx_http_session_key_t        key;
} ngx_http_session_recheck_t;


static ngx_uint_t ngx_http_session_is_watched(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static void ngx_http_session_recheck_cleanup(void *data);
static void ngx_http_session_recheck_handler(ngx_event_t *ev);
static ngx_uint_t ngx_http_session_recheck_is_past(
    ngx_http_session_recheck_t *recheck);
static void ngx_http_session_recheck_ask(ngx_http_session_recheck_t *recheck,
    ngx_http_session_key_t *key, ngx_session_mc_handler_pt handler);
static void ngx_http_session_recheck_answered(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static ngx_uint_t ngx_http_session_recheck_follow(
    ngx_http_session_recheck_t *recheck, const nsess_mc_reply_t *reply);
static void ngx_http_session_recheck_subject(
    ngx_http_session_recheck_t *recheck, const nsess_mc_reply_t *reply);
static void ngx_http_session_recheck_owned(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static ngx_uint_t ngx_http_session_recheck_is_revoked(
    ngx_http_session_recheck_t *recheck, const nsess_subject_t *subject);
static void ngx_http_session_recheck_later(
    ngx_http_session_recheck_t *recheck);
static void ngx_http_session_recheck_failed(
    ngx_http_session_recheck_t *recheck, const char *reason);
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
    recheck->token = ctx->token;
    recheck->key = ctx->moved != NULL ? *ctx->moved : ctx->key;

    /* what a location only requires is not torn down by an outage */

    recheck->deny = slcf->on_error == NGX_HTTP_SESSION_DENY;

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

    if (ctx->fresh && ctx->result != NGX_HTTP_SESSION_SAVE_OK) {

        /* nobody has this id: of parallel logins another one won */

        return 0;
    }

    switch (ctx->status) {

    case NGX_HTTP_SESSION_HIT:
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

    if (ngx_http_session_recheck_is_past(recheck)) {
        ngx_http_session_recheck_end(recheck, "is past absolute_timeout");
        return;
    }

    recheck->follows = 0;

    ngx_http_session_recheck_ask(recheck, &recheck->key,
                                 ngx_http_session_recheck_answered);
}


static ngx_uint_t
ngx_http_session_recheck_is_past(ngx_http_session_recheck_t *recheck)
{
    time_t  life;

    life = recheck->manager->absolute_timeout;

    return life != 0 && ngx_time() - recheck->token.created >= life;
}


static void
ngx_http_session_recheck_ask(ngx_http_session_recheck_t *recheck,
    ngx_http_session_key_t *key, ngx_session_mc_handler_pt handler)
{
    nsess_mc_request_t       req;
    ngx_session_mc_reason_e  reason;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, recheck->event.log, 0,
                   "session: recheck");

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_GET;
    req.key.data = key->data;
    req.key.len = key->len;
    req.exptime = -1;

    recheck->op = ngx_session_mc_start(recheck->manager->mc, &req, handler,
                                       recheck, &reason);

    if (recheck->op == NULL) {
        ngx_http_session_recheck_failed(recheck,
                                        ngx_session_mc_reason(reason));
    }
}


static void
ngx_http_session_recheck_answered(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_recheck_t *recheck = data;

    recheck->op = NULL;

    if (reply == NULL) {
        ngx_http_session_recheck_failed(recheck,
                                        ngx_session_mc_reason(reason));
        return;
    }

    switch (reply->status) {

    case NSESS_MC_VA:

        if (ngx_http_session_recheck_follow(recheck, reply)) {
            ngx_http_session_recheck_ask(recheck, &recheck->key,
                                         ngx_http_session_recheck_answered);
            return;
        }

        ngx_http_session_recheck_subject(recheck, reply);
        return;

    case NSESS_MC_EN:
        ngx_http_session_recheck_end(recheck, "is gone");
        return;

    default:
        ngx_http_session_recheck_failed(recheck,
                              ngx_session_mc_reason(NGX_SESSION_MC_PROTOCOL));
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


/* the session is there: is it still good for whom it belongs to? */

static void
ngx_http_session_recheck_subject(ngx_http_session_recheck_t *recheck,
    const nsess_mc_reply_t *reply)
{
    ngx_http_session_key_t  key;

    if (recheck->manager->subject.len == 0) {
        ngx_http_session_recheck_later(recheck);
        return;
    }

    if (!recheck->token.has_subject) {

        if (reply->flags & NGX_HTTP_SESSION_BOUND) {

            /* cookies from before the login are dead as well */

            ngx_http_session_recheck_end(recheck, "has an owner since");
            return;
        }

        ngx_http_session_recheck_later(recheck);
        return;
    }

    ngx_http_session_subject_key(recheck->manager, recheck->token.subject,
                                 &key);

    ngx_http_session_recheck_ask(recheck, &key,
                                 ngx_http_session_recheck_owned);
}


static void
ngx_http_session_recheck_owned(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_recheck_t *recheck = data;

    nsess_err_t      err;
    nsess_subject_t  subject;

    recheck->op = NULL;

    if (reply == NULL) {
        ngx_http_session_recheck_failed(recheck,
                                        ngx_session_mc_reason(reason));
        return;
    }

    if (reply->status != NSESS_MC_VA || reply->oversize
        || nsess_subject_read(reply->value, &subject, &err) != NSESS_OK)
    {
        ngx_http_session_recheck_failed(recheck, ngx_http_session_unknown);
        return;
    }

    if (ngx_http_session_recheck_is_revoked(recheck, &subject)) {
        ngx_http_session_recheck_end(recheck, "was revoked");
        return;
    }

    ngx_http_session_recheck_later(recheck);
}


static ngx_uint_t
ngx_http_session_recheck_is_revoked(ngx_http_session_recheck_t *recheck,
    const nsess_subject_t *subject)
{
    nsess_str_t  name;

    if (recheck->token.epoch != subject->epoch) {
        return 1;
    }

    if (recheck->manager->max_sessions == 0) {
        return 0;
    }

    name = ngx_http_session_subject_name(recheck->manager, &recheck->key);

    return !nsess_subject_has(subject, name);
}


static void
ngx_http_session_recheck_later(ngx_http_session_recheck_t *recheck)
{
    ngx_add_timer(&recheck->event, recheck->interval);
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

    ngx_http_session_recheck_later(recheck);
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
