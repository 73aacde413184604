/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Records: from what memcached answered to what a codec reads.
 */


#include "ngx_http_session_module.h"

#include "nsess_moved.h"


static void ngx_http_session_made(nsess_keeper_t *keeper);
static void ngx_http_session_drop(ngx_event_t *ev);
static ngx_int_t ngx_http_session_unmove(nsess_str_t *value,
    nsess_str_t *name, nsess_err_t *err);


void
ngx_http_session_record(nsess_record_t *record,
    ngx_http_session_manager_t *manager)
{
    ngx_memzero(record, sizeof(nsess_record_t));

    record->protocol = manager->pickle_protocol;
    record->keeper = &manager->keeper;
}


void
ngx_http_session_init_keeper(ngx_http_session_manager_t *manager)
{
    manager->keeper.made = ngx_http_session_made;
    manager->keeper.data = manager;

    manager->drop.handler = ngx_http_session_drop;
    manager->drop.data = manager;
}


/*
 * What a large record is decoded to is kept for what happens now, and not
 * while its request waits
 */

static void
ngx_http_session_made(nsess_keeper_t *keeper)
{
    ngx_http_session_manager_t *manager = keeper->data;

    manager->drop.log = ngx_cycle->log;

    ngx_post_event(&manager->drop, &ngx_posted_next_events);
}


static void
ngx_http_session_drop(ngx_event_t *ev)
{
    ngx_http_session_manager_t *manager = ev->data;

    nsess_keeper_drop(&manager->keeper);
}


ngx_int_t
ngx_http_session_open(ngx_http_session_manager_t *manager,
    nsess_str_t value, uint32_t flags, ngx_pool_t *pool,
    nsess_record_t *record, nsess_str_t *moved, nsess_err_t *err)
{
    ngx_int_t  rc;

    moved->len = 0;

    ngx_http_session_record(record, manager);

    if (manager->profile->unwrap != NULL) {
        rc = manager->profile->unwrap(manager, flags, pool, &value, err);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (manager->profile->moves) {
        rc = ngx_http_session_unmove(&value, moved, err);

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


static ngx_int_t
ngx_http_session_unmove(nsess_str_t *value, nsess_str_t *name,
    nsess_err_t *err)
{
    nsess_moved_t  moved;

    switch (nsess_moved_read(*value, &moved, err)) {

    case NSESS_OK:

        /* loads have extended its life in the store */

        if (moved.until < ngx_time()) {
            return NGX_DONE;
        }

        *name = moved.name;
        *value = moved.record;

        return NGX_OK;

    case NSESS_DECLINED:
        return NGX_OK;

    default: /* NSESS_ERROR */
        return NGX_DECLINED;
    }
}


void
ngx_http_session_forget(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_close_record(ctx);

    ctx->kept = NULL;
}


void
ngx_http_session_close_record(ngx_http_session_ctx_t *ctx)
{
    if (ctx->record.data.len != 0) {
        ctx->manager->codec->close(&ctx->record);
    }

    ngx_memzero(&ctx->record, sizeof(nsess_record_t));
}
