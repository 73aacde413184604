/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_csrf: unsafe methods need a token of the session, in a header or
 * in a field of a form.
 */


#include "ngx_http_session_csrf.h"
#include "ngx_http_session_csrf_body.h"
#include "ngx_http_session_csrf_conf.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_early.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_lines.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_result.h"

#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_csrf.h"


static ngx_int_t ngx_http_session_csrf_verdict(ngx_http_session_ctx_t *ctx,
    ngx_http_session_csrf_t *csrf, ngx_http_session_csrf_e *verdict);
static ngx_uint_t ngx_http_session_csrf_known(ngx_http_session_ctx_t *ctx);
static ngx_uint_t ngx_http_session_is_cross_site(ngx_http_request_t *r);
static ngx_str_t *ngx_http_session_csrf_line(ngx_http_request_t *r,
    u_char *name, size_t len);
static ngx_int_t ngx_http_session_csrf_check(ngx_http_session_ctx_t *ctx,
    ngx_str_t *token, ngx_http_session_csrf_e *verdict);
static void ngx_http_session_csrf_refused(ngx_http_session_ctx_t *ctx,
    ngx_http_session_csrf_t *csrf);
static ngx_int_t ngx_http_session_csrf_named(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx);
static void ngx_http_session_csrf_late(ngx_http_request_t *r);


static ngx_str_t  ngx_http_session_csrf_name = ngx_string("session_csrf");

static ngx_str_t  ngx_http_session_csrf_texts[] = {
    ngx_null_string,
    ngx_string("good"),
    ngx_string("no session"),
    ngx_string("no token"),
    ngx_string("wrong token"),
    ngx_string("cross-site"),
    ngx_string("body too large")
};


ngx_int_t
ngx_http_session_check_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t                rc;
    ngx_http_session_csrf_e  verdict;

    if (!ngx_http_session_guards(ctx->request, slcf)) {
        return NGX_OK;
    }

    rc = ngx_http_session_csrf_verdict(ctx, slcf->csrf, &verdict);

    if (rc == NGX_ERROR) {
        (void) ngx_session_log(&ctx->manager->broken, NGX_LOG_ALERT,
                               ctx->request->connection->log, 0,
                               "HMAC failed in OpenSSL");
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (rc == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    ctx->guard.csrf = verdict;

    if (verdict == NGX_HTTP_SESSION_CSRF_GOOD) {
        return NGX_OK;
    }

    ngx_http_session_csrf_refused(ctx, slcf->csrf);

    return slcf->csrf->status;
}


ngx_int_t
ngx_http_session_judge_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t  rc;

    rc = ngx_http_session_check_csrf(ctx, slcf);

    if (rc == NGX_AGAIN) {
        ctx->guard.csrf = NGX_HTTP_SESSION_CSRF_MISSING;
        ngx_http_session_csrf_refused(ctx, slcf->csrf);

        return slcf->csrf->status;
    }

    return rc;
}


/* NGX_AGAIN: the body must be read first */

static ngx_int_t
ngx_http_session_csrf_verdict(ngx_http_session_ctx_t *ctx,
    ngx_http_session_csrf_t *csrf, ngx_http_session_csrf_e *verdict)
{
    ngx_str_t  *token;

    if (ngx_http_session_is_cross_site(ctx->request)) {
        *verdict = NGX_HTTP_SESSION_CSRF_CROSS_SITE;
        return NGX_OK;
    }

    if (!ngx_http_session_csrf_known(ctx)) {
        *verdict = NGX_HTTP_SESSION_CSRF_NO_SESSION;
        return NGX_OK;
    }

    *verdict = NGX_HTTP_SESSION_CSRF_MISSING;

    token = ngx_http_session_csrf_line(ctx->request, csrf->header.sent,
                                       csrf->header.name.len);

    if (token != NULL && token->len != 0) {
        if (ngx_http_session_csrf_check(ctx, token, verdict) != NGX_OK) {
            return NGX_ERROR;
        }

        if (*verdict == NGX_HTTP_SESSION_CSRF_GOOD) {
            return NGX_OK;
        }
    }

    switch (ngx_http_session_csrf_field(ctx, &csrf->field)) {

    case NGX_OK:
        return ngx_http_session_csrf_check(ctx, &ctx->guard.token, verdict);

    case NGX_AGAIN:
        return NGX_AGAIN;

    default: /* NGX_DECLINED */

        if (ctx->guard.large) {
            *verdict = NGX_HTTP_SESSION_CSRF_LARGE;
        }

        return NGX_OK;
    }
}


/* in an outage, when requests pass, the signed cookie names the session */

static ngx_uint_t
ngx_http_session_csrf_known(ngx_http_session_ctx_t *ctx)
{
    return ctx->load.status == NGX_HTTP_SESSION_HIT
           || (ctx->load.status == NGX_HTTP_SESSION_ERROR && ctx->who.known);
}


/* https://www.w3.org/TR/fetch-metadata/, section 2.3 */

static ngx_uint_t
ngx_http_session_is_cross_site(ngx_http_request_t *r)
{
    ngx_str_t  *site;

    site = ngx_http_session_csrf_line(r, (u_char *) "sec-fetch-site",
                                      sizeof("sec-fetch-site") - 1);

    return site != NULL && site->len == sizeof("cross-site") - 1
           && ngx_strncmp(site->data, "cross-site", site->len) == 0;
}


/* the first line of a header, its name in lower case */

