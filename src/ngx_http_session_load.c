/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Loading: the signed cookie is checked, then its record fetched and
 * touched in one round trip.
 */


#include "ngx_http_session_module.h"

#include "nsess_base64url.h"


/* good cookies of one name in one request, each worth a round trip */
#define NGX_HTTP_SESSION_CANDIDATES  4


static ngx_int_t ngx_http_session_next(ngx_http_session_ctx_t *ctx);
static ngx_http_session_status_e ngx_http_session_verdict(
    ngx_http_session_ctx_t *ctx, nsess_error_e refused);
static ngx_int_t ngx_http_session_fetch(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_fetched(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static ngx_int_t ngx_http_session_take_record(ngx_http_session_ctx_t *ctx,
    const nsess_mc_reply_t *reply);
static ngx_int_t ngx_http_session_take_moved(ngx_http_session_ctx_t *ctx,
    nsess_str_t name);
static void ngx_http_session_corrupt(ngx_http_session_ctx_t *ctx,
    const char *what, size_t pos);
static void ngx_http_session_refused(ngx_http_session_ctx_t *ctx,
    nsess_error_e code);


const char  ngx_http_session_unknown[] =
    "it is not known whether the session was revoked";


ngx_int_t
ngx_http_session_load(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_http_session_resume_pt resume)
{
    ngx_int_t  rc;

    /* a response may have overtaken the phase that waits */

    ctx->resume = resume;

    if (ctx->op != NULL || ctx->subject_op != NULL) {
        return NGX_AGAIN;
    }

    if (ctx->manager != manager) {

        /* an internal redirect to a location with another manager */

        ngx_http_session_forget(ctx);

        ctx->manager = manager;
        ctx->status = NGX_HTTP_SESSION_UNKNOWN;
        ctx->candidates = 0;
        ctx->cas = 0;
        ctx->moved = NULL;
        ctx->subject_state = NGX_HTTP_SESSION_SUBJECT_UNASKED;
        ctx->unknown = 0;
        ctx->rebind = 0;
        ctx->has_token = 0;
        ctx->has_cookie = 0;
        ctx->stale = 0;
        ctx->old_key = 0;
    }

    ngx_http_session_change_for(ctx, manager);

    if (ctx->status != NGX_HTTP_SESSION_UNKNOWN) {
        return NGX_OK;
    }

    if (ngx_http_session_decide_touch(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->load_begun = ngx_current_msec;

    rc = ngx_http_session_next(ctx);

    if (rc == NGX_OK) {
        ngx_http_session_load_ended(ctx);
    }

    return rc;
}


static ngx_int_t
ngx_http_session_next(ngx_http_session_ctx_t *ctx)
{
    ngx_int_t      rc;
    nsess_error_e  refused;

    if (ctx->candidates == NGX_HTTP_SESSION_CANDIDATES) {
        return NGX_OK;
    }

    refused = NSESS_E_NONE;

    rc = ctx->manager->profile->identify(ctx, &refused);

    if (rc == NGX_OK) {
        ctx->candidates++;
        ctx->has_token = 1;

        return ngx_http_session_fetch(ctx);
    }

    ctx->has_token = 0;

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    /* rc == NGX_DECLINED */

    ctx->status = ngx_http_session_verdict(ctx, refused);

    return NGX_OK;
}


/* no good cookie is left: why? */

static ngx_http_session_status_e
ngx_http_session_verdict(ngx_http_session_ctx_t *ctx, nsess_error_e refused)
{
    if (ctx->candidates != 0) {

        /* the records of all good ones are gone */

        return NGX_HTTP_SESSION_EXPIRED;
    }

    if (refused == NSESS_E_NONE) {
        return NGX_HTTP_SESSION_NONE;
    }

    ngx_http_session_refused(ctx, refused);

    return refused == NSESS_E_EXPIRED ? NGX_HTTP_SESSION_EXPIRED
                                      : NGX_HTTP_SESSION_FORGED;
}


static ngx_int_t
ngx_http_session_fetch(ngx_http_session_ctx_t *ctx)
{
    nsess_mc_request_t       req;
    ngx_session_mc_reason_e  reason;

    /* of a cookie before this one */

    ngx_http_session_cancel_subject(ctx);

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_GET;
    req.key.data = ctx->key.data;
    req.key.len = ctx->key.len;
    req.exptime = ctx->untouched
                  ? -1 : ngx_http_session_exptime(ctx->manager, &ctx->token);

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session: fetch \"%*s\"", (size_t) 8, ctx->name);

    ctx->op = ngx_session_mc_start(ctx->manager->mc, &req,
                                   ngx_http_session_fetched, ctx, &reason);

    if (ctx->op == NULL) {
        ngx_http_session_failed(ctx, reason);
        return NGX_OK;
    }

    /* with the same write, and answered with the same read */

    if (ctx->manager->subject.len != 0 && ctx->token.has_subject) {
        ngx_http_session_ask_subject(ctx, ctx->token.subject);
    }

    return NGX_AGAIN;
}


static void
ngx_http_session_fetched(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_ctx_t *ctx = data;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session: fetched, reply %d",
                   reply != NULL ? (int) reply->status : 0);

    ctx->op = NULL;

    if (reply == NULL) {
        ngx_http_session_failed(ctx, reason);

    } else if (reply->status != NSESS_MC_VA && reply->status != NSESS_MC_EN) {
        ngx_http_session_failed(ctx, NGX_SESSION_MC_PROTOCOL);

    } else if (reply->status == NSESS_MC_EN
               || ngx_http_session_take_record(ctx, reply) == NGX_DONE)
    {
        if (ngx_http_session_skip(ctx) == NGX_AGAIN) {
            return;
        }

    } else if (ctx->status == NGX_HTTP_SESSION_HIT && ctx->moved != NULL
               && ngx_http_session_ask_successor(ctx) == NGX_AGAIN)
    {
        return;
    }

    ngx_http_session_arrived(ctx);
}


ngx_int_t
ngx_http_session_skip(ngx_http_session_ctx_t *ctx)
{
    switch (ngx_http_session_next(ctx)) {

    case NGX_AGAIN:
        return NGX_AGAIN;

    case NGX_ERROR:
        ngx_http_session_failed(ctx, NGX_SESSION_MC_NO_MEMORY);
        return NGX_OK;

    default: /* NGX_OK */

        if (ctx->status == NGX_HTTP_SESSION_UNKNOWN) {
            ctx->status = NGX_HTTP_SESSION_EXPIRED;
            ctx->has_token = 0;
        }

        return NGX_OK;
    }
}


void
ngx_http_session_arrived(ngx_http_session_ctx_t *ctx)
{
    switch (ngx_http_session_check_subject(ctx)) {

    case NGX_OK:
        break;

    case NGX_AGAIN:
        return;

    case NGX_DONE:
        ngx_http_session_forget(ctx);
        ctx->status = NGX_HTTP_SESSION_UNKNOWN;
        ctx->moved = NULL;

        if (ngx_http_session_skip(ctx) == NGX_AGAIN) {
            return;
        }

        break;

    case NGX_DECLINED:
        ngx_http_session_forget(ctx);
        ctx->moved = NULL;
        ngx_http_session_failed(ctx, ctx->subject_reason);
        break;

    default: /* NGX_ERROR */
        ngx_http_session_forget(ctx);
        ngx_http_session_failed(ctx, NGX_SESSION_MC_NO_MEMORY);
    }

    ngx_http_session_load_ended(ctx);

    ctx->resume(ctx);
}


void
ngx_http_session_cancel_load(ngx_http_session_ctx_t *ctx)
{
    if (ctx->op != NULL) {
        ngx_session_mc_cancel(ctx->op);
        ctx->op = NULL;
    }

    ngx_http_session_cancel_subject(ctx);
}


/* NGX_OK: ctx->status is known; NGX_DONE: the id is dead */

static ngx_int_t
ngx_http_session_take_record(ngx_http_session_ctx_t *ctx,
    const nsess_mc_reply_t *reply)
{
    ngx_int_t    rc;
    ngx_str_t    value;
    nsess_err_t  err;
    nsess_str_t  moved;

    ctx->cas = reply->cas;
    ctx->flags = reply->flags;
    ctx->ttl = reply->ttl;

    if (reply->oversize) {
        ngx_http_session_corrupt(ctx, "longer than max_size", 0);
        return NGX_OK;
    }

    value.len = reply->value.len;
    value.data = ngx_pnalloc(ctx->request->pool, value.len);
    if (value.data == NULL) {
        ngx_http_session_failed(ctx, NGX_SESSION_MC_NO_MEMORY);
        return NGX_OK;
    }

    ngx_memcpy(value.data, reply->value.data, value.len);

    rc = ngx_http_session_open(ctx->manager, ngx_http_session_str(&value),
                               reply->flags, ctx->request->pool,
                               &ctx->record, &moved, &err);

    if (rc == NGX_OK && moved.len != 0) {
        rc = ngx_http_session_take_moved(ctx, moved);

        if (rc != NGX_OK) {
            ngx_http_session_forget(ctx);
        }
    }

    switch (rc) {

    case NGX_OK:
        ctx->status = NGX_HTTP_SESSION_HIT;
        break;

    case NGX_DONE:
        return NGX_DONE;

    case NGX_DECLINED:
        ngx_http_session_corrupt(ctx, nsess_strerror(err.code), err.pos);
        break;

    default: /* NGX_ERROR */
        ngx_http_session_failed(ctx, NGX_SESSION_MC_NO_MEMORY);
    }

    return NGX_OK;
}


/* the id is an old one that answers still; its cookie is not sent again */

static ngx_int_t
ngx_http_session_take_moved(ngx_http_session_ctx_t *ctx, nsess_str_t name)
{
    if (name.len != NGX_HTTP_SESSION_NAME_LEN) {
        return NGX_DONE;
    }

    ctx->moved = ngx_palloc(ctx->request->pool,
                            sizeof(ngx_http_session_key_t));
    if (ctx->moved == NULL) {
        return NGX_ERROR;
    }

    ngx_http_session_key(ctx->manager, name, ctx->moved);
    ctx->successor = NULL;

    ctx->stale = 0;
    ctx->old_key = 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_session_name(ngx_http_session_ctx_t *ctx, nsess_str_t id)
{
    u_char  digest[NSESS_SHA256_LEN];

    if (nsess_sha256(ctx->manager->sha256, id, digest) != NSESS_OK) {
        (void) ngx_session_log(&ctx->manager->broken, NGX_LOG_ALERT,
                               ctx->request->connection->log, 0,
                               "SHA-256 failed in OpenSSL");
        return NGX_ERROR;
    }

    nsess_base64url_encode(ctx->name, digest, NSESS_SHA256_LEN);

    return NGX_OK;
}


void
ngx_http_session_key(ngx_http_session_manager_t *manager, nsess_str_t rest,
    ngx_http_session_key_t *key)
{
    u_char  *p;

    p = ngx_cpymem(key->data, manager->key_prefix.data,
                   manager->key_prefix.len);
    p = ngx_cpymem(p, rest.data, rest.len);

    key->len = p - key->data;
}


int64_t
ngx_http_session_exptime(ngx_http_session_manager_t *manager,
    const nsess_token_t *token)
{
    int64_t  left;

    left = ngx_http_session_idle(manager, token);

    if (manager->absolute_timeout != 0) {
        left = ngx_min(left, token->created + manager->absolute_timeout
                             - ngx_time());
    }

    return nsess_mc_exptime(ngx_max(left, 1), ngx_time());
}


static void
ngx_http_session_corrupt(ngx_http_session_ctx_t *ctx, const char *what,
    size_t pos)
{
    ctx->status = NGX_HTTP_SESSION_CORRUPT;

    (void) ngx_session_log(&ctx->manager->corrupt, NGX_LOG_ERR,
                           ctx->request->connection->log, 0,
                           "record \"%*s\" of \"%V\" is corrupt: "
                           "%s at offset %uz",
                           (size_t) NGX_HTTP_SESSION_HASH_LEN, ctx->name,
                           &ctx->manager->name, what, pos);
}


static void
ngx_http_session_refused(ngx_http_session_ctx_t *ctx, nsess_error_e code)
{
    (void) ngx_session_log(&ctx->manager->refused, NGX_LOG_INFO,
                           ctx->request->connection->log, 0,
                           "cookie of \"%V\" was refused: %s",
                           &ctx->manager->name, nsess_strerror(code));
}


void
ngx_http_session_failed(ngx_http_session_ctx_t *ctx,
    ngx_session_mc_reason_e reason)
{
    ctx->status = NGX_HTTP_SESSION_ERROR;
    ctx->reason = reason;

    (void) ngx_session_log(&ctx->manager->failed, NGX_LOG_ERR,
                           ctx->request->connection->log, 0,
                           "record of \"%V\" could not be loaded: %s",
                           &ctx->manager->name,
                           ctx->unknown ? ngx_http_session_unknown
                                        : ngx_session_mc_reason(reason));
}
