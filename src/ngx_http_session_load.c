/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Loading: the signed cookie is checked, then its record fetched and
 * touched in one round trip.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_module.h"

#include "nsess_base64url.h"


/* good cookies of one name in one request, each worth a round trip */
#define NGX_HTTP_SESSION_CANDIDATES  4

/*
 * a cookie that has Max-Age, or was signed by an older secret, is sent again
 * after a tenth of its life
 */
#define NGX_HTTP_SESSION_STEPS       10


static ngx_int_t ngx_http_session_next(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_next_token(ngx_http_session_ctx_t *ctx);
static ngx_http_session_status_e ngx_http_session_verdict(
    ngx_http_session_ctx_t *ctx, nsess_error_e refused);
static void ngx_http_session_take_token(ngx_http_session_ctx_t *ctx,
    size_t key);
static ngx_int_t ngx_http_session_fetch(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_fetched(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static void ngx_http_session_take_record(ngx_http_session_ctx_t *ctx,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_corrupt(ngx_http_session_ctx_t *ctx,
    const char *what, size_t pos);
static void ngx_http_session_refused(ngx_http_session_ctx_t *ctx,
    nsess_error_e code);
static void ngx_http_session_failed(ngx_http_session_ctx_t *ctx,
    ngx_session_mc_reason_e reason);


ngx_int_t
ngx_http_session_load(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_http_session_resume_pt resume)
{
    /* a response may have overtaken the phase that waits */

    ctx->resume = resume;

    if (ctx->op != NULL) {
        return NGX_AGAIN;
    }

    if (ctx->manager != manager) {

        /* an internal redirect to a location with another manager */

        ngx_http_session_forget(ctx);

        ctx->manager = manager;
        ctx->status = NGX_HTTP_SESSION_UNKNOWN;
        ctx->candidates = 0;
        ctx->has_token = 0;
        ctx->has_cookie = 0;
        ctx->stale = 0;
        ctx->old_key = 0;
    }

    ngx_http_session_change_for(ctx, manager);

    if (ctx->status != NGX_HTTP_SESSION_UNKNOWN) {
        return NGX_OK;
    }

    return ngx_http_session_next(ctx);
}


static ngx_int_t
ngx_http_session_next(ngx_http_session_ctx_t *ctx)
{
    if (ctx->candidates == NGX_HTTP_SESSION_CANDIDATES) {
        return NGX_OK;
    }

    switch (ngx_http_session_next_token(ctx)) {

    case NGX_OK:
        ctx->candidates++;
        return ngx_http_session_fetch(ctx);

    case NGX_DECLINED:
        return NGX_OK;

    default: /* NGX_ERROR */
        return NGX_ERROR;
    }
}


/* the good cookie behind those that were asked for already */

static ngx_int_t
ngx_http_session_next_token(ngx_http_session_ctx_t *ctx)
{
    size_t                key;
    ngx_uint_t            i, good;
    nsess_rc_t            rc;
    nsess_str_t           name, value;
    nsess_err_t           err;
    nsess_error_e         refused;
    ngx_table_elt_t      *line;
    ngx_http_request_t   *r;
    nsess_cookie_scan_t   scan;

    r = ctx->request;
    name = ctx->manager->cookie.name;
    refused = NSESS_E_NONE;
    good = 0;
    line = NULL;

    for (i = 0;
         (line = ngx_http_session_next_cookie_line(r, &i, line)) != NULL;
         /* void */ )
    {
        nsess_cookie_scan(&scan, ngx_http_session_str(&line->value));

        while (nsess_cookie_next(&scan, name, &value) == NSESS_OK) {

            if (value.len == 0) {
                continue;
            }

            ctx->has_cookie = 1;

            rc = nsess_token_verify(&ctx->manager->keyring, value, ngx_time(),
                                    ctx->manager->absolute_timeout,
                                    &ctx->token, &key, &err);

            if (rc != NSESS_OK) {
                if (refused != NSESS_E_EXPIRED) {
                    refused = err.code;
                }

                continue;
            }

            if (good++ == ctx->candidates) {
                ngx_http_session_take_token(ctx, key);

                return ngx_http_session_name(ctx->manager, ctx->token.id,
                                             ctx->name);
            }
        }
    }

    ctx->has_token = 0;
    ctx->status = ngx_http_session_verdict(ctx, refused);

    return NGX_DECLINED;
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


static void
ngx_http_session_take_token(ngx_http_session_ctx_t *ctx, size_t key)
{
    int64_t                      life, age;
    ngx_http_session_manager_t  *manager;

    manager = ctx->manager;

    life = manager->cookie.max_age >= 0 ? manager->cookie.max_age
                                        : manager->idle_timeout;
    age = ngx_time() - ctx->token.signed_at;

    ctx->has_token = 1;
    ctx->old_key = (key != 0);
    ctx->stale = (ctx->old_key || manager->cookie.max_age >= 0)
                 && age > 0 && age >= life / NGX_HTTP_SESSION_STEPS;
}


static ngx_int_t
ngx_http_session_fetch(ngx_http_session_ctx_t *ctx)
{
    u_char                   buf[NSESS_MC_KEY_MAX];
    nsess_mc_request_t       req;
    ngx_session_mc_reason_e  reason;

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_GET;
    req.key = ngx_http_session_key(ctx->manager, ctx->name, buf);
    req.exptime = ngx_http_session_exptime(ctx->manager, &ctx->token);

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session: fetch \"%*s\"", (size_t) 8, ctx->name);

    ctx->op = ngx_session_mc_start(ctx->manager->mc, &req,
                                   ngx_http_session_fetched, ctx, &reason);

    if (ctx->op == NULL) {
        ngx_http_session_failed(ctx, reason);
        return NGX_OK;
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

    } else if (reply->status == NSESS_MC_VA) {
        ngx_http_session_take_record(ctx, reply);

    } else if (reply->status != NSESS_MC_EN) {
        ngx_http_session_failed(ctx, NGX_SESSION_MC_PROTOCOL);

    } else {

        switch (ngx_http_session_next(ctx)) {

        case NGX_AGAIN:
            return;

        case NGX_ERROR:
            ngx_http_session_failed(ctx, NGX_SESSION_MC_NO_MEMORY);
            break;

        default: /* NGX_OK */
            if (ctx->status == NGX_HTTP_SESSION_UNKNOWN) {
                ctx->status = NGX_HTTP_SESSION_EXPIRED;
                ctx->has_token = 0;
            }
        }
    }

    ctx->resume(ctx);
}


static void
ngx_http_session_take_record(ngx_http_session_ctx_t *ctx,
    const nsess_mc_reply_t *reply)
{
    u_char          *p;
    nsess_err_t      err;
    nsess_record_t   record;

    ctx->cas = reply->cas;
    ctx->flags = reply->flags;
    ctx->ttl = reply->ttl;

    if (reply->oversize) {
        ngx_http_session_corrupt(ctx, "longer than max_size", 0);
        return;
    }

    p = ngx_pnalloc(ctx->request->pool, reply->value.len);
    if (p == NULL) {
        ngx_http_session_failed(ctx, NGX_SESSION_MC_NO_MEMORY);
        return;
    }

    ngx_memcpy(p, reply->value.data, reply->value.len);

    ngx_http_session_record(&record, ctx->manager);

    record.data.data = p;
    record.data.len = reply->value.len;

    if (ctx->manager->codec->open(&record, &err) != NSESS_OK) {
        ngx_http_session_corrupt(ctx, nsess_strerror(err.code), err.pos);
        return;
    }

    ctx->record = record;
    ctx->status = NGX_HTTP_SESSION_HIT;
}


ngx_int_t
ngx_http_session_name(ngx_http_session_manager_t *manager, const uint8_t *id,
    u_char *name)
{
    u_char       digest[NSESS_SHA256_LEN];
    nsess_str_t  str;

    str.data = id;
    str.len = NSESS_ID_LEN;

    if (nsess_sha256(manager->sha256, str, digest) != NSESS_OK) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "session: SHA-256 failed in OpenSSL");
        return NGX_ERROR;
    }

    nsess_base64url_encode(name, digest, NSESS_SHA256_LEN);

    return NGX_OK;
}


nsess_str_t
ngx_http_session_key(ngx_http_session_manager_t *manager, const u_char *name,
    u_char *buf)
{
    u_char       *p;
    nsess_str_t   key;

    p = ngx_cpymem(buf, manager->key_prefix.data, manager->key_prefix.len);
    p = ngx_cpymem(p, name, NGX_HTTP_SESSION_NAME_LEN);

    key.data = buf;
    key.len = p - buf;

    return key;
}


int64_t
ngx_http_session_exptime(ngx_http_session_manager_t *manager,
    const nsess_token_t *token)
{
    int64_t  left;

    left = token->created + manager->absolute_timeout - ngx_time();
    left = ngx_min(left, manager->idle_timeout);

    return nsess_mc_exptime(ngx_max(left, 1), ngx_time());
}


static void
ngx_http_session_corrupt(ngx_http_session_ctx_t *ctx, const char *what,
    size_t pos)
{
    ngx_uint_t  suppressed;

    ctx->status = NGX_HTTP_SESSION_CORRUPT;

    if (ngx_session_may_log(&ctx->manager->failed, &suppressed)) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "session: record \"%*s\" of \"%V\" is corrupt: "
                      "%s at offset %uz (%ui more not logged)",
                      (size_t) 8, ctx->name, &ctx->manager->name,
                      what, pos, suppressed);
    }
}


static void
ngx_http_session_refused(ngx_http_session_ctx_t *ctx, nsess_error_e code)
{
    ngx_uint_t  suppressed;

    if (ngx_session_may_log(&ctx->manager->refused, &suppressed)) {
        ngx_log_error(NGX_LOG_INFO, ctx->request->connection->log, 0,
                      "session: cookie of \"%V\" refused: %s "
                      "(%ui more not logged)",
                      &ctx->manager->name, nsess_strerror(code), suppressed);
    }
}


static void
ngx_http_session_failed(ngx_http_session_ctx_t *ctx,
    ngx_session_mc_reason_e reason)
{
    ngx_uint_t  suppressed;

    ctx->status = NGX_HTTP_SESSION_ERROR;
    ctx->reason = reason;

    if (ngx_session_may_log(&ctx->manager->failed, &suppressed)) {
        ngx_log_error(NGX_LOG_ERR, ctx->request->connection->log, 0,
                      "session: record of \"%V\" not loaded: %s "
                      "(%ui more not logged)",
                      &ctx->manager->name, ngx_session_mc_reason(reason),
                      suppressed);
    }
}
