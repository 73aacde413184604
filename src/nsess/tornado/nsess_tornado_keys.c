/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The ring of a Tornado application's secrets. */


#include <string.h>

#include "nsess_crypto.h"
#include "nsess_tornado_keys.h"


static nsess_rc_t nsess_tornado_key_create(nsess_tornado_key_t *key,
    nsess_str_t secret);
static nsess_rc_t nsess_tornado_key_is_new(const nsess_tornado_keys_t *keys,
    const nsess_tornado_key_t *key);
static void nsess_tornado_key_free(nsess_tornado_key_t *key);


void
nsess_tornado_keys_init(nsess_tornado_keys_t *keys)
{
    memset(keys, 0, sizeof(nsess_tornado_keys_t));

    keys->left = SIZE_MAX;
}


nsess_rc_t
nsess_tornado_keys_add(nsess_tornado_keys_t *keys, nsess_str_t secret)
{
    nsess_rc_t            rc;
    nsess_tornado_key_t  *key;

    if (keys->versioned || keys->nkeys == NSESS_TORNADO_KEYS_MAX) {
        return NSESS_DECLINED;
    }

    key = &keys->keys[keys->nkeys];

    key->version = 0;

    if (nsess_tornado_key_create(key, secret) != NSESS_OK) {
        return NSESS_ERROR;
    }

    key->sha1 = nsess_hmac_sha1_create(secret);

    rc = key->sha1 == NULL ? NSESS_ERROR : nsess_tornado_key_is_new(keys, key);

    if (rc != NSESS_OK) {
        nsess_tornado_key_free(key);
        return rc;
    }

    keys->nkeys++;

    return NSESS_OK;
}


nsess_rc_t
nsess_tornado_keys_add_version(nsess_tornado_keys_t *keys, nsess_str_t secret,
    uint32_t version)
{
    size_t                i;
    nsess_tornado_key_t  *key;

    if (keys->nkeys == NSESS_TORNADO_KEYS_MAX
        || (keys->nkeys != 0 && !keys->versioned))
    {
        return NSESS_DECLINED;
    }

    for (i = 0; i < keys->nkeys; i++) {
        if (keys->keys[i].version == version) {
            return NSESS_DECLINED;
        }
    }

    key = &keys->keys[keys->nkeys];

    key->version = version;
    key->sha1 = NULL;

    if (nsess_tornado_key_create(key, secret) != NSESS_OK) {
        return NSESS_ERROR;
    }

    keys->versioned = 1;
    keys->nkeys++;

    return NSESS_OK;
}


static nsess_rc_t
nsess_tornado_key_create(nsess_tornado_key_t *key, nsess_str_t secret)
{
    if (secret.len == 0) {
        return NSESS_ERROR;
    }

    key->sha256 = nsess_hmac_create(secret);

    return key->sha256 != NULL ? NSESS_OK : NSESS_ERROR;
}


/* two secrets are the same if their MACs of one message are */

static nsess_rc_t
nsess_tornado_key_is_new(const nsess_tornado_keys_t *keys,
    const nsess_tornado_key_t *key)
{
    size_t      i;
    uint8_t     mac[NSESS_SHA256_LEN], other[NSESS_SHA256_LEN];
    nsess_rc_t  rc;

    static const nsess_str_t  label = nsess_string("key");

    rc = nsess_hmac(key->sha256, &label, 1, mac);

    for (i = 0; i < keys->nkeys && rc == NSESS_OK; i++) {
        rc = nsess_hmac(keys->keys[i].sha256, &label, 1, other);

        if (rc == NSESS_OK && nsess_equal(mac, other, NSESS_SHA256_LEN)) {
            rc = NSESS_DECLINED;
        }
    }

    nsess_wipe(mac, NSESS_SHA256_LEN);
    nsess_wipe(other, NSESS_SHA256_LEN);

    return rc;
}


void
nsess_tornado_keys_free(nsess_tornado_keys_t *keys)
{
    size_t  i;

    for (i = 0; i < keys->nkeys; i++) {
        nsess_tornado_key_free(&keys->keys[i]);
    }

    nsess_tornado_keys_init(keys);
}


static void
nsess_tornado_key_free(nsess_tornado_key_t *key)
{
    nsess_hmac_free(key->sha256);
    nsess_hmac_free(key->sha1);
}
