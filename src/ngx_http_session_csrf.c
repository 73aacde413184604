/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_csrf: unsafe methods need a token of the session, in a header or
 * in a field of a form.
 */


#include "ngx_http_session_module.h"

#include "nsess_csrf.h"
#include "nsess_form.h"


/* RFC 9110, section 9.2.1; what nginx does not know is unsafe */
#define NGX_HTTP_SESSION_SAFE_METHODS                                         \
    (NGX_HTTP_GET|NGX_HTTP_HEAD|NGX_HTTP_OPTIONS|NGX_HTTP_TRACE)


static ngx_int_t ngx_http_session_csrf_verdict(ngx_http_session_ctx_t *ctx,
    ngx_http_session_csrf_t *csrf, ngx_http_session_csrf_e *verdict);
static ngx_uint_t ngx_http_session_csrf_known(ngx_http_session_ctx_t *ctx);
static ngx_uint_t ngx_http_session_is_cross_site(ngx_http_request_t *r);
static ngx_str_t *ngx_http_session_csrf_line(ngx_http_request_t *r,
    u_char *name, size_t len);
static ngx_int_t ngx_http_session_csrf_check(ngx_http_session_ctx_t *ctx,
    ngx_str_t *token, ngx_http_session_csrf_e *verdict);
static ngx_int_t ngx_http_session_csrf_form(ngx_http_session_ctx_t *ctx,
    ngx_http_session_csrf_t *csrf, ngx_http_session_csrf_e *verdict);
static nsess_form_type_e ngx_http_session_csrf_type(ngx_http_request_t *r,
    nsess_str_t *boundary);
static void ngx_http_session_csrf_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_csrf_field(ngx_http_session_ctx_t *ctx,
    ngx_str_t *name);
static ngx_uint_t ngx_http_session_csrf_write(ngx_http_request_t *r,
    nsess_str_t body, nsess_str_t name, nsess_writer_t *w);
static ngx_int_t ngx_http_session_csrf_join(ngx_http_request_t *r,
    nsess_str_t *body);
static void ngx_http_session_csrf_refused(ngx_http_session_ctx_t *ctx);


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

    if (slcf->csrf == NULL
        || (ctx->request->method & NGX_HTTP_SESSION_SAFE_METHODS))
    {
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

    ctx->csrf = verdict;

    if (verdict == NGX_HTTP_SESSION_CSRF_GOOD) {
        return NGX_OK;
    }

    ngx_http_session_csrf_refused(ctx);

    return NGX_HTTP_FORBIDDEN;
}


ngx_int_t
ngx_http_session_judge_csrf(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t  rc;

    rc = ngx_http_session_check_csrf(ctx, slcf);

    if (rc == NGX_AGAIN) {
        ctx->csrf = NGX_HTTP_SESSION_CSRF_MISSING;
        ngx_http_session_csrf_refused(ctx);

        return NGX_HTTP_FORBIDDEN;
    }

    return rc;
}


/* NGX_AGAIN: the body would tell */

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
        *verdict = NGX_HTTP_SESSION_CSRF_HOMELESS;
        return NGX_OK;
    }

    *verdict = NGX_HTTP_SESSION_CSRF_MISSING;

    token = ngx_http_session_csrf_line(ctx->request, csrf->header.sent,
                                       csrf->header.name.len);

    if (token != NULL) {
        if (ngx_http_session_csrf_check(ctx, token, verdict) != NGX_OK) {
            return NGX_ERROR;
        }

        if (*verdict == NGX_HTTP_SESSION_CSRF_GOOD) {
            return NGX_OK;
        }
    }

    return ngx_http_session_csrf_form(ctx, csrf, verdict);
}


/* in an outage the signed cookie tells the session, where requests pass */

static ngx_uint_t
ngx_http_session_csrf_known(ngx_http_session_ctx_t *ctx)
{
    return ctx->status == NGX_HTTP_SESSION_HIT
           || (ctx->status == NGX_HTTP_SESSION_ERROR && ctx->has_token);
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
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].key.len == len
                && ngx_strncmp(h[i].lowcase_key, name, len) == 0)
            {
                return &h[i].value;
            }
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

    session.data = ctx->name;
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


