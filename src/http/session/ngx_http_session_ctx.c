/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The request context: made once, found again after internal redirects,
 * read, changed, and gone with the request.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_record.h"


static void ngx_http_session_cleanup(void *data);


/*
 * Contexts are cleared by internal redirects, but ours can still be found
 * through its cleanup handler.
 */

ngx_http_session_ctx_t *
ngx_http_session_find_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t  *cln;

    for (cln = r->pool->cleanup; cln; cln = cln->next) {
        if (cln->handler == ngx_http_session_cleanup) {
            ngx_http_set_ctx(r, cln->data, ngx_http_session_module);
            return cln->data;
        }
    }

    return NULL;
}


ngx_http_session_ctx_t *
ngx_http_session_here(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    ctx = ngx_http_session_get_ctx(r);

    if (ctx == NULL || ctx->manager == NULL) {
        return NULL;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    return ctx->manager == slcf->manager ? ctx : NULL;
}


ngx_http_session_ctx_t *
ngx_http_session_new_ctx(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_pcalloc(r->pool, sizeof(ngx_http_session_ctx_t));
    if (ctx == NULL) {
        return NULL;
    }

    ctx->request = r;

    ctx->cleanup.handler = ngx_http_session_cleanup;
    ctx->cleanup.data = ctx;
    ctx->cleanup.next = r->pool->cleanup;

    r->pool->cleanup = &ctx->cleanup;

    ngx_http_set_ctx(r, ctx, ngx_http_session_module);

    return ctx;
}


static void
ngx_http_session_cleanup(void *data)
{
    ngx_http_session_ctx_t *ctx = data;

    ngx_http_session_cancel_load(ctx);

    if (ctx->manager != NULL) {
        ngx_http_session_close_record(ctx->manager, &ctx->loaded.record);
    }
}


void
ngx_http_session_cancel_load(ngx_http_session_ctx_t *ctx)
{
    while (ctx->load.nlooks != 0) {
        ctx->load.nlooks--;
        ngx_http_session_look_end(&ctx->load.looks[ctx->load.nlooks]);
    }

    ctx->load.waits = 0;
}


/* nothing points to the record: variables, headers and tokens are copies */

void
ngx_http_session_forget(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_free_loaded(ctx->manager, ctx->request->pool,
                                 &ctx->loaded);

    ngx_memzero(&ctx->loaded, sizeof(ngx_http_session_loaded_t));

    ctx->variables.kept = NULL;
}
