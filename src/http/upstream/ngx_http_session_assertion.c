/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_assertion: values of the session in a signed JSON Web Token, which
 * the application can verify by itself.
 */


#include "ngx_http_session_assertion.h"
#include "ngx_http_session_assertion_conf.h"
#include "ngx_http_session_changes.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_result.h"

#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_jwt.h"
#include "nsess_keyset.h"
#include "nsess_utf8.h"


/*
 * bytes; some 5500 characters as a token, which leaves room for others in the
 * 8 kB that many servers accept for a request's whole header
 */
#define NGX_HTTP_SESSION_CLAIMS_MAX  4096


static ngx_int_t ngx_http_session_claims(ngx_http_session_ctx_t *ctx,
    ngx_http_session_assertion_t *assertion, nsess_writer_t *w);
static int64_t ngx_http_session_expiry(ngx_http_session_ctx_t *ctx,
    ngx_http_session_assertion_t *assertion);
static ngx_int_t ngx_http_session_subject(ngx_http_session_ctx_t *ctx,
    ngx_str_t *key, nsess_writer_t *w);
static ngx_int_t ngx_http_session_claim(ngx_http_session_ctx_t *ctx,
    nsess_str_t name, ngx_str_t *key, nsess_writer_t *w);
static ngx_int_t ngx_http_session_sign_claims(ngx_http_session_ctx_t *ctx,
    nsess_str_t claims, ngx_str_t *token);
static void ngx_http_session_log_long(ngx_http_session_ctx_t *ctx);


static const nsess_str_t  ngx_http_session_iss = nsess_string("iss");
static const nsess_str_t  ngx_http_session_aud = nsess_string("aud");
static const nsess_str_t  ngx_http_session_sub = nsess_string("sub");
static const nsess_str_t  ngx_http_session_iat = nsess_string("iat");
static const nsess_str_t  ngx_http_session_exp = nsess_string("exp");
static const nsess_str_t  ngx_http_session_sid = nsess_string("sid");


ngx_int_t
ngx_http_session_assert(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *token)
{
    u_char           buf[NGX_HTTP_SESSION_CLAIMS_MAX];
    nsess_str_t      claims;
    nsess_writer_t   w;

    /* a subrequest's location may have a manager whose session is not loaded */

    if (ctx->manager != slcf->manager
        || (ctx->load.status != NGX_HTTP_SESSION_HIT
            && ctx->load.status != NGX_HTTP_SESSION_NEW))
    {
        return NGX_DECLINED;
    }

    nsess_writer_init(&w, buf, sizeof(buf));

    if (ngx_http_session_claims(ctx, slcf->assertion, &w) != NGX_OK) {
        return NGX_ERROR;
    }

    if (w.error != NSESS_E_NONE) {
        ngx_http_session_log_long(ctx);
        return NGX_DECLINED;
    }

    claims.data = buf;
    claims.len = w.len;

    return ngx_http_session_sign_claims(ctx, claims, token);
}