static ngx_int_t
ngx_http_session_csrf_form(ngx_http_session_ctx_t *ctx,
    ngx_http_session_csrf_t *csrf, ngx_http_session_csrf_e *verdict)
{
    nsess_str_t                boundary;
    ngx_http_request_t        *r;
    ngx_http_core_loc_conf_t  *clcf;

    r = ctx->request;

    if (ngx_http_session_csrf_type(r, &boundary) == NSESS_FORM_NONE) {
        return NGX_OK;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (r->headers_in.content_length_n
        > (off_t) clcf->client_body_buffer_size)
    {
        *verdict = NGX_HTTP_SESSION_CSRF_LARGE;
        return NGX_OK;
    }

    /* of another location's field nothing is known */

    if (ctx->csrf_field == NULL
        || ctx->csrf_field->len != csrf->field.len
        || ngx_strncmp(ctx->csrf_field->data, csrf->field.data,
                       csrf->field.len)
           != 0)
    {
        return NGX_AGAIN;
    }

    if (ctx->csrf_large) {
        *verdict = NGX_HTTP_SESSION_CSRF_LARGE;
        return NGX_OK;
    }

    if (ctx->csrf_token.data == NULL) {
        return NGX_OK;
    }

    return ngx_http_session_csrf_check(ctx, &ctx->csrf_token, verdict);
}


static nsess_form_type_e
ngx_http_session_csrf_type(ngx_http_request_t *r, nsess_str_t *boundary)
{
    ngx_table_elt_t  *type;

    type = r->headers_in.content_type;

    return type == NULL ? NSESS_FORM_NONE
           : nsess_form_type(ngx_http_session_str(&type->value), boundary);
}


ngx_int_t
ngx_http_session_read_csrf(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    rc = ngx_http_read_client_request_body(r, ngx_http_session_csrf_body);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static void
ngx_http_session_csrf_body(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    ctx = ngx_http_session_get_ctx(r);
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ngx_http_session_csrf_field(ctx, &slcf->csrf->field) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    /* the access handler is called again */

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


static ngx_int_t
ngx_http_session_csrf_field(ngx_http_session_ctx_t *ctx, ngx_str_t *name)
{
    u_char               value[NSESS_CSRF_LEN];
    ngx_int_t            rc;
    nsess_str_t          body;
    nsess_writer_t       w;
    ngx_http_request_t  *r;

    r = ctx->request;

    ctx->csrf_field = name;
    ctx->csrf_large = 0;
    ngx_str_null(&ctx->csrf_token);

    rc = ngx_http_session_csrf_join(r, &body);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        ctx->csrf_large = 1;
        return NGX_OK;
    }

    nsess_writer_init(&w, value, NSESS_CSRF_LEN);

    if (!ngx_http_session_csrf_write(r, body, ngx_http_session_str(name),
                                     &w))
    {
        return NGX_OK;
    }

    /* one that does not fit is wrong, as an empty one is */

    ctx->csrf_token.len = w.error == NSESS_E_NONE ? w.len : 0;
    ctx->csrf_token.data = ngx_pnalloc(r->pool, NSESS_CSRF_LEN);
    if (ctx->csrf_token.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(ctx->csrf_token.data, value, ctx->csrf_token.len);

    return NGX_OK;
}


/* 0: there is no such field */

static ngx_uint_t
ngx_http_session_csrf_write(ngx_http_request_t *r, nsess_str_t body,
    nsess_str_t name, nsess_writer_t *w)
{
    nsess_str_t  boundary, value;

    switch (ngx_http_session_csrf_type(r, &boundary)) {

    case NSESS_FORM_URLENCODED:
        return nsess_form_urlencoded(body, name, w) == NSESS_OK;

    case NSESS_FORM_MULTIPART:

        if (nsess_form_multipart(body, boundary, name, &value) != NSESS_OK) {
            return 0;
        }

        nsess_write(w, value.data, value.len);
        return 1;

    default: /* NSESS_FORM_NONE */
        return 0;
    }
}


/* the body in one piece; NGX_DECLINED: it is in a file */

static ngx_int_t
ngx_http_session_csrf_join(ngx_http_request_t *r, nsess_str_t *body)
{
    u_char       *p;
    size_t        size;
    ngx_buf_t    *b;
    ngx_chain_t  *cl, *bufs;

    body->data = (u_char *) "";
    body->len = 0;

    if (r->request_body == NULL || r->request_body->bufs == NULL) {
        return NGX_OK;
    }

    bufs = r->request_body->bufs;
    size = 0;

    for (cl = bufs; cl != NULL; cl = cl->next) {
        b = cl->buf;

        if (b->in_file) {
            return NGX_DECLINED;
        }

        size += b->last - b->pos;
    }

    if (size == 0) {
        return NGX_OK;
    }

    body->data = bufs->buf->pos;
    body->len = size;

    if (bufs->next == NULL) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;

    for (cl = bufs; cl != NULL; cl = cl->next) {
        b = cl->buf;

        /* the last one may be empty, and nowhere */

        if (b->last != b->pos) {
            p = ngx_cpymem(p, b->pos, b->last - b->pos);
        }
    }

    return NGX_OK;
}


static void
ngx_http_session_csrf_refused(ngx_http_session_ctx_t *ctx)
{
    /* what "set" has written is refused with the request */

    ctx->changes = NULL;
    ctx->last_change = NULL;

    (void) ngx_session_log(&ctx->manager->forgeries, NGX_LOG_INFO,
                           ctx->request->connection->log, 0,
                           "request for \"%V\" was refused by "
                           "\"session_csrf\": %V",
                           &ctx->manager->name,
                           &ngx_http_session_csrf_texts[ctx->csrf]);
}


ngx_int_t
ngx_http_session_csrf_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    nsess_str_t              session;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    if (ctx == NULL
        || (!ngx_http_session_csrf_known(ctx)
            && ctx->status != NGX_HTTP_SESSION_NEW))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = ngx_pnalloc(r->pool, NSESS_CSRF_LEN);
    if (v->data == NULL) {
        return NGX_ERROR;
    }

    session.data = ctx->name;
    session.len = NGX_HTTP_SESSION_NAME_LEN;

    if (nsess_csrf_make(&ctx->manager->csrf_keyring, session, v->data)
        != NSESS_OK)
    {
        (void) ngx_session_log(&ctx->manager->broken, NGX_LOG_ALERT,
                               r->connection->log, 0,
                               "HMAC or random bytes failed in OpenSSL");
        return NGX_ERROR;
    }

    v->len = NSESS_CSRF_LEN;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


ngx_int_t
ngx_http_session_verdict_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               *text;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    if (ctx == NULL || ctx->csrf == NGX_HTTP_SESSION_CSRF_UNCHECKED) {
        v->not_found = 1;
        return NGX_OK;
    }

    text = &ngx_http_session_csrf_texts[ctx->csrf];

    v->data = text->data;
    v->len = text->len;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
