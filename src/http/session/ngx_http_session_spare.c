/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Responses that go on: a WebSocket, a stream, a long download.  Once the
 * header has gone out nobody changes the session any more, and of a large
 * record only that is kept which may be read still, by a log or a body: the
 * variables that the configuration names.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_kept.h"
#include "ngx_http_session_keys.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_spare.h"


/* most responses end before that time, and free the record themselves */
#define NGX_HTTP_SESSION_SPARE_DELAY  1000      /* ms */


typedef struct {
    ngx_event_t                   event;
    ngx_http_session_ctx_t       *ctx;
} ngx_http_session_spare_t;


static void ngx_http_session_spare_cleanup(void *data);
static void ngx_http_session_spare_handler(ngx_event_t *ev);
static ngx_int_t ngx_http_session_keep_named(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_keep_path(ngx_http_session_ctx_t *ctx,
    ngx_array_t *kept, ngx_str_t *path, ngx_uint_t n);


ngx_int_t
ngx_http_session_spare_large(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx)
{
    ngx_http_cleanup_t        *cln;
    ngx_http_session_spare_t  *spare;

    /* who looks at a body, such as SSI or a script, may ask for any key */

    if (ctx->variables.spares || r != r->main || r->filter_need_in_memory) {
        return NGX_OK;
    }

    cln = ngx_http_cleanup_add(r, sizeof(ngx_http_session_spare_t));
    if (cln == NULL) {
        return NGX_ERROR;
    }

    spare = cln->data;
    ngx_memzero(spare, sizeof(ngx_http_session_spare_t));

    cln->handler = ngx_http_session_spare_cleanup;

    spare->ctx = ctx;
    spare->event.handler = ngx_http_session_spare_handler;
    spare->event.data = spare;
    spare->event.log = r->connection->log;
    spare->event.cancelable = 1;

    ctx->variables.spares = 1;

    ngx_add_timer(&spare->event,
                  r->headers_out.status == NGX_HTTP_SWITCHING_PROTOCOLS
                  ? 1 : NGX_HTTP_SESSION_SPARE_DELAY);

    return NGX_OK;
}


static void
ngx_http_session_spare_cleanup(void *data)
{
    ngx_http_session_spare_t *spare = data;

    if (spare->event.timer_set) {
        ngx_del_timer(&spare->event);
    }
}


static void
ngx_http_session_spare_handler(ngx_event_t *ev)
{
    size_t                     opaque;
    ngx_http_request_t        *r;
    ngx_http_session_ctx_t    *ctx;
    ngx_http_session_spare_t  *spare;

    spare = ev->data;
    ctx = spare->ctx;
    r = ctx->request;

    if (ngx_http_session_is_held(&ctx->hold) || r->postponed != NULL) {

        /* another response may come, or subrequests that read the session */

        ngx_add_timer(ev, NGX_HTTP_SESSION_SPARE_DELAY);
        return;
    }

    if (ctx->loaded.record.data.len == 0
        || ngx_http_session_keep_named(ctx) != NGX_OK)
    {
        return;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "session: a record of %uz bytes is freed before its "
                   "request ends",
                   ctx->loaded.record.data.len);

    opaque = ctx->loaded.record.opaque;

    ngx_http_session_free_loaded(ctx->manager, r->pool, &ctx->loaded);

    ctx->loaded.record.opaque = opaque;
}


static ngx_int_t
ngx_http_session_keep_named(ngx_http_session_ctx_t *ctx)
{
    ngx_uint_t                     i, n;
    ngx_str_t                     *path, key;
    ngx_array_t                   *kept;
    ngx_http_variable_t           *v;
    ngx_http_session_path_t      **declared;
    ngx_http_core_main_conf_t     *cmcf;
    ngx_http_session_main_conf_t  *smcf;

    kept = ngx_array_create(ctx->request->pool, 4,
                            sizeof(ngx_http_session_kept_t));
    if (kept == NULL) {
        return NGX_ERROR;
    }

    smcf = ngx_http_get_module_main_conf(ctx->request,
                                         ngx_http_session_module);
    declared = smcf->declared.elts;

    for (i = 0; i < smcf->declared.nelts; i++) {
        if (ngx_http_session_keep_path(ctx, kept, declared[i]->path,
                                       declared[i]->n)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    cmcf = ngx_http_get_module_main_conf(ctx->request, ngx_http_core_module);
    v = cmcf->variables.elts;

    for (i = 0; i < cmcf->variables.nelts; i++) {
        n = ngx_http_session_variable_path(&v[i], &key, &path);

        if (n != 0
            && ngx_http_session_keep_path(ctx, kept, path, n) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    ctx->variables.kept = kept;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_keep_path(ngx_http_session_ctx_t *ctx, ngx_array_t *kept,
    ngx_str_t *path, ngx_uint_t n)
{
    ngx_int_t                 rc;
    ngx_str_t                 value;
    ngx_http_session_kept_t  *k;

    rc = ngx_http_session_read(ctx, ctx->manager, path, n, &value);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    k = ngx_array_push(kept);
    if (k == NULL) {
        return NGX_ERROR;
    }

    k->n = n;
    k->path = ngx_palloc(ctx->request->pool, n * sizeof(ngx_str_t));
    if (k->path == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(k->path, path, n * sizeof(ngx_str_t));

    ngx_str_null(&k->value);

    if (rc == NGX_OK) {
        k->value = value;
    }

    return NGX_OK;
}
