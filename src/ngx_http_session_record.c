/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Records: from what memcached answered to what a codec reads.
 */


#include "ngx_http_session_module.h"


void
ngx_http_session_record(nsess_record_t *record,
    ngx_http_session_manager_t *manager)
{
    ngx_memzero(record, sizeof(nsess_record_t));

    record->protocol = manager->pickle_protocol;
}


ngx_int_t
ngx_http_session_open(ngx_http_session_manager_t *manager,
    nsess_str_t value, uint32_t flags, ngx_pool_t *pool,
    nsess_record_t *record, nsess_err_t *err)
{
    ngx_int_t  rc;

    ngx_http_session_record(record, manager);

    if (manager->profile->unwrap != NULL) {
        rc = manager->profile->unwrap(manager, flags, pool, &value, err);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    record->data = value;

    if (manager->codec->open(record, err) == NSESS_OK) {
        return NGX_OK;
    }

    record->data.len = 0;

    return err->code == NSESS_E_MEMORY ? NGX_ERROR : NGX_DECLINED;
}


void
ngx_http_session_forget(ngx_http_session_ctx_t *ctx)
{
    if (ctx->record.data.len != 0) {
        ctx->manager->codec->close(&ctx->record);
    }

    ngx_memzero(&ctx->record, sizeof(nsess_record_t));
}
