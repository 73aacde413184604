/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The secrets of a manager: the first one signs, all of them verify, so that
 * one can be replaced by another without ending sessions.
 */


#include <string.h>

#include "nsess_crypto.h"
#include "nsess_keyring.h"


static void nsess_keyring_label(nsess_keyring_t *ring, nsess_str_t text);
static nsess_rc_t nsess_key_mac(nsess_hmac_t *hmac,
    uint8_t mac[NSESS_SHA256_LEN]);


static const nsess_str_t  nsess_key_label = nsess_string("key id");


void
nsess_keyring_init(nsess_keyring_t *ring, nsess_str_t name,
    nsess_str_t purpose)
{
    memset(ring, 0, sizeof(nsess_keyring_t));

    /* a ring with a text that is too long takes no key */

    if (name.len <= NSESS_KEYRING_NAME_MAX
        && purpose.len <= NSESS_KEYRING_NAME_MAX)
    {
        nsess_keyring_label(ring, name);
        nsess_keyring_label(ring, purpose);
    }
}


static void
nsess_keyring_label(nsess_keyring_t *ring, nsess_str_t text)
{
    uint8_t  *p;

    p = ring->message + ring->label_len;

    *p++ = (uint8_t) text.len;

    if (text.len != 0) {
        memcpy(p, text.data, text.len);
    }

    ring->label_len += 1 + text.len;
}


nsess_rc_t
nsess_keyring_add(nsess_keyring_t *ring, nsess_str_t secret)
{
    size_t         i;
    uint8_t        mac[NSESS_SHA256_LEN], other[NSESS_SHA256_LEN];
    nsess_rc_t     rc;
    nsess_hmac_t  *hmac;

    if (ring->label_len == 0) {
        return NSESS_ERROR;
    }

    if (ring->nkeys == NSESS_KEYS_MAX) {
        return NSESS_DECLINED;
    }

    hmac = nsess_hmac_create(secret);
    if (hmac == NULL) {
        return NSESS_ERROR;
    }

    rc = nsess_key_mac(hmac, mac);

    /* compares all of the MAC: two ids may be equal by chance */

    for (i = 0; i < ring->nkeys && rc == NSESS_OK; i++) {
        rc = nsess_key_mac(ring->keys[i].hmac, other);

        if (rc == NSESS_OK && nsess_equal(mac, other, NSESS_SHA256_LEN)) {
            rc = NSESS_DECLINED;
        }
    }

    if (rc == NSESS_OK) {
        memcpy(ring->keys[ring->nkeys].id, mac, NSESS_KEY_ID_LEN);
        ring->keys[ring->nkeys].hmac = hmac;
        ring->nkeys++;

    } else {
        nsess_hmac_free(hmac);
    }

    nsess_wipe(mac, NSESS_SHA256_LEN);
    nsess_wipe(other, NSESS_SHA256_LEN);

    return rc;
}


static nsess_rc_t
nsess_key_mac(nsess_hmac_t *hmac, uint8_t mac[NSESS_SHA256_LEN])
{
    return nsess_hmac(hmac, &nsess_key_label, 1, mac);
}


nsess_rc_t
nsess_keyring_mac(nsess_keyring_t *ring, size_t key, nsess_str_t data,
    uint8_t mac[NSESS_SHA256_LEN])
{
    nsess_str_t  message;

    if (data.len > NSESS_KEYRING_DATA_MAX) {
        return NSESS_ERROR;
    }

    message.data = ring->message;
    message.len = ring->label_len + data.len;

    if (data.len != 0) {
        memcpy(ring->message + ring->label_len, data.data, data.len);
    }

    return nsess_hmac(ring->keys[key].hmac, &message, 1, mac);
}


void
nsess_keyring_free(nsess_keyring_t *ring)
{
    size_t  i;

    for (i = 0; i < ring->nkeys; i++) {
        nsess_hmac_free(ring->keys[i].hmac);
    }

    ring->nkeys = 0;
}
