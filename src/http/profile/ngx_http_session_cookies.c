/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The cookies of a request, one after the other, in their order.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_cookies.h"

#include "nsess.h"
#include "nsess_cookie.h"


static ngx_int_t ngx_http_session_next_line(
    ngx_http_session_cookies_t *cookies);


void
ngx_http_session_cookies(ngx_http_session_cookies_t *cookies,
    ngx_http_request_t *r)
{
    nsess_str_t  nothing = nsess_string("");

    cookies->request = r;
    cookies->i = 0;
    cookies->line = NULL;

    nsess_cookie_scan(&cookies->scan, nothing);
}


ngx_int_t
ngx_http_session_next_cookie(ngx_http_session_cookies_t *cookies,
    nsess_str_t name, nsess_str_t *value)
{
    while (nsess_cookie_next(&cookies->scan, name, value) != NSESS_OK) {

        if (ngx_http_session_next_line(cookies) != NGX_OK) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_session_next_raw_cookie(ngx_http_session_cookies_t *cookies,
    nsess_str_t name, nsess_str_t *value)
{
    while (nsess_cookie_next_raw(&cookies->scan, name, value) != NSESS_OK) {

        if (ngx_http_session_next_line(cookies) != NGX_OK) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_next_line(ngx_http_session_cookies_t *cookies)
{
    cookies->line = ngx_http_session_next_cookie_line(cookies->request,
                                                      &cookies->i,
                                                      cookies->line);
    if (cookies->line == NULL) {
        return NGX_DECLINED;
    }

    nsess_cookie_scan(&cookies->scan,
                      ngx_http_session_str(&cookies->line->value));

    return NGX_OK;
}
