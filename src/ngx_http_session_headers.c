/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Request headers: what the session gives to the upstream, and never the
 * client's own copy of it.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_module.h"


static ngx_uint_t ngx_http_session_is_one_of(ngx_array_t *headers,
    ngx_str_t *name);
static ngx_uint_t ngx_http_session_find_any(ngx_list_t *list,
    ngx_array_t *a, ngx_array_t *b);
static ngx_int_t ngx_http_session_strip(ngx_http_request_t *r,
    ngx_array_t *a, ngx_array_t *b);
static ngx_int_t ngx_http_session_add_headers(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_array_t *headers);


ngx_int_t
ngx_http_session_inject(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_array_t *headers)
{
    ngx_array_t  *old;

    old = ctx != NULL ? ctx->injected : NULL;

    /* a subrequest shares the parts of the list with its parent */

    if (r != r->main
        || ngx_http_session_find_any(&r->headers_in.headers, old, headers))
    {
        if (ngx_http_session_strip(r, old, headers) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ctx == NULL) {
        return NGX_OK;
    }

    if (r == r->main) {
        ctx->injected = headers;
    }

    return headers != NULL ? ngx_http_session_add_headers(r, ctx, headers)
                           : NGX_OK;
}


static ngx_uint_t
ngx_http_session_find_any(ngx_list_t *list, ngx_array_t *a, ngx_array_t *b)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    for (part = &list->part; part != NULL; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (ngx_http_session_is_one_of(a, &h[i].key)
                || ngx_http_session_is_one_of(b, &h[i].key))
            {
                return 1;
            }
        }
    }

    return 0;
}


/* applications take "_" for "-", and some of them any other sign, too */

static ngx_uint_t
ngx_http_session_is_one_of(ngx_array_t *headers, ngx_str_t *name)
{
    u_char                      ch;
    size_t                      n;
    ngx_uint_t                  i;
    ngx_http_session_header_t  *header;

    if (headers == NULL) {
        return 0;
    }

    header = headers->elts;

    for (i = 0; i < headers->nelts; i++) {

        if (header[i].lowcase.len != name->len) {
            continue;
        }

        for (n = 0; n < name->len; n++) {
            ch = ngx_tolower(name->data[n]);

            if ((ch < 'a' || ch > 'z') && (ch < '0' || ch > '9')) {
                ch = '-';
            }

            if (ch != header[i].lowcase.data[n]) {
                break;
            }
        }

        if (n == name->len) {
            return 1;
        }
    }

    return 0;
}


/*
 * A new list, since nginx's lists cannot lose elements; pointers such as
 * headers_in.host go on pointing to the old elements, which stay alive.
 */

static ngx_int_t
ngx_http_session_strip(ngx_http_request_t *r, ngx_array_t *a, ngx_array_t *b)
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

            if (ngx_http_session_is_one_of(a, &h[i].key)
                || ngx_http_session_is_one_of(b, &h[i].key))
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


static ngx_int_t
ngx_http_session_add_headers(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_array_t *headers)
{
    ngx_int_t                   rc;
    ngx_str_t                   value;
    ngx_uint_t                  i;
    ngx_table_elt_t            *h;
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

        h = ngx_list_push(&r->headers_in.headers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        ngx_memzero(h, sizeof(ngx_table_elt_t));

        h->hash = header[i].hash;
        h->key = header[i].name;
        h->lowcase_key = header[i].sent;
        h->value = value;
    }

    return NGX_OK;
}
