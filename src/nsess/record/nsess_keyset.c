/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* A small hash table of keys. */


#include <stdlib.h>
#include <string.h>

#include "nsess_keyset.h"
#include "nsess_str.h"
#include "nsess_work.h"


nsess_rc_t
nsess_keyset_init(nsess_keyset_t *keys, size_t max)
{
    size_t  size;

    keys->n = 0;
    keys->lens = 0;

    if (max <= NSESS_KEYSET_SMALL) {
        keys->data = NULL;
        keys->keys = keys->small;
        keys->buckets = keys->small_buckets;
        keys->mask = 2 * NSESS_KEYSET_SMALL - 1;

        memset(keys->small_buckets, 0, sizeof(keys->small_buckets));

        return NSESS_OK;
    }

    size = 4 * NSESS_KEYSET_SMALL;

    while (size / 2 < max) {
        size *= 2;
    }

    keys->data = calloc(1, max * sizeof(nsess_wanted_t)
                           + size * sizeof(nsess_wanted_t *));
    if (keys->data == NULL) {
        return NSESS_ERROR;
    }

    keys->keys = keys->data;
    keys->buckets = (nsess_wanted_t **) (keys->keys + max);
    keys->mask = size - 1;

    return NSESS_OK;
}


void
nsess_keyset_done(nsess_keyset_t *keys)
{
    free(keys->data);
    keys->data = NULL;
}


nsess_wanted_t *
nsess_keyset_add(nsess_keyset_t *keys, nsess_str_t key)
{
    nsess_wanted_t  *k, **bucket;

    k = nsess_keyset_find(keys, key);
    if (k != NULL) {
        return k;
    }

    k = &keys->keys[keys->n++];

    memset(k, 0, sizeof(nsess_wanted_t));

    k->key = key;
    k->hash = nsess_keyset_hash(NSESS_KEYSET_HASH, key.data, key.len);

    bucket = &keys->buckets[k->hash & keys->mask];

    k->next = *bucket;
    *bucket = k;

    keys->lens |= (uint64_t) 1 << (key.len % 64);

    return k;
}


nsess_wanted_t *
nsess_keyset_find(const nsess_keyset_t *keys, nsess_str_t key)
{
    uint32_t         hash;
    nsess_wanted_t  *k;

    nsess_work(1);

    if (!nsess_keyset_has_len(keys, key.len)) {
        return NULL;
    }

    nsess_work(key.len);

    hash = nsess_keyset_hash(NSESS_KEYSET_HASH, key.data, key.len);

    for (k = nsess_keyset_bucket(keys, hash); k != NULL; k = k->next) {
        nsess_work(1);

        if (k->hash == hash && nsess_str_equal(k->key, key)) {
            return k;
        }
    }

    return NULL;
}


nsess_rc_t
nsess_keyset_of_changes(nsess_keyset_t *keys, const nsess_change_t *changes,
    const nsess_change_t **clear)
{
    size_t                 n;
    nsess_wanted_t        *k;
    const nsess_change_t  *change;

    n = 0;
    *clear = NULL;

    for (change = changes; change != NULL; change = change->next) {
        n++;

        if (change->op == NSESS_CHANGE_CLEAR) {
            n = 0;
            *clear = change;
        }
    }

    if (nsess_keyset_init(keys, n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    change = *clear != NULL ? (*clear)->next : changes;

    for ( /* void */ ; change != NULL; change = change->next) {
        k = nsess_keyset_add(keys, change->key);

        k->last = change;

        if (k->first == NULL && change->op != NSESS_CHANGE_UNSET) {
            k->first = change;
        }
    }

    return NSESS_OK;
}