static ngx_str_t *
ngx_http_session_csrf_line(ngx_http_request_t *r, u_char *name, size_t len)
{
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    ngx_http_session_lines(&lines, &r->headers_in.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {
        if (h->key.len == len && ngx_strncmp(h->lowcase_key, name, len) == 0) {
            return &h->value;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_session_csrf_check(ngx_http_session_ctx_t *ctx, ngx_str_t *token,
    ngx_http_session_csrf_e *verdict)
{
    nsess_rc_t   rc;
    nsess_str_t  session;

    session.data = ctx->who.identity.name;
    session.len = NGX_HTTP_SESSION_NAME_LEN;

    rc = nsess_csrf_verify(&ctx->manager->csrf_keyring, session,
                           ngx_http_session_str(token));

    if (rc == NSESS_ERROR) {
        return NGX_ERROR;
    }

    *verdict = rc == NSESS_OK ? NGX_HTTP_SESSION_CSRF_GOOD
                              : NGX_HTTP_SESSION_CSRF_WRONG;

    return NGX_OK;
}


static void
ngx_http_session_csrf_refused(ngx_http_session_ctx_t *ctx,
    ngx_http_session_csrf_t *csrf)
{
    /* the request is refused, and so what "set" has written is dropped */

    ctx->changes.first = NULL;
    ctx->changes.last = NULL;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session access: refused by \"session_csrf\": %V",
                   &ngx_http_session_csrf_texts[ctx->guard.csrf]);

    if (ctx->guard.csrf == NGX_HTTP_SESSION_CSRF_LARGE) {
        (void) ngx_session_log(&ctx->manager->forgeries, NGX_LOG_ERR,
                               ctx->request->connection->log, 0,
                               "request for \"%V\" was refused by "
                               "\"session_csrf\": %V: the field \"%V\" is "
                               "expected first in the form, or the token in "
                               "the header \"%V\"",
                               &ctx->manager->name,
                               &ngx_http_session_csrf_texts[ctx->guard.csrf],
                               &csrf->field, &csrf->header.name);
        return;
    }

    (void) ngx_session_log(&ctx->manager->forgeries, NGX_LOG_ERR,
                           ctx->request->connection->log, 0,
                           "request for \"%V\" was refused by "
                           "\"session_csrf\": %V",
                           &ctx->manager->name,
                           &ngx_http_session_csrf_texts[ctx->guard.csrf]);
}


ngx_int_t
ngx_http_session_csrf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                  *token;
    nsess_str_t              session;
    ngx_http_session_ctx_t  *ctx;

    ngx_http_session_read_early(r, &ngx_http_session_csrf_name);

    ctx = ngx_http_session_here(r);

    switch (ngx_http_session_csrf_named(r, ctx)) {

    case NGX_OK:
        break;

    case NGX_DECLINED:
        v->not_found = 1;
        return NGX_OK;

    default: /* NGX_ERROR */
        return NGX_ERROR;
    }

    token = ngx_pnalloc(r->pool, NSESS_CSRF_LEN);
    if (token == NULL) {
        return NGX_ERROR;
    }

    session.data = ctx->who.identity.name;
    session.len = NGX_HTTP_SESSION_NAME_LEN;

    if (nsess_csrf_make(&ctx->manager->csrf_keyring, session, token)
        != NSESS_OK)
    {
        (void) ngx_session_log(&ctx->manager->broken, NGX_LOG_ALERT,
                               r->connection->log, 0,
                               "HMAC or random bytes failed in OpenSSL");
        return NGX_ERROR;
    }

    ngx_http_session_found(v, token, NSESS_CSRF_LEN);

    return NGX_OK;
}


/*
 * NGX_OK: ctx->identity names a session; a new session begins with this
 * response if the request has no session yet.  NGX_DECLINED: a session cannot
 * begin here.
 */

static ngx_int_t
ngx_http_session_csrf_named(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_loc_conf_t  *slcf;

    if (ctx == NULL) {
        return NGX_DECLINED;
    }

    if (ctx->changes.begun || ctx->load.status == NGX_HTTP_SESSION_NEW
        || ngx_http_session_csrf_known(ctx))
    {
        return NGX_OK;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (r != r->main || !ngx_http_session_may_begin(ctx, slcf)) {
        return NGX_DECLINED;
    }

    if (r->header_sent && !ctx->page.waits) {
        ngx_http_session_csrf_late(r);
        return NGX_DECLINED;
    }

    if (ngx_http_session_new_identity(ctx->manager, &ctx->who.identity)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->changes.begun = 1;

    return NGX_OK;
}


ngx_uint_t
ngx_http_session_may_begin(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    return slcf->csrf != NULL
           && slcf->manager != NULL
           && slcf->manager == ctx->manager
           && !ctx->changes.begun
           && !ngx_http_session_is_taken(&ctx->hold)
           && (ctx->load.status == NGX_HTTP_SESSION_NONE
               || ctx->load.status == NGX_HTTP_SESSION_FORGED
               || ctx->load.status == NGX_HTTP_SESSION_EXPIRED);
}


static void
ngx_http_session_csrf_late(ngx_http_request_t *r)
{
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_session_main_conf_t  *smcf;

    if (r->count == 0) {

        /* a log reads it, and needs no token */

        return;
    }

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);
    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    ngx_session_log(&smcf->early, NGX_LOG_WARN, r->connection->log, 0,
                    "\"$session_csrf\" was read too late to begin a session: "
                    "the header was sent already, in location \"%V\"",
                    &clcf->name);
}


ngx_int_t
ngx_http_session_verdict_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               *text;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL || ctx->guard.csrf == NGX_HTTP_SESSION_CSRF_UNCHECKED) {
        v->not_found = 1;
        return NGX_OK;
    }

    text = &ngx_http_session_csrf_texts[ctx->guard.csrf];

    ngx_http_session_found(v, text->data, text->len);

    return NGX_OK;
}
