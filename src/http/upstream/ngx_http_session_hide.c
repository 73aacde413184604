/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_hide_cookie: the Cookie lines that go to the upstream, without the
 * session's own cookies.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_hide.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_cookie_cut.h"


static ngx_int_t ngx_http_session_cut_cookie(ngx_http_request_t *r,
    ngx_http_session_manager_t *manager, ngx_str_t *value);


ngx_uint_t
ngx_http_session_is_cookie(ngx_str_t *name)
{
    return name->len == 6
           && ngx_strncasecmp(name->data, (u_char *) "cookie", 6) == 0;
}


/*
 * headers_in.cookies of nginx is left as it is: variables and other sessions
 * are read from there, and the next location makes its lines from there.
 */

ngx_int_t
ngx_http_session_give_cookies(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t         rc;
    ngx_str_t         value;
    ngx_uint_t        i;
    ngx_table_elt_t  *line, *h;

    line = NULL;

    for (i = 0;
         (line = ngx_http_session_next_cookie_line(r, &i, line)) != NULL;
         /* void */ )
    {
        value = line->value;

        if (ngx_http_session_hides(slcf)) {
            rc = ngx_http_session_cut_cookie(r, slcf->manager, &value);

            if (rc == NGX_DECLINED) {
                continue;
            }

            if (rc == NGX_ERROR) {
                return NGX_ERROR;
            }
        }

        h = ngx_list_push(&r->headers_in.headers);
        if (h == NULL) {
            return NGX_ERROR;
        }

        *h = *line;
        h->value = value;

        ngx_http_session_end_header_list(h);
    }

    return NGX_OK;
}


/* NGX_DECLINED: the line has no other cookie */

static ngx_int_t
ngx_http_session_cut_cookie(ngx_http_request_t *r,
    ngx_http_session_manager_t *manager, ngx_str_t *value)
{
    u_char          *p;
    nsess_writer_t   w;

    nsess_writer_init(&w, NULL, SIZE_MAX);

    if (nsess_cookie_cut(&w, ngx_http_session_str(value),
                         manager->cookie_names, manager->ncookies)
        == NSESS_DECLINED)
    {
        return NGX_OK;
    }

    if (w.len == 0) {
        return NGX_DECLINED;
    }

    p = ngx_pnalloc(r->pool, w.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, p, w.len);

    (void) nsess_cookie_cut(&w, ngx_http_session_str(value),
                            manager->cookie_names, manager->ncookies);

    p[w.len] = '\0';

    value->len = w.len;
    value->data = p;

    return NGX_OK;
}
