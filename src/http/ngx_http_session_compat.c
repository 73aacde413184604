/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Differences between versions of nginx, Angie and freenginx.
 */


#include "ngx_http_session_compat.h"


void
ngx_http_session_end_header_list(ngx_table_elt_t *h)
{
#if (nginx_version >= 1023000)
    h->next = NULL;
#else
    (void) h;
#endif
}


void
ngx_http_session_unlink_headers(ngx_http_request_t *r)
{
#if (nginx_version >= 1023000)
    r->headers_in.multi_linked = 0;
#else
    (void) r;
#endif
}


#if (nginx_version < 1023000 && NGX_HTTP_X_FORWARDED_FOR)

static void
ngx_http_session_unlink_line(ngx_array_t *lines, ngx_table_elt_t *h)
{
    ngx_uint_t         i, n;
    ngx_table_elt_t  **line;

    line = lines->elts;
    n = 0;

    for (i = 0; i < lines->nelts; i++) {
        if (line[i] != h) {
            line[n++] = line[i];
        }
    }

    lines->nelts = n;
}

#endif


void
ngx_http_session_unlink_header(ngx_http_request_t *r, ngx_table_elt_t *h)
{
    ngx_table_elt_t    **line;
    ngx_http_header_t   *known;

    for (known = ngx_http_headers_in; known->name.len != 0; known++) {

        if (known->offset == 0) {
            continue;
        }

#if (nginx_version >= 1023000)

        line = (ngx_table_elt_t **) ((char *) &r->headers_in + known->offset);

        while (*line != NULL) {

            if (*line == h) {
                *line = h->next;

            } else {
                line = &(*line)->next;
            }
        }

#else

        if (known->offset == offsetof(ngx_http_headers_in_t, cookies)) {
            continue;
        }

#if (NGX_HTTP_X_FORWARDED_FOR)

        if (known->offset
            == offsetof(ngx_http_headers_in_t, x_forwarded_for))
        {
            ngx_http_session_unlink_line(&r->headers_in.x_forwarded_for, h);
            continue;
        }

#endif

        line = (ngx_table_elt_t **) ((char *) &r->headers_in + known->offset);

        if (*line == h) {
            *line = NULL;
        }

#endif
    }
}


ngx_int_t
ngx_http_session_own_cache_control(ngx_http_request_t *r, ngx_table_elt_t *h)
{
#if (nginx_version >= 1023000)

    h->next = NULL;
    r->headers_out.cache_control = h;

#else

    ngx_table_elt_t  **line;

    if (r->headers_out.cache_control.elts == NULL
        && ngx_array_init(&r->headers_out.cache_control, r->pool, 1,
                          sizeof(ngx_table_elt_t *))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    r->headers_out.cache_control.nelts = 0;

    line = ngx_array_push(&r->headers_out.cache_control);
    if (line == NULL) {
        return NGX_ERROR;
    }

    *line = h;

#endif

    return NGX_OK;
}


static void
ngx_http_session_take_lines(ngx_list_t *list, ngx_list_part_t *kept)
{
    *kept = list->part;

    list->part.nelts = 0;
    list->part.next = NULL;
}


void
ngx_http_session_take_cached_lines(ngx_http_request_t *r,
    ngx_http_session_cached_lines_t *lines)
{
    ngx_http_upstream_t *u = r->upstream;

    ngx_http_session_take_lines(&u->headers_in.headers, &lines->headers);
    ngx_http_session_take_lines(&u->headers_in.trailers, &lines->trailers);
    ngx_http_session_take_lines(&r->headers_out.headers, &lines->sent);
    ngx_http_session_take_lines(&r->headers_out.trailers,
                                &lines->sent_trailers);

    lines->location = r->headers_out.location;
    r->headers_out.location = NULL;

#if (nginx_version >= 1023000)
    lines->cookies = u->headers_in.set_cookie;
    u->headers_in.set_cookie = NULL;
    lines->link = r->headers_out.link;
    r->headers_out.link = NULL;
#else
    lines->cookies = u->headers_in.cookies.nelts;
    u->headers_in.cookies.nelts = 0;
    lines->link = r->headers_out.link.nelts;
    r->headers_out.link.nelts = 0;
#endif
}


void
ngx_http_session_give_cached_lines(ngx_http_request_t *r,
    ngx_http_session_cached_lines_t *lines)
{
    ngx_http_upstream_t *u = r->upstream;

    u->headers_in.headers.part = lines->headers;
    u->headers_in.trailers.part = lines->trailers;
    r->headers_out.headers.part = lines->sent;
    r->headers_out.trailers.part = lines->sent_trailers;
    r->headers_out.location = lines->location;

#if (nginx_version >= 1023000)
    u->headers_in.set_cookie = lines->cookies;
    r->headers_out.link = lines->link;
#else
    u->headers_in.cookies.nelts = lines->cookies;
    r->headers_out.link.nelts = lines->link;
#endif
}


ngx_resolver_t *
ngx_http_session_known_resolver(ngx_resolver_t *resolver)
{
    if (resolver == NULL) {
        return NULL;
    }

#if defined(ANGIE_VERSION)
    return resolver->connections != NULL ? resolver : NULL;
#else
    return resolver->connections.nelts != 0 ? resolver : NULL;
#endif
}


ngx_uint_t
ngx_http_session_listens_tls(ngx_http_listen_opt_t *opt)
{
#if (nginx_version >= 1025000)

    if (opt->quic) {
        return 1;
    }

#endif

    return opt->ssl;
}
