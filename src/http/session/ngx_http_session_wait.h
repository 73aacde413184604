/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * How long a request waits for stores: for all operations of its load, of the
 * look after a slow body and of its save, as long as the store's patience.
 * What it waits for a client, for an upstream, or for the store of another
 * manager, before an internal redirect, does not count.
 */


#ifndef _NGX_HTTP_SESSION_WAIT_H_INCLUDED_
#define _NGX_HTTP_SESSION_WAIT_H_INCLUDED_


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_manager.h"


/* the limit of what begins now, by ngx_current_msec */

static ngx_inline ngx_msec_t
ngx_http_session_wait_limit(const ngx_http_session_ctx_t *ctx)
{
    ngx_msec_t  patience, waited;

    patience = ctx->manager->patience;
    waited = ctx->waits_for == ctx->manager ? ctx->waited : 0;

    return ngx_current_msec + (patience > waited ? patience - waited : 0);
}


/* it has waited since then: how long, in ms */

static ngx_inline ngx_msec_t
ngx_http_session_wait_end(ngx_http_session_ctx_t *ctx, ngx_msec_t begun)
{
    ngx_msec_t  time;

    time = ngx_current_msec - begun;

    if (ctx->waits_for != ctx->manager) {
        ctx->waits_for = ctx->manager;
        ctx->waited = 0;
    }

    ctx->waited += time;

    return time;
}


#endif /* _NGX_HTTP_SESSION_WAIT_H_INCLUDED_ */
