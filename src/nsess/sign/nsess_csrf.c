/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Makes and verifies tokens against cross-site request forgery. */


#include "nsess_base64url.h"
#include "nsess_crypto.h"
#include "nsess_csrf.h"


/* 144 bits need no spare bits in base64url; RFC 2104 wants at least 128 */
#define NSESS_CSRF_MAC_LEN  18


static void nsess_csrf_mask(uint8_t *mac, const uint8_t *mask);


nsess_rc_t
nsess_csrf_make(nsess_keyring_t *ring, nsess_str_t session,
    uint8_t text[NSESS_CSRF_LEN])
{
    uint8_t  mac[NSESS_SHA256_LEN], raw[2 * NSESS_CSRF_MAC_LEN];
    size_t   i;

    if (ring->nkeys == 0
        || nsess_keyring_mac(ring, 0, session, mac) != NSESS_OK
        || nsess_random(raw, NSESS_CSRF_MAC_LEN) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    nsess_csrf_mask(mac, raw);

    for (i = 0; i < NSESS_CSRF_MAC_LEN; i++) {
        raw[NSESS_CSRF_MAC_LEN + i] = mac[i];
    }

    nsess_base64url_encode(text, raw, sizeof(raw));

    return NSESS_OK;
}


nsess_rc_t
nsess_csrf_verify(nsess_keyring_t *ring, nsess_str_t session,
    nsess_str_t text)
{
    size_t       i;
    uint8_t      mac[NSESS_SHA256_LEN], raw[2 * NSESS_CSRF_MAC_LEN];
    nsess_err_t  err;

    if (nsess_base64url_decode(raw, sizeof(raw), text, &err) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    for (i = 0; i < ring->nkeys; i++) {

        if (nsess_keyring_mac(ring, i, session, mac) != NSESS_OK) {
            return NSESS_ERROR;
        }

        nsess_csrf_mask(mac, raw);

        if (nsess_equal(mac, raw + NSESS_CSRF_MAC_LEN, NSESS_CSRF_MAC_LEN)) {
            return NSESS_OK;
        }
    }

    return NSESS_DECLINED;
}


static void
nsess_csrf_mask(uint8_t *mac, const uint8_t *mask)
{
    size_t  i;

    for (i = 0; i < NSESS_CSRF_MAC_LEN; i++) {
        mac[i] ^= mask[i];
    }
}