static ngx_int_t
ngx_http_session_claims(ngx_http_session_ctx_t *ctx,
    ngx_http_session_assertion_t *assertion, nsess_writer_t *w)
{
    ngx_str_t    *key;
    ngx_uint_t    i;
    nsess_str_t   sid;

    sid.data = ctx->who.identity.name;
    sid.len = NGX_HTTP_SESSION_HASH_LEN;

    nsess_jwt_open(w);
    nsess_jwt_text(w, ngx_http_session_iss,
                   ngx_http_session_str(assertion->iss.len != 0
                                        ? &assertion->iss
                                        : &ctx->manager->name));

    if (assertion->aud.len != 0) {
        nsess_jwt_text(w, ngx_http_session_aud,
                       ngx_http_session_str(&assertion->aud));
    }

    if (assertion->sub.len != 0
        && ngx_http_session_subject(ctx, &assertion->sub, w) == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    nsess_jwt_number(w, ngx_http_session_iat, ngx_time());
    nsess_jwt_number(w, ngx_http_session_exp,
                     ngx_http_session_expiry(ctx, assertion));
    nsess_jwt_text(w, ngx_http_session_sid, sid);

    key = assertion->keys.elts;

    for (i = 0; i < assertion->keys.nelts; i++) {
        (void) ngx_http_session_claim(ctx, ngx_http_session_str(&key[i]),
                                      &key[i], w);
    }

    nsess_jwt_close(w);

    return NGX_OK;
}


/* a token never outlives the session */

static int64_t
ngx_http_session_expiry(ngx_http_session_ctx_t *ctx,
    ngx_http_session_assertion_t *assertion)
{
    int64_t  exp, end;

    exp = ngx_time() + assertion->ttl;

    if (ctx->manager->absolute_timeout == 0) {
        return exp;
    }

    end = ctx->who.identity.token.created + ctx->manager->absolute_timeout;

    return ngx_min(exp, end);
}


/* "sub" is a string: RFC 7519, 4.1.2; an empty one is left out */

static ngx_int_t
ngx_http_session_subject(ngx_http_session_ctx_t *ctx, ngx_str_t *key,
    nsess_writer_t *w)
{
    size_t      before, value;
    ngx_int_t   rc;
    ngx_str_t   text;

    before = w->len;
    nsess_jwt_claim(w, ngx_http_session_sub);

    value = w->len;
    w->len = before;

    if (ngx_http_session_claim(ctx, ngx_http_session_sub, key, w) != NGX_OK
        || w->error != NSESS_E_NONE)
    {
        return NGX_OK;
    }

    if (w->start[value] == '"') {

        if (w->len == value + sizeof("\"\"") - 1) {
            w->len = before;
        }

        return NGX_OK;
    }

    w->len = before;

    rc = ngx_http_session_read(ctx, ctx->manager, key, 1, &text);

    if (rc == NGX_OK && text.len != 0) {
        nsess_jwt_text(w, ngx_http_session_sub, ngx_http_session_str(&text));
    }

    return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/* the key's value after changes, with its type; NGX_DECLINED: no value */

static ngx_int_t
ngx_http_session_claim(ngx_http_session_ctx_t *ctx, nsess_str_t name,
    ngx_str_t *key, nsess_writer_t *w)
{
    size_t                 before;
    nsess_rc_t             rc;
    nsess_value_t          value;
    const nsess_codec_t   *codec;
    const nsess_change_t  *change;

    rc = ngx_http_session_fate(ctx, ngx_http_session_str(key), &change);

    if (rc == NSESS_OK) {

        if (!nsess_utf8_valid(change->value)) {
            return NGX_DECLINED;
        }

        if (change->op == NSESS_CHANGE_NUMBER) {
            nsess_jwt_claim(w, name);
            nsess_write_str(w, change->value);

        } else {
            nsess_jwt_text(w, name, change->value);
        }

        return NGX_OK;
    }

    codec = ctx->manager->codec;

    if (rc != NSESS_AGAIN || ctx->loaded.record.data.len == 0) {
        return NGX_DECLINED;
    }

    rc = codec->find(&ctx->loaded.record, ngx_http_session_str(key), &value);

    if (rc != NSESS_OK) {
        return rc == NSESS_ERROR ? NGX_ERROR : NGX_DECLINED;
    }

    before = w->len;
    nsess_jwt_claim(w, name);

    if (codec->json(&ctx->loaded.record, &value, w) != NSESS_OK) {
        w->len = before;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_sign_claims(ngx_http_session_ctx_t *ctx, nsess_str_t claims,
    ngx_str_t *token)
{
    nsess_writer_t  w;

    token->len = nsess_jwt_len(claims.len);
    token->data = ngx_pnalloc(ctx->request->pool, token->len + 1);
    if (token->data == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, token->data, token->len);

    if (nsess_jwt_sign(&w, ctx->manager->assertion_key, claims) != NSESS_OK) {
        (void) ngx_session_log(&ctx->manager->broken, NGX_LOG_ALERT,
                               ctx->request->connection->log, 0,
                               "HMAC failed in OpenSSL");
        return NGX_ERROR;
    }

    token->data[token->len] = '\0';

    return NGX_OK;
}


static void
ngx_http_session_log_long(ngx_http_session_ctx_t *ctx)
{
    (void) ngx_session_log(&ctx->manager->unasserted, NGX_LOG_ERR,
                           ctx->request->connection->log, 0,
                           "assertion of \"%V\" was not sent: its claims are "
                           "longer than %d bytes",
                           &ctx->manager->name, NGX_HTTP_SESSION_CLAIMS_MAX);
}
