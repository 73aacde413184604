/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The ids of a session, in the order in which one replaced the other.
 */


#include "ngx_http_session_ids.h"
#include "ngx_http_session_record.h"

#include "nsess.h"
#include "nsess_successor.h"


static ngx_uint_t ngx_http_session_is_circle(ngx_http_session_ids_t *ids,
    const ngx_session_key_t *key);


/* most sessions have one id: it is an array that is full, and not copied */

void
ngx_http_session_begin_ids(ngx_http_session_ids_t *ids, ngx_pool_t *pool,
    ngx_session_key_t *key)
{
    ids->keys.elts = key;
    ids->keys.nelts = 1;
    ids->keys.size = sizeof(ngx_session_key_t);
    ids->keys.nalloc = 1;
    ids->keys.pool = pool;

    ids->how = NSESS_SUCCESSOR_SAME;
}


ngx_int_t
ngx_http_session_add_id(ngx_http_session_ids_t *ids,
    const ngx_session_key_t *key)
{
    ngx_session_key_t  *last;

    last = ngx_array_push(&ids->keys);
    if (last == NULL) {
        return NGX_ERROR;
    }

    *last = *key;

    return NGX_OK;
}


ngx_int_t
ngx_http_session_follow_id(ngx_http_session_ids_t *ids,
    ngx_http_session_manager_t *manager, const nsess_successor_t *moved)
{
    ngx_session_key_t  key;

    ids->how = ngx_max(ids->how, moved->how);

    if (ngx_http_session_next_key(manager, moved, &key) != NGX_OK
        || ngx_http_session_is_circle(ids, &key))
    {
        return NGX_DECLINED;
    }

    return ngx_http_session_add_id(ids, &key);
}


/*
 * Markers that nginx writes never lead back; those of others could (Brent's
 * algorithm: compared with the last one whose number is a power of two)
 */

static ngx_uint_t
ngx_http_session_is_circle(ngx_http_session_ids_t *ids,
    const ngx_session_key_t *key)
{
    ngx_uint_t          n;
    ngx_session_key_t  *id;

    for (n = 1; n <= ids->keys.nelts / 2; n *= 2) { /* void */ }

    id = (ngx_session_key_t *) ids->keys.elts + n - 1;

    return id->len == key->len
           && ngx_memcmp(id->data, key->data, key->len) == 0;
}
