/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Set-Cookie, and Cache-Control, which keeps the cookie out of caches.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_lines.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_secure.h"
#include "ngx_http_session_set_cookie.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_cache_control.h"
#include "nsess_cookie.h"
#include "nsess_str.h"


#define NGX_HTTP_SESSION_DATE_LEN                                             \
    (sizeof("Thu, 01 Jan 1970 00:00:00 GMT") - 1)


static ngx_int_t ngx_http_session_set_cookie(ngx_http_request_t *r,
    const nsess_cookie_t *cookie, nsess_str_t *value);
static ngx_int_t ngx_http_session_keep_private(ngx_http_request_t *r);
static ngx_uint_t ngx_http_session_cache_controls(ngx_http_request_t *r,
    nsess_str_t *values);
static void ngx_http_session_drop_headers(ngx_http_request_t *r,
    int (*is)(nsess_str_t name));
static ngx_table_elt_t *ngx_http_session_next_named(
    ngx_http_session_lines_t *lines, int (*is)(nsess_str_t name));
static int ngx_http_session_is_cache_control(nsess_str_t name);


ngx_int_t
ngx_http_session_send_cookies(ngx_http_session_ctx_t *ctx)
{
    size_t                       i;
    u_char                       date[NGX_HTTP_SESSION_DATE_LEN];
    nsess_str_t                  values[NGX_HTTP_SESSION_SENT_MAX], expires;
    nsess_cookie_t               cookie;
    ngx_http_session_manager_t  *manager;

    manager = ctx->manager;

    ngx_http_session_watch_secure(ctx);

    if (manager->profile->sign(manager, &ctx->who.identity, ctx->request->pool,
                               values)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < manager->ncookies; i++) {
        cookie = manager->cookies[i];

        if (manager->cookie_life != 0) {
            expires.data = date;
            expires.len = ngx_http_time(date, ngx_time()
                                              + manager->cookie_life)
                          - date;

            cookie.expires = &expires;
        }

        if (ngx_http_session_set_cookie(ctx->request, &cookie, &values[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_session_keep_private(ctx->request);
}


ngx_int_t
ngx_http_session_expire_cookies(ngx_http_session_ctx_t *ctx)
{
    size_t  i;

    for (i = 0; i < ctx->manager->ncookies; i++) {

        if (ngx_http_session_set_cookie(ctx->request,
                                        &ctx->manager->cookies[i], NULL)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return ngx_http_session_keep_private(ctx->request);
}


/* value == NULL: the browser deletes the cookie */

static ngx_int_t
ngx_http_session_set_cookie(ngx_http_request_t *r,
    const nsess_cookie_t *cookie, nsess_str_t *value)
{
    u_char          *p;
    ngx_uint_t       pass;
    nsess_cookie_t   sent;
    nsess_writer_t   w;

    p = NULL;
    sent = *cookie;

    if (sent.secure == NSESS_SECURE_AUTO && ngx_http_session_over_tls(r)) {
        sent.secure = NSESS_SECURE_ON;
    }

    nsess_writer_init(&w, NULL, SIZE_MAX);

    for (pass = 0; pass < 2; pass++) {

        if (value != NULL) {
            nsess_cookie_write(&w, &sent, *value);

        } else {
            nsess_cookie_write_expired(&w, &sent);
        }

        if (pass == 0) {
            p = ngx_pnalloc(r->pool, w.len);
            if (p == NULL) {
                return NGX_ERROR;
            }

            nsess_writer_init(&w, p, w.len);
        }
    }

    return ngx_http_session_push_header(r, "Set-Cookie", &w) != NULL
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_session_keep_private(ngx_http_request_t *r)
{
    size_t            len;
    u_char           *p;
    ngx_uint_t        n;
    nsess_str_t      *values;
    nsess_writer_t    w;
    ngx_table_elt_t  *h;

    ngx_http_session_drop_headers(r, nsess_cache_control_is_targeted);

    n = ngx_http_session_cache_controls(r, NULL);

    values = ngx_palloc(r->pool, (n + 1) * sizeof(nsess_str_t));
    if (values == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_http_session_cache_controls(r, values);

    nsess_writer_init(&w, NULL, SIZE_MAX);

    if (nsess_cache_control_private(&w, values, n) != NSESS_OK) {
        return NGX_OK;
    }

    len = w.len;

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, p, len);
    (void) nsess_cache_control_private(&w, values, n);

    ngx_http_session_drop_headers(r, ngx_http_session_is_cache_control);

    h = ngx_http_session_push_header(r, "Cache-Control", &w);
    if (h == NULL) {
        return NGX_ERROR;
    }

    return ngx_http_session_own_cache_control(r, h);
}


/* counts them; values may be NULL */

static ngx_uint_t
ngx_http_session_cache_controls(ngx_http_request_t *r, nsess_str_t *values)
{
    ngx_uint_t                 n;
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    n = 0;

    ngx_http_session_lines(&lines, &r->headers_out.headers);

    while ((h = ngx_http_session_next_named(&lines,
                                           ngx_http_session_is_cache_control))
           != NULL)
    {
        if (values != NULL) {
            values[n] = ngx_http_session_str(&h->value);
        }

        n++;
    }

    return n;
}


static void
ngx_http_session_drop_headers(ngx_http_request_t *r,
    int (*is)(nsess_str_t name))
{
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    ngx_http_session_lines(&lines, &r->headers_out.headers);

    while ((h = ngx_http_session_next_named(&lines, is)) != NULL) {
        h->hash = 0;
    }
}


static ngx_table_elt_t *
ngx_http_session_next_named(ngx_http_session_lines_t *lines,
    int (*is)(nsess_str_t name))
{
    ngx_table_elt_t  *h;

    while ((h = ngx_http_session_next_line(lines)) != NULL) {
        if (h->hash != 0 && is(ngx_http_session_str(&h->key))) {
            return h;
        }
    }

    return NULL;
}


static int
ngx_http_session_is_cache_control(nsess_str_t name)
{
    static const nsess_str_t  cache_control = nsess_string("cache-control");

    return nsess_str_equal_nocase(name, cache_control);
}
