/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * An id that was regenerated answers only while the session goes on: is there
 * a record of the id that replaced it, or of the one that replaced that?
 */


#include "ngx_http_session_module.h"

#include "nsess_moved.h"


/* ids of one session that answer still, each a round trip */
#define NGX_HTTP_SESSION_SUCCESSORS  8


static void ngx_http_session_successor_fetched(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static ngx_int_t ngx_http_session_take_successor(ngx_http_session_ctx_t *ctx,
    const nsess_mc_reply_t *reply);


ngx_int_t
ngx_http_session_ask_successor(ngx_http_session_ctx_t *ctx)
{
    nsess_mc_request_t       req;
    ngx_session_mc_reason_e  reason;

    if (ctx->successor == NULL) {
        ctx->successor = ngx_palloc(ctx->request->pool,
                                    sizeof(ngx_http_session_key_t));
        if (ctx->successor == NULL) {
            ngx_http_session_forget(ctx);
            ngx_http_session_failed(ctx, NGX_SESSION_MC_NO_MEMORY);
            return NGX_OK;
        }

        *ctx->successor = *ctx->moved;
        ctx->successors = 0;
    }

    if (ctx->successors++ == NGX_HTTP_SESSION_SUCCESSORS) {
        return NGX_OK;
    }

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_GET;
    req.key.data = ctx->successor->data;
    req.key.len = ctx->successor->len;
    req.exptime = -1;

    ctx->op = ngx_session_mc_start(ctx->manager->mc, &req,
                                   ngx_http_session_successor_fetched, ctx,
                                   &reason);

    if (ctx->op == NULL) {
        ngx_http_session_forget(ctx);
        ngx_http_session_failed(ctx, reason);
        return NGX_OK;
    }

    return NGX_AGAIN;
}


static void
ngx_http_session_successor_fetched(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_ctx_t *ctx = data;

    ngx_int_t  rc;

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session: successor fetched, reply %d",
                   reply != NULL ? (int) reply->status : 0);

    ctx->op = NULL;

    if (reply == NULL
        || (reply->status != NSESS_MC_VA && reply->status != NSESS_MC_EN))
    {
        ngx_http_session_forget(ctx);
        ngx_http_session_failed(ctx, reply == NULL ? reason
                                                   : NGX_SESSION_MC_PROTOCOL);

    } else {
        rc = ngx_http_session_take_successor(ctx, reply);

        if (rc == NGX_DONE) {
            ngx_http_session_forget(ctx);

            ctx->status = NGX_HTTP_SESSION_UNKNOWN;
            ctx->moved = NULL;

            rc = ngx_http_session_skip(ctx);
        }

        if (rc == NGX_AGAIN) {
            return;
        }
    }

    ngx_http_session_arrived(ctx);
}


/* NGX_OK: the session goes on; NGX_DONE: it does not; NGX_AGAIN: asked on */

static ngx_int_t
ngx_http_session_take_successor(ngx_http_session_ctx_t *ctx,
    const nsess_mc_reply_t *reply)
{
    nsess_err_t    err;
    nsess_moved_t  moved;

    if (reply->status == NSESS_MC_EN) {
        return NGX_DONE;
    }

    if (reply->oversize
        || nsess_moved_read(reply->value, &moved, &err) != NSESS_OK)
    {
        return NGX_OK;
    }

    if (moved.until < ngx_time()
        || moved.name.len != NGX_HTTP_SESSION_NAME_LEN)
    {
        return NGX_DONE;
    }

    ngx_http_session_key(ctx->manager, moved.name, ctx->successor);

    return ngx_http_session_ask_successor(ctx);
}
