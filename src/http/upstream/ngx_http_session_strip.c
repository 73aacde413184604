/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Removes the client's own copies of headers that any location of the
 * configuration sends to upstreams, before another module reads them.  Headers
 * that a location has added are removed, too, when the request moves to another
 * location.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_hide.h"
#include "ngx_http_session_lines.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_strip.h"


static ngx_uint_t ngx_http_session_find_given(
    ngx_http_session_main_conf_t *smcf, ngx_http_request_t *r);


/* runs in the first phases of a request, and again after a redirect */

ngx_int_t
ngx_http_session_strip_handler(ngx_http_request_t *r)
{
    return ngx_http_session_strip(r, NGX_HTTP_SESSION_STRIP_FOUND) == NGX_OK
           ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
}


/*
 * Makes a new list, since elements cannot be removed from nginx's lists.
 * Pointers such as headers_in.host keep pointing to the old elements, which
 * stay in memory.
 */

ngx_int_t
ngx_http_session_strip(ngx_http_request_t *r, ngx_http_session_strip_e what)
{
    ngx_list_t                     list;
    ngx_table_elt_t               *h, *copy;
    ngx_http_session_lines_t       lines;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    if (what == NGX_HTTP_SESSION_STRIP_FOUND
        && !ngx_http_session_find_given(smcf, r))
    {
        return NGX_OK;
    }

    /* 20 as in ngx_http_alloc_request() */

    if (ngx_list_init(&list, r->pool, 20, sizeof(ngx_table_elt_t)) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_session_lines(&lines, &r->headers_in.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (ngx_http_session_is_given(smcf, h->key.data, h->key.len)) {
            ngx_http_session_unlink_header(r, h);
            continue;
        }

        if (what == NGX_HTTP_SESSION_STRIP_COOKIES
            && ngx_http_session_is_cookie(&h->key))
        {
            continue;
        }

        copy = ngx_list_push(&list);
        if (copy == NULL) {
            return NGX_ERROR;
        }

        *copy = *h;
    }

    r->headers_in.headers = list;

    if (list.last == &list.part) {
        r->headers_in.headers.last = &r->headers_in.headers.part;
    }

    ngx_http_session_unlink_headers(r);

    return ngx_http_session_forget_headers(r);
}


static ngx_uint_t
ngx_http_session_find_given(ngx_http_session_main_conf_t *smcf,
    ngx_http_request_t *r)
{
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    ngx_http_session_lines(&lines, &r->headers_in.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {
        if (ngx_http_session_is_given(smcf, h->key.data, h->key.len)) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_session_forget_headers(ngx_http_request_t *r)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    if (!smcf->given_read) {
        return NGX_OK;
    }

    return ngx_http_session_own_variables(r) == NGX_OK
           ? ngx_http_session_refresh(r) : NGX_ERROR;
}
