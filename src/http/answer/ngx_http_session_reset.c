/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Takes a response back.  A main request has one reference of its own, one more
 * while its body is being discarded, and one for each subrequest.  The request
 * goes on only if the first two are left: otherwise nginx would close or reuse
 * the connection too early, or never.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_reset.h"


static void ngx_http_session_reset_makers(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_reset_scripts(ngx_http_request_t *r);
static void *ngx_http_session_script_ctx(ngx_http_request_t *r,
    const char *name);
static ngx_int_t ngx_http_session_reset_script(ngx_http_request_t *r,
    void *ctx);


ngx_uint_t
ngx_http_session_may_reset(ngx_http_request_t *r)
{
    return r->connection->data == r && r->postponed == NULL;
}


ngx_int_t
ngx_http_session_reset(ngx_http_request_t *r)
{
    void              *ctx;
    ngx_connection_t  *c;

    c = r->connection;

    ngx_http_session_reset_makers(r);

    if (r->count != (ngx_http_session_discards_body(r) ? 2 : 1)) {

        /* a subrequest goes on, or has kept its reference */

        return NGX_DECLINED;
    }

    if (ngx_http_session_reset_scripts(r) != NGX_OK) {
        return NGX_DECLINED;
    }

    c->buffered &= ~(NGX_HTTP_WRITE_BUFFERED|NGX_HTTP_GZIP_BUFFERED);

    r->out = NULL;
    r->buffered = 0;
    r->upstream = NULL;
    r->header_sent = 0;
    r->header_only = 0;
    r->chunked = 0;
    r->err_status = 0;
    r->filter_finalize = 0;
    r->write_event_handler = ngx_http_request_empty_handler;

    ngx_http_clean_header(r);

    ctx = ngx_http_get_module_ctx(r, ngx_http_session_module);

    ngx_memzero(r->ctx, sizeof(void *) * ngx_http_max_module);
    ngx_http_set_ctx(r, ctx, ngx_http_session_module);

    return NGX_OK;
}


static void
ngx_http_session_reset_makers(ngx_http_request_t *r)
{
    ngx_http_cleanup_t  *cln;

    /* an upstream's cleanup finalizes the request, which takes a reference */

    if (r->upstream != NULL && r->upstream->cleanup != NULL) {
        r->count++;
    }

    while (r->cleanup != NULL) {
        cln = r->cleanup;
        r->cleanup = cln->next;

        if (cln->handler != NULL) {
            cln->handler(cln->data);
        }
    }
}


/*
 * The timers of njs, and what threads of Lua wait for, use their module's
 * context of the request, which is cleared here.  Both would stop them later,
 * when the request's pool is destroyed; older Lua (0.10.23) has by now.
 */

static ngx_int_t
ngx_http_session_reset_scripts(ngx_http_request_t *r)
{
    void  *ctx;

    ctx = ngx_http_session_script_ctx(r, "ngx_http_lua_module");

    if (ctx != NULL) {
        (void) ngx_http_session_reset_script(r, ctx);
    }

    ctx = ngx_http_session_script_ctx(r, "ngx_http_js_module");

    return ctx != NULL ? ngx_http_session_reset_script(r, ctx) : NGX_OK;
}


static void *
ngx_http_session_script_ctx(ngx_http_request_t *r, const char *name)
{
    ngx_uint_t      i;
    ngx_module_t  **modules;

    modules = ngx_cycle->modules;

    for (i = 0; modules[i] != NULL; i++) {
        if (ngx_strcmp(modules[i]->name, name) == 0) {
            return r->ctx[modules[i]->ctx_index];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_session_reset_script(ngx_http_request_t *r, void *ctx)
{
    ngx_pool_cleanup_t   *cln;
    ngx_pool_cleanup_pt   handler;

    for (cln = r->pool->cleanup; cln != NULL; cln = cln->next) {
        if (cln->data == ctx && cln->handler != NULL) {
            handler = cln->handler;
            cln->handler = NULL;

            handler(ctx);

            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


ngx_uint_t
ngx_http_session_keep_body(ngx_http_request_t *r)
{
    if (r->preserve_body) {
        return 0;
    }

    r->preserve_body = 1;

    return 1;
}


void
ngx_http_session_drop_body(ngx_http_request_t *r)
{
    ngx_file_t           *file;
    ngx_http_upstream_t  *u;

    r->preserve_body = 0;

    u = r->upstream;

    if (u == NULL || !u->header_sent || u->conf->preserve_output
        || r->request_body == NULL || r->request_body->temp_file == NULL)
    {
        return;
    }

    file = &r->request_body->temp_file->file;

    if (file->fd != NGX_INVALID_FILE) {
        ngx_pool_run_cleanup_file(r->pool, file->fd);
        file->fd = NGX_INVALID_FILE;
    }
}
