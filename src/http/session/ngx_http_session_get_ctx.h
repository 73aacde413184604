/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The context of a request, where it is: asked for in each phase and filter.
 */


#ifndef _NGX_HTTP_SESSION_GET_CTX_H_INCLUDED_
#define _NGX_HTTP_SESSION_GET_CTX_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* that of a main request which may have lost it; or NULL */
ngx_http_session_ctx_t *ngx_http_session_find_ctx(ngx_http_request_t *r);

/* makes that of a main request without one; NULL: no memory */
ngx_http_session_ctx_t *ngx_http_session_new_ctx(ngx_http_request_t *r);


#pragma GCC visibility pop


/* the main request's context, or NULL */

static ngx_inline ngx_http_session_ctx_t *
ngx_http_session_get_ctx(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t  *ctx;

    r = r->main;

    ctx = ngx_http_get_module_ctx(r, ngx_http_session_module);

    return ctx == NULL && (r->internal || r->filter_finalize)
           ? ngx_http_session_find_ctx(r) : ctx;
}


/* the main request's context, which is made at first; NULL: no memory */

static ngx_inline ngx_http_session_ctx_t *
ngx_http_session_make_ctx(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    return ctx != NULL ? ctx : ngx_http_session_new_ctx(r->main);
}


#endif /* _NGX_HTTP_SESSION_GET_CTX_H_INCLUDED_ */
