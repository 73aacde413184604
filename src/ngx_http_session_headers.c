/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Request headers: what the session gives to the upstream, and never the
 * client's own copy of it.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_module.h"


static ngx_uint_t ngx_http_session_gives(ngx_http_session_loc_conf_t *slcf);
static ngx_uint_t ngx_http_session_find_any(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_strip(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf,
    ngx_uint_t cookies);
static ngx_uint_t ngx_http_session_is_ours(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *name);
static ngx_uint_t ngx_http_session_names(ngx_http_session_loc_conf_t *slcf,
    ngx_str_t *name);
static ngx_uint_t ngx_http_session_is_header(
    ngx_http_session_header_t *header, ngx_str_t *name);
static ngx_int_t ngx_http_session_remember(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_add_headers(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_array_t *headers);
static ngx_int_t ngx_http_session_add_assertion(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_give_header(ngx_http_request_t *r,
    ngx_http_session_header_t *header, ngx_str_t *value);


ngx_int_t
ngx_http_session_inject(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_uint_t               hidden;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    if (!ngx_http_session_gives(slcf)
        && (ctx == NULL || ctx->givers == NULL))
    {
        return NGX_OK;
    }

    hidden = ngx_http_session_hides(slcf)
             || (ctx != NULL && ctx->cookie_hidden);

    /* a subrequest shares the parts of the list with its parent */

    if (r != r->main || hidden || ngx_http_session_find_any(r, ctx, slcf)) {
        if (ngx_http_session_strip(r, ctx, slcf, hidden) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (hidden && ngx_http_session_give_cookies(r, slcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx == NULL || slcf->manager == NULL) {
        return NGX_OK;
    }

    if (ngx_http_session_remember(ctx, slcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (slcf->headers != NULL
        && ngx_http_session_add_headers(r, ctx, slcf->headers) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return slcf->assertion != NULL
           ? ngx_http_session_add_assertion(r, ctx, slcf) : NGX_OK;
}


static ngx_uint_t
ngx_http_session_gives(ngx_http_session_loc_conf_t *slcf)
{
    return slcf->headers != NULL || slcf->assertion != NULL
           || ngx_http_session_hides(slcf);
}


static ngx_uint_t
ngx_http_session_find_any(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_session_is_ours(ctx, slcf, &h[i].key)) {
                return 1;
            }
        }
    }

    return 0;
}


/* of this location, or of one that gave headers earlier in the request */

static ngx_uint_t
ngx_http_session_is_ours(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *name)
{
    ngx_uint_t                     i;
    ngx_http_session_loc_conf_t  **giver;

    if (ngx_http_session_names(slcf, name)) {
        return 1;
    }

    if (ctx == NULL || ctx->givers == NULL) {
        return 0;
    }

    giver = ctx->givers->elts;

    for (i = 0; i < ctx->givers->nelts; i++) {
        if (ngx_http_session_names(giver[i], name)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_http_session_names(ngx_http_session_loc_conf_t *slcf, ngx_str_t *name)
{
    ngx_uint_t                  i;
    ngx_http_session_header_t  *header;

    if (slcf->assertion != NULL
        && ngx_http_session_is_header(&slcf->assertion->header, name))
    {
        return 1;
    }

    if (slcf->headers == NULL) {
        return 0;
    }

    header = slcf->headers->elts;

    for (i = 0; i < slcf->headers->nelts; i++) {
        if (ngx_http_session_is_header(&header[i], name)) {
            return 1;
        }
    }

    return 0;
}


/* applications take "_" for "-", and some of them any other sign, too */

static ngx_uint_t
ngx_http_session_is_header(ngx_http_session_header_t *header, ngx_str_t *name)
{
    u_char  ch;
    size_t  n;

    if (header->lowcase.len != name->len) {
        return 0;
    }

    for (n = 0; n < name->len; n++) {
        ch = ngx_tolower(name->data[n]);

        if ((ch < 'a' || ch > 'z') && (ch < '0' || ch > '9')) {
            ch = '-';
        }

        if (ch != header->lowcase.data[n]) {
            return 0;
        }
    }

    return 1;
}


/*
 * A new list, since nginx's lists cannot lose elements; pointers such as
 * headers_in.host go on pointing to the old elements, which stay alive.
 */

static ngx_int_t
ngx_http_session_strip(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_uint_t cookies)
{
    ngx_list_t        list;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h, *copy;

    /* 20 as in ngx_http_alloc_request() */

    if (ngx_list_init(&list, r->pool, 20, sizeof(ngx_table_elt_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (ngx_http_session_is_ours(ctx, slcf, &h[i].key)
                || (cookies && ngx_http_session_is_cookie(&h[i].key)))
            {
                continue;
            }

            copy = ngx_list_push(&list);
            if (copy == NULL) {
                return NGX_ERROR;
            }

            *copy = h[i];
        }
    }

    r->headers_in.headers = list;

    if (list.last == &list.part) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }

    ngx_http_session_unlink_headers(r);

    return NGX_OK;
}


/* subrequests too: theirs begin with what their parents had */

static ngx_int_t
ngx_http_session_remember(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_uint_t                     i;
    ngx_http_session_loc_conf_t  **giver;

    if (!ngx_http_session_gives(slcf)) {
        return NGX_OK;
    }

    ctx->cookie_hidden |= ngx_http_session_hides(slcf);

    if (ctx->givers == NULL) {
        ctx->givers = ngx_array_create(ctx->request->pool, 2,
                                       sizeof(ngx_http_session_loc_conf_t *));
        if (ctx->givers == NULL) {
            return NGX_ERROR;
        }
    }

    giver = ctx->givers->elts;

    for (i = 0; i < ctx->givers->nelts; i++) {
        if (giver[i] == slcf) {
            return NGX_OK;
        }
    }

    giver = ngx_array_push(ctx->givers);
    if (giver == NULL) {
        return NGX_ERROR;
    }

    *giver = slcf;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_add_headers(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_array_t *headers)
{
    ngx_int_t                   rc;
    ngx_str_t                   value;
    ngx_uint_t                  i;
    ngx_http_session_header_t  *header;

    header = headers->elts;

    for (i = 0; i < headers->nelts; i++) {

        rc = ngx_http_session_read(ctx, &header[i].key, 1, &value);

        if (rc == NGX_DECLINED) {
            continue;
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (ngx_http_session_give_header(r, &header[i], &value) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_add_assertion(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t  rc;
    ngx_str_t  token;

    rc = ngx_http_session_assert(ctx, slcf, &token);

    if (rc == NGX_DECLINED) {
        return NGX_OK;
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    return ngx_http_session_give_header(r, &slcf->assertion->header, &token);
}


static ngx_int_t
ngx_http_session_give_header(ngx_http_request_t *r,
    ngx_http_session_header_t *header, ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_in.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = header->hash;
    h->key = header->name;
    h->lowcase_key = header->sent;
    h->value = *value;

    return NGX_OK;
}
