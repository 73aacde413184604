/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Records: from what the store answered to what a codec reads.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"

#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_key.h"
#include "nsess_successor.h"


static ngx_int_t ngx_http_session_open_value(
    ngx_http_session_manager_t *manager, nsess_str_t value, ngx_pool_t *pool,
    nsess_record_t *record, nsess_successor_t *moved, nsess_err_t *err);
static ngx_int_t ngx_http_session_read_record(
    ngx_http_session_manager_t *manager, nsess_str_t data, ngx_pool_t *pool,
    nsess_record_t *record, nsess_err_t *err);
static void *ngx_http_session_alloc(void *pool, size_t size);
static void ngx_http_session_made(nsess_keeper_t *keeper);
static void ngx_http_session_drop(ngx_event_t *ev);


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
 * The tree that a large record is decoded to is kept until the next round of
 * events, and not while its request waits.
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


u_char *
ngx_http_session_copy_value(ngx_pool_t *pool, nsess_str_t *value)
{
    u_char  *p;

    p = ngx_pnalloc(pool, value->len + 1);

    if (p != NULL) {
        ngx_memcpy(p, value->data, value->len);
        value->data = p;
    }

    return p;
}


static void *
ngx_http_session_alloc(void *pool, size_t size)
{
    return ngx_palloc(pool, size);
}


ngx_int_t
ngx_http_session_open(ngx_http_session_manager_t *manager,
    nsess_str_t value, uint32_t flags, ngx_pool_t *pool,
    nsess_record_t *record, nsess_successor_t *moved, nsess_err_t *err)
{
    ngx_int_t      rc;
    const u_char  *wrapped;

    ngx_http_session_record(record, manager);

    wrapped = value.data;

    if (manager->profile->unwrap != NULL) {
        rc = manager->profile->unwrap(manager, flags, pool, &value, err);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    rc = ngx_http_session_open_value(manager, value, pool, record, moved, err);

    if (rc != NGX_OK && rc != NGX_DONE && value.data != wrapped) {
        ngx_http_session_free_value(pool, value.data);
    }

    return rc;
}


/* the same of a value that was unwrapped */

static ngx_int_t
ngx_http_session_open_value(ngx_http_session_manager_t *manager,
    nsess_str_t value, ngx_pool_t *pool, nsess_record_t *record,
    nsess_successor_t *moved, nsess_err_t *err)
{
    switch (nsess_successor_read(value, manager->profile->marker, moved, err)) {

    case NSESS_OK:
        return NGX_DONE;

    case NSESS_DECLINED:
        return ngx_http_session_read_record(manager, value, pool, record,
                                            err);

    default: /* NSESS_ERROR */
        return NGX_DECLINED;
    }
}


ngx_int_t
ngx_http_session_open_record(ngx_http_session_manager_t *manager,
    nsess_str_t data, ngx_pool_t *pool, nsess_record_t *record,
    nsess_err_t *err)
{
    ngx_http_session_record(record, manager);

    return ngx_http_session_read_record(manager, data, pool, record, err);
}


static ngx_int_t
ngx_http_session_read_record(ngx_http_session_manager_t *manager,
    nsess_str_t data, ngx_pool_t *pool, nsess_record_t *record,
    nsess_err_t *err)
{
    record->alloc = ngx_http_session_alloc;
    record->pool = pool;

    /* the client takes longer values, since markers and subjects may be */

    if (data.len > manager->max_size) {
        err->code = NSESS_E_SIZE;
        err->pos = manager->max_size;

        return NGX_DECLINED;
    }

    record->data = data;

    if (manager->codec->open(record, err) == NSESS_OK) {
        return NGX_OK;
    }

    /* the caller may free the data, so that nothing points to it */

    record->data.len = 0;
    record->data.data = NULL;

    return err->code == NSESS_E_MEMORY ? NGX_ERROR : NGX_DECLINED;
}


void
ngx_http_session_close_record(ngx_http_session_manager_t *manager,
    nsess_record_t *record)
{
    if (record->data.len != 0) {
        manager->codec->close(record);
    }

    ngx_memzero(record, sizeof(nsess_record_t));
}


void
ngx_http_session_free_loaded(ngx_http_session_manager_t *manager,
    ngx_pool_t *pool, ngx_http_session_loaded_t *loaded)
{
    ngx_http_session_free_record(manager, pool, &loaded->record,
                                 loaded->value);

    ngx_http_session_free_value(pool, loaded->value);

    loaded->value = NULL;
}


/* that of a marker is inside of the value, which a profile may unwrap */

void
ngx_http_session_free_record(ngx_http_session_manager_t *manager,
    ngx_pool_t *pool, nsess_record_t *record, const u_char *value)
{
    const u_char  *data;

    data = record->data.data;

    ngx_http_session_close_record(manager, record);

    if (data != value) {
        ngx_http_session_free_value(pool, data);
    }
}


void
ngx_http_session_free_value(ngx_pool_t *pool, const u_char *value)
{
    if (value != NULL) {
        (void) ngx_pfree(pool, (void *) value);
    }
}


ngx_int_t
ngx_http_session_next_key(ngx_http_session_manager_t *manager,
    const nsess_successor_t *moved, ngx_session_key_t *key)
{
    if (moved->name.len > NSESS_KEY_MAX - manager->key_prefix.len) {
        return NGX_DECLINED;
    }

    ngx_http_session_key(manager, moved->name, key);

    return NGX_OK;
}
