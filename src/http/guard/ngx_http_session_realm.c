/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_realm: WWW-Authenticate in the module's own responses of status 401,
 * which RFC 9110, section 15.5.2, requires.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_lines.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_realm.h"

#include "nsess_buf.h"


/*
 * scheme of draft-broyer-http-cookie-auth; browsers do not know it, so they do
 * not ask for a password
 */
#define NGX_HTTP_SESSION_CHALLENGE  "Cookie realm=\""


static ngx_uint_t ngx_http_session_has_challenge(ngx_http_request_t *r);


void
ngx_http_session_challenge(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_int_t status)
{
    if (status == NGX_HTTP_UNAUTHORIZED) {
        ctx->guard.realm = slcf->realm != NULL ? slcf->realm
                                               : &slcf->manager->name;
    }
}


ngx_int_t
ngx_http_session_add_challenge(ngx_http_session_ctx_t *ctx)
{
    size_t               len;
    u_char              *p;
    nsess_writer_t       w;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (ctx->guard.realm->len == 0
        || r->headers_out.status != NGX_HTTP_UNAUTHORIZED
        || ngx_http_session_has_challenge(r))
    {
        return NGX_OK;
    }

    len = sizeof(NGX_HTTP_SESSION_CHALLENGE) - 1 + ctx->guard.realm->len + 1;

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, p, len);

    nsess_write(&w, NGX_HTTP_SESSION_CHALLENGE,
                sizeof(NGX_HTTP_SESSION_CHALLENGE) - 1);
    nsess_write(&w, ctx->guard.realm->data, ctx->guard.realm->len);
    nsess_write_char(&w, '"');

    return ngx_http_session_push_header(r, "WWW-Authenticate", &w) != NULL
           ? NGX_OK : NGX_ERROR;
}


/* auth_basic may have added its own, under "satisfy any" */

static ngx_uint_t
ngx_http_session_has_challenge(ngx_http_request_t *r)
{
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    ngx_http_session_lines(&lines, &r->headers_out.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {
        if (h->hash != 0
            && h->key.len == sizeof("WWW-Authenticate") - 1
            && ngx_strncasecmp(h->key.data, (u_char *) "WWW-Authenticate",
                               sizeof("WWW-Authenticate") - 1)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}
