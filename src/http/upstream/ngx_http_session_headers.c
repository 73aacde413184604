/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Request headers with values of the session, for the upstream.
 */


#include "ngx_http_session_assertion.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_headers.h"
#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_hide.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_strip.h"


static ngx_int_t ngx_http_session_add_headers(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_add_assertion(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_give_header(ngx_http_request_t *r,
    ngx_http_session_header_t *header, ngx_str_t *value);


ngx_int_t
ngx_http_session_give(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_uint_t                 hides;
    ngx_http_session_strip_e   what;

    hides = ngx_http_session_hides(slcf)
            || (ctx != NULL && ctx->upstream.cookie_hidden);

    /* a subrequest shares the parts of the list with its parent */

    what = hides ? NGX_HTTP_SESSION_STRIP_COOKIES
           : r != r->main ? NGX_HTTP_SESSION_STRIP_COPY
           : NGX_HTTP_SESSION_STRIP_FOUND;

    if (ngx_http_session_strip(r, what) != NGX_OK) {
        return NGX_ERROR;
    }

    if (hides && ngx_http_session_give_cookies(r, slcf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx == NULL || slcf->manager == NULL) {
        return NGX_OK;
    }

    ctx->upstream.cookie_hidden |= ngx_http_session_hides(slcf);

    if (slcf->headers != NULL
        && ngx_http_session_add_headers(r, ctx, slcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (slcf->assertion != NULL
        && ngx_http_session_add_assertion(r, ctx, slcf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_session_forget_headers(r);
}


static ngx_int_t
ngx_http_session_add_headers(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t                   rc;
    ngx_str_t                   value;
    ngx_uint_t                  i;
    ngx_http_session_header_t  *header;

    header = slcf->headers->elts;

    for (i = 0; i < slcf->headers->nelts; i++) {

        rc = ngx_http_session_read(ctx, slcf->manager, &header[i].key, 1,
                                   &value);

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
