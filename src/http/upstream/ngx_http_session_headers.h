/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Request headers with values of the session, for upstreams.
 */


#ifndef _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_
#define _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_hide.h"
#include "ngx_http_session_location.h"


#pragma GCC visibility push(hidden)


/* the next function, where there is something to do; ctx may be NULL */
ngx_int_t ngx_http_session_give(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


/*
 * Adds the location's headers to the request, as the only ones of their names,
 * and restores the cookies that an earlier location or the parent request
 * hid.
 */

static ngx_inline ngx_int_t
ngx_http_session_inject(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    if (slcf->headers == NULL && slcf->assertion == NULL
        && !ngx_http_session_hides(slcf)
        && (ctx == NULL || !ctx->upstream.cookie_hidden))
    {
        return NGX_OK;
    }

    return ngx_http_session_give(r, ctx, slcf);
}


#endif /* _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_ */
