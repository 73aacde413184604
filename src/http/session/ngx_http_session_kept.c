/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Reads values that were kept when a large record was freed.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_kept.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"

#include "ngx_session_limit.h"


static ngx_uint_t ngx_http_session_same_path(ngx_http_session_kept_t *kept,
    ngx_str_t *path, ngx_uint_t n);


ngx_int_t
ngx_http_session_read_kept(ngx_http_session_ctx_t *ctx, ngx_str_t *path,
    ngx_uint_t n, ngx_str_t *value)
{
    ngx_uint_t                     i;
    ngx_http_session_kept_t       *kept;
    ngx_http_session_main_conf_t  *smcf;

    kept = ctx->variables.kept->elts;

    for (i = 0; i < ctx->variables.kept->nelts; i++) {
        if (ngx_http_session_same_path(&kept[i], path, n)) {
            *value = kept[i].value;
            return value->data != NULL ? NGX_OK : NGX_DECLINED;
        }
    }

    smcf = ngx_http_get_module_main_conf(ctx->request,
                                         ngx_http_session_module);

    (void) ngx_session_log(&smcf->spared, NGX_LOG_WARN,
                           ctx->request->connection->log, 0,
                           "\"%V\" of \"%V\" was read when its large record "
                           "was freed already: \"session_variable\" for it is "
                           "expected", &path[0], &ctx->manager->name);

    return NGX_DECLINED;
}


static ngx_uint_t
ngx_http_session_same_path(ngx_http_session_kept_t *kept, ngx_str_t *path,
    ngx_uint_t n)
{
    ngx_uint_t  i;

    if (kept->n != n) {
        return 0;
    }

    for (i = 0; i < n; i++) {
        if (!ngx_http_session_equal(&kept->path[i], &path[i])) {
            return 0;
        }
    }

    return 1;
}
