/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The header filter and the body filter, which run directly before those that
 * serialise the response: the request's changes are saved before the response
 * goes out.
 */


#include "ngx_http_session_accept.h"
#include "ngx_http_session_actions.h"
#include "ngx_http_session_chain.h"
#include "ngx_http_session_changes.h"
#include "ngx_http_session_clear.h"
#include "ngx_http_session_compat.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_gather.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_hold.h"
#include "ngx_http_session_load.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_realm.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_set_cookie.h"
#include "ngx_http_session_unseen.h"
#include "ngx_http_session_wait.h"


static ngx_int_t ngx_http_session_spurn(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_spurned(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_settle(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_gather_body(ngx_http_session_ctx_t *ctx,
    ngx_chain_t *in);
static ngx_uint_t ngx_http_session_is_concerned(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_http_session_manager_t *ngx_http_session_managed_by(
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_wait(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_loaded(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_go_on(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_commit(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_forbid(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_forbidden(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_saved(void *data,
    const ngx_http_session_saved_t *saved);
static void ngx_http_session_take_saved(ngx_http_session_ctx_t *ctx,
    const ngx_http_session_saved_t *saved);
static void ngx_http_session_end(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_answer(ngx_http_session_ctx_t *ctx);
static ngx_uint_t ngx_http_session_is_refused(ngx_http_session_ctx_t *ctx);
#if (NGX_HTTP_SESSION_EARLY_HINTS)
static ngx_int_t ngx_http_session_early_hints_filter(ngx_http_request_t *r);
#endif
static ngx_int_t ngx_http_session_filter_init(ngx_conf_t *cf);


static ngx_http_module_t  ngx_http_session_filter_module_ctx = {
    NULL,                                  /* preconfiguration */
    ngx_http_session_filter_init,          /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_session_filter_module = {
    NGX_MODULE_V1,
    &ngx_http_session_filter_module_ctx,   /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


#if (NGX_HTTP_SESSION_EARLY_HINTS)
static ngx_http_output_header_filter_pt  ngx_http_next_early_hints_filter;
#endif


static ngx_int_t
ngx_http_session_header_filter(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    if (r->upstream != NULL || r->headers_out.headers.part.nelts != 0) {
        ngx_http_session_strip_answer(r);
    }

    if (r != r->main || r->header_sent) {
        return ngx_http_session_skip_header(r);
    }

    ctx = ngx_http_session_get_ctx(r);

    if (ctx != NULL && r->upstream != NULL) {
        rc = ngx_http_session_hear(ctx);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? ngx_http_session_spurn(ctx)
                                      : NGX_ERROR;
        }
    }

    if (ctx != NULL && ctx->guard.realm != NULL
        && ngx_http_session_add_challenge(ctx) != NGX_OK)
    {
        return NGX_ERROR;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ctx != NULL && ngx_http_session_may_gather(ctx, slcf)) {
        ctx->page.waits = 1;
        r->header_sent = 1;

        return NGX_OK;
    }

    return ngx_http_session_settle(r, ctx, slcf);
}


/* replaces the upstream's response by a 502, which passes the filter anew */

static ngx_int_t
ngx_http_session_spurn(ngx_http_session_ctx_t *ctx)
{
    if (!ngx_http_session_may_hold(ctx)) {
        return NGX_ERROR;
    }

    ngx_http_session_take(ctx);

    if (ngx_http_session_hold_for_save(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_session_wake(ctx, ngx_http_session_spurned);

    return NGX_OK;
}


static void
ngx_http_session_spurned(ngx_http_session_ctx_t *ctx)
{
    ctx->hold.anew = 1;

    ngx_http_session_replace(ctx, NGX_HTTP_BAD_GATEWAY);
}


/* the header is passed on or held */

static ngx_int_t
ngx_http_session_settle(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t  rc;

    if (!ngx_http_session_is_concerned(r, ctx, slcf)) {
        return ngx_http_session_next_header(r);
    }

    if (ctx == NULL) {
        ctx = ngx_http_session_make_ctx(r);
        if (ctx == NULL) {
            return NGX_ERROR;
        }
    }

    ngx_http_session_take(ctx);

    rc = ngx_http_session_wait(ctx);

    if (rc == NGX_OK) {
        ngx_http_session_pass(ctx);
        return ngx_http_session_next_header(r);
    }

    return rc == NGX_AGAIN ? NGX_OK : NGX_ERROR;
}


static ngx_uint_t
ngx_http_session_is_concerned(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf)
{
    if (ctx != NULL && ngx_http_session_is_taken(&ctx->hold)) {
        return 0;
    }

    /* a response without actions, such as that of limit_req, costs no load */

    if (ngx_http_session_may_act(r, ctx, slcf)) {
        return 1;
    }

    if (ctx == NULL) {
        return 0;
    }

    if (ngx_http_session_has_changes(&ctx->changes)) {
        return 1;
    }

    /* the cookie is sent again only in locations of its own manager */

    return (ctx->loaded.rebind || ctx->changes.begun
            || (ctx->who.identity.stale && (ctx->who.known || ctx->who.ended)))
           && (slcf->manager == NULL || slcf->manager == ctx->manager);
}


/* NGX_OK: the header may go out; NGX_AGAIN: it is held; NGX_ERROR */

static ngx_int_t
ngx_http_session_wait(ngx_http_session_ctx_t *ctx)
{
    ngx_int_t                     rc;
    ngx_http_request_t           *r;
    ngx_http_session_manager_t   *manager;
    ngx_http_session_loc_conf_t  *slcf;

    r = ctx->request;
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);
    manager = ngx_http_session_managed_by(ctx, slcf);

    if (manager == NULL) {
        ngx_http_session_log_dropped(r, NULL, NGX_HTTP_SESSION_DROP_NO_SESSION);
        return NGX_OK;
    }

    /* the session is not loaded yet if the rewrite phase sent the response */

    rc = ngx_http_session_load(ctx, manager, ngx_http_session_loaded);

    if (rc == NGX_OK) {
        return ngx_http_session_commit(ctx);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    /* rc == NGX_AGAIN */

    if (!ngx_http_session_may_hold(ctx)) {
        ngx_http_session_cancel_load(ctx);

        ngx_http_session_log_dropped(r, NULL, NGX_HTTP_SESSION_DROP_BUSY);
        return NGX_OK;
    }

    return ngx_http_session_hold_for_load(ctx) == NGX_OK ? NGX_AGAIN
                                                         : NGX_ERROR;
}


static ngx_http_session_manager_t *
ngx_http_session_managed_by(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    if (slcf->manager != NULL) {
        return slcf->manager;
    }

    return ctx->changes.manager != NULL ? ctx->changes.manager : ctx->manager;
}


static void
ngx_http_session_loaded(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_wake(ctx, ngx_http_session_go_on);
}


static void
ngx_http_session_go_on(ngx_http_session_ctx_t *ctx)
{
    switch (ngx_http_session_commit(ctx)) {

    case NGX_AGAIN:
        return;

    case NGX_OK:
        ngx_http_session_release(ctx);
        return;

    default: /* NGX_ERROR */
        ngx_http_session_replace(ctx, NGX_HTTP_SERVICE_UNAVAILABLE);
    }
}


/*
 * NGX_OK: the header may go out, cookies included; NGX_AGAIN: it is held
 * until the save has ended; NGX_ERROR.
 */

static ngx_int_t
ngx_http_session_commit(ngx_http_session_ctx_t *ctx)
{
    ngx_int_t                     rc;
    ngx_uint_t                    may_wait;
    ngx_http_session_saved_t      saved;
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_session_module);

    rc = ngx_http_session_act(ctx, slcf);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    may_wait = ngx_http_session_may_hold(ctx);

    if (rc == NGX_DECLINED && may_wait) {
        return ngx_http_session_forbid(ctx);
    }

    rc = ngx_http_session_save_start(ctx, may_wait, ngx_http_session_saved,
                                     &saved);

    if (rc == NGX_DONE) {
        ctx->save.result = NGX_HTTP_SESSION_SAVE_OK;

        return ngx_http_session_answer(ctx);
    }

    if (rc != NGX_AGAIN) {
        ngx_http_session_take_saved(ctx, &saved);

        if (!may_wait || !ngx_http_session_is_refused(ctx)) {
            return ngx_http_session_answer(ctx);
        }
    }

    /* the end of a request that is held abandons the save */

    if (ngx_http_session_hold_for_save(ctx) != NGX_OK) {
        ngx_http_session_save_abandon(ctx);
        return NGX_ERROR;
    }

    if (rc != NGX_AGAIN) {
        ngx_http_session_wake(ctx, ngx_http_session_end);
    }

    return NGX_AGAIN;
}


/* session_csrf refuses, after a response was made before its own phase */

static ngx_int_t
ngx_http_session_forbid(ngx_http_session_ctx_t *ctx)
{
    if (ngx_http_session_hold_for_save(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_session_wake(ctx, ngx_http_session_forbidden);

    return NGX_AGAIN;
}


static void
ngx_http_session_forbidden(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_session_module);

    ngx_http_session_challenge(ctx, slcf, slcf->csrf->status);
    ngx_http_session_replace(ctx, slcf->csrf->status);
}


static void
ngx_http_session_saved(void *data, const ngx_http_session_saved_t *saved)
{
    ngx_http_session_ctx_t *ctx = data;

    ctx->save.running = NULL;
    ctx->save.time = ngx_http_session_wait_end(ctx, ctx->save.begun);
    ctx->save.timed = 1;

    ngx_http_session_take_saved(ctx, saved);

    ngx_http_session_wake(ctx, ngx_http_session_end);
}


/* the save's result becomes the state of the request's session */

static void
ngx_http_session_take_saved(ngx_http_session_ctx_t *ctx,
    const ngx_http_session_saved_t *saved)
{
    ctx->save.result = saved->result;
    ctx->save.cookie = saved->cookie != NGX_HTTP_SESSION_COOKIE_STAYS;

    if (saved->result == NGX_HTTP_SESSION_SAVE_STORE) {
        ctx->load.reason = saved->reason;
    }

    if (saved->cookie == NGX_HTTP_SESSION_COOKIE_NEW) {
        ctx->who.identity = saved->identity;

        if (ctx->load.status != NGX_HTTP_SESSION_HIT) {
            ctx->load.status = NGX_HTTP_SESSION_NEW;
        }
    }

    if (ctx->save.cookie) {
        ngx_log_debug4(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                       "session cookie: \"%V\" is sent, %s id \"%*s\"",
                       &ctx->manager->name,
                       saved->cookie == NGX_HTTP_SESSION_COOKIE_NEW
                       ? "for the new" : "signed again for the same",
                       (size_t) NGX_HTTP_SESSION_HASH_LEN,
                       ctx->who.identity.name);
    }
}


static void
ngx_http_session_end(ngx_http_session_ctx_t *ctx)
{
    if (ngx_http_session_is_refused(ctx)
        || ngx_http_session_answer(ctx) != NGX_OK)
    {
        ngx_http_session_replace(ctx, NGX_HTTP_SERVICE_UNAVAILABLE);
        return;
    }

    ngx_http_session_release(ctx);
}


/* adds the cookies, according to the save's result */

static ngx_int_t
ngx_http_session_answer(ngx_http_session_ctx_t *ctx)
{
    if (ctx->changes.destroy) {

        /* even if the store failed: the user has logged out */

        if (!ctx->who.has_cookie) {
            return NGX_OK;
        }

        ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                       "session cookie: \"%V\" is deleted in the browser",
                       &ctx->manager->name);

        return ngx_http_session_expire_cookies(ctx) == NGX_OK
               ? ngx_http_session_clear_site_data(ctx) : NGX_ERROR;
    }

    return ctx->save.cookie ? ngx_http_session_send_cookies(ctx) : NGX_OK;
}


/* is the response replaced, since its changes were not saved? */

static ngx_uint_t
ngx_http_session_is_refused(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_session_module);

    return slcf->deny
           && ctx->save.result != NGX_HTTP_SESSION_SAVE_OK
           && ctx->save.result != NGX_HTTP_SESSION_SAVE_JOINED
           && ctx->save.result != NGX_HTTP_SESSION_SAVE_NONE
           && ctx->save.result != NGX_HTTP_SESSION_SAVE_GONE
           && ctx->save.result != NGX_HTTP_SESSION_SAVE_OTHER;
}


static ngx_int_t
ngx_http_session_body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    ngx_http_session_ctx_t  *ctx;

    if (r->headers_out.trailers.part.nelts != 0) {
        ngx_http_session_strip_trailers(r);
    }

    ctx = ngx_http_session_get_ctx(r);

    if (ctx != NULL && ctx->page.waits) {
        return ngx_http_session_gather_body(ctx, in);
    }

    if (ctx == NULL || !ngx_http_session_is_held(&ctx->hold)) {
        return ngx_http_session_next_body(r, in);
    }

    return ngx_http_session_keep(ctx, in);
}


static ngx_int_t
ngx_http_session_gather_body(ngx_http_session_ctx_t *ctx, ngx_chain_t *in)
{
    ngx_int_t                     rc;
    ngx_http_request_t           *r;
    ngx_http_session_loc_conf_t  *slcf;

    rc = ngx_http_session_gather(ctx, in);

    if (rc != NGX_OK) {
        return rc == NGX_AGAIN ? NGX_OK : NGX_ERROR;
    }

    r = ctx->request;
    r->header_sent = 0;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ngx_http_session_settle(r, ctx, slcf) == NGX_ERROR) {
        return NGX_ERROR;
    }

    return ngx_http_session_is_held(&ctx->hold)
           ? ngx_http_session_keep(ctx, ctx->page.body)
           : ngx_http_session_next_body(r, ctx->page.body);
}


#if (NGX_HTTP_SESSION_EARLY_HINTS)

static ngx_int_t
ngx_http_session_early_hints_filter(ngx_http_request_t *r)
{
    ngx_http_session_strip_answer(r);

    return ngx_http_next_early_hints_filter(r);
}

#endif


static ngx_int_t
ngx_http_session_filter_init(ngx_conf_t *cf)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);

    if (smcf->managers.nelts == 0) {
        return NGX_OK;
    }

    ngx_http_session_insert_filters(ngx_http_session_header_filter,
                                    ngx_http_session_body_filter);

#if (NGX_HTTP_SESSION_EARLY_HINTS)
    ngx_http_next_early_hints_filter = ngx_http_top_early_hints_filter;
    ngx_http_top_early_hints_filter = ngx_http_session_early_hints_filter;
#endif

    return NGX_OK;
}
