/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * MACs.  The key of an HMAC makes the first block of both of its hashes, so
 * that each MAC begins with what SHA-256 knows after them; where only EVP may
 * be used, and for SHA-1, EVP does all.
 */


#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_crypto.h"
#include "nsess_hmac.h"
#include "nsess_work.h"


#define NSESS_HMAC_IPAD  0x36       /* RFC 2104, section 2 */
#define NSESS_HMAC_OPAD  0x5c


/*
 * Memory of the process: after a fork, each process has a good copy.
 */
struct nsess_hmac_s {
    nsess_sha256_state_t   inner;
    nsess_sha256_state_t   outer;
    EVP_MAC_CTX           *evp;     /* NULL: by the states above */
};


static nsess_hmac_t *nsess_hmac_new(nsess_str_t key, const char *evp_digest);
static void nsess_hmac_set_key(nsess_hmac_t *hmac, nsess_str_t key);
static void nsess_hmac_pad(nsess_sha256_state_t *state,
    const uint8_t key[NSESS_SHA256_BLOCK_LEN], uint8_t pad);
static void nsess_hmac_states(const nsess_hmac_t *hmac,
    const nsess_str_t *parts, size_t n, uint8_t mac[NSESS_SHA256_LEN]);
static EVP_MAC_CTX *nsess_hmac_evp(nsess_str_t key, const char *digest);
static nsess_rc_t nsess_hmac_evp_run(EVP_MAC_CTX *ctx,
    const nsess_str_t *parts, size_t n, uint8_t *mac, size_t size);


nsess_hmac_t *
nsess_hmac_create(nsess_str_t key)
{
    return nsess_hmac_new(key, nsess_sha256_has_block() ? NULL : "SHA256");
}


nsess_hmac_t *
nsess_hmac_sha1_create(nsess_str_t key)
{
    return nsess_hmac_new(key, "SHA1");
}


static nsess_hmac_t *
nsess_hmac_new(nsess_str_t key, const char *evp_digest)
{
    nsess_hmac_t  *hmac;

    if (key.len == 0) {
        return NULL;
    }

    hmac = calloc(1, sizeof(nsess_hmac_t));
    if (hmac == NULL) {
        return NULL;
    }

    if (evp_digest == NULL) {
        nsess_hmac_set_key(hmac, key);
        return hmac;
    }

    hmac->evp = nsess_hmac_evp(key, evp_digest);

    if (hmac->evp == NULL) {
        free(hmac);
        return NULL;
    }

    return hmac;
}


void
nsess_hmac_free(nsess_hmac_t *hmac)
{
    if (hmac != NULL) {
        EVP_MAC_CTX_free(hmac->evp);
        nsess_wipe(hmac, sizeof(nsess_hmac_t));
        free(hmac);
    }
}


nsess_rc_t
nsess_hmac_rekey(nsess_hmac_t *hmac, nsess_str_t key)
{
    /* for EVP, an empty key would mean the key that the context has */

    if (key.len == 0) {
        return NSESS_ERROR;
    }

    if (hmac->evp == NULL) {
        nsess_hmac_set_key(hmac, key);
        return NSESS_OK;
    }

    return EVP_MAC_init(hmac->evp, key.data, key.len, NULL) == 1
           ? NSESS_OK : NSESS_ERROR;
}


/* a key that is longer than a block is hashed first */

static void
nsess_hmac_set_key(nsess_hmac_t *hmac, nsess_str_t key)
{
    uint8_t  block[NSESS_SHA256_BLOCK_LEN];

    memset(block, 0, sizeof(block));

    if (key.len > sizeof(block)) {
        nsess_sha256_start(&hmac->inner);
        nsess_sha256_finish(&hmac->inner, &key, 1, block);

    } else {
        memcpy(block, key.data, key.len);
    }

    nsess_hmac_pad(&hmac->inner, block, NSESS_HMAC_IPAD);
    nsess_hmac_pad(&hmac->outer, block, NSESS_HMAC_OPAD);

    nsess_wipe(block, sizeof(block));
}


static void
nsess_hmac_pad(nsess_sha256_state_t *state,
    const uint8_t key[NSESS_SHA256_BLOCK_LEN], uint8_t pad)
{
    size_t   i;
    uint8_t  block[NSESS_SHA256_BLOCK_LEN];

    for (i = 0; i < sizeof(block); i++) {
        block[i] = key[i] ^ pad;
    }

    nsess_sha256_start(state);
    nsess_sha256_block(state, block);

    nsess_wipe(block, sizeof(block));
}


nsess_rc_t
nsess_hmac(nsess_hmac_t *hmac, const nsess_str_t *parts, size_t n,
    uint8_t mac[NSESS_SHA256_LEN])
{
    if (hmac->evp != NULL) {
        return nsess_hmac_evp_run(hmac->evp, parts, n, mac, NSESS_SHA256_LEN);
    }

    nsess_hmac_states(hmac, parts, n, mac);

    return NSESS_OK;
}


static void
nsess_hmac_states(const nsess_hmac_t *hmac, const nsess_str_t *parts,
    size_t n, uint8_t mac[NSESS_SHA256_LEN])
{
    uint8_t  hash[NSESS_SHA256_LEN];

    nsess_work(1);
    nsess_work_mac();

    nsess_sha256_finish(&hmac->inner, parts, n, hash);
    nsess_sha256_finish_id(&hmac->outer, hash, mac);

    nsess_wipe(hash, NSESS_SHA256_LEN);
}


nsess_rc_t
nsess_hmac_sha1(nsess_hmac_t *hmac, const nsess_str_t *parts, size_t n,
    uint8_t mac[NSESS_SHA1_LEN])
{
    return hmac->evp != NULL
           ? nsess_hmac_evp_run(hmac->evp, parts, n, mac, NSESS_SHA1_LEN)
           : NSESS_ERROR;
}


static EVP_MAC_CTX *
nsess_hmac_evp(nsess_str_t key, const char *digest)
{
    EVP_MAC      *mac;
    OSSL_PARAM    params[2];
    EVP_MAC_CTX  *ctx;

    mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    if (mac == NULL) {
        return NULL;
    }

    ctx = EVP_MAC_CTX_new(mac);

    EVP_MAC_free(mac);

    if (ctx == NULL) {
        return NULL;
    }

    params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                 (char *) digest, 0);
    params[1] = OSSL_PARAM_construct_end();

    if (EVP_MAC_init(ctx, key.data, key.len, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        return NULL;
    }

    return ctx;
}


static nsess_rc_t
nsess_hmac_evp_run(EVP_MAC_CTX *ctx, const nsess_str_t *parts, size_t n,
    uint8_t *mac, size_t size)
{
    size_t  i, len;

    /* NULL means the key that the context has */

    if (EVP_MAC_init(ctx, NULL, 0, NULL) != 1) {
        return NSESS_ERROR;
    }

    nsess_work(1);
    nsess_work_mac();

    for (i = 0; i < n; i++) {
        nsess_work(parts[i].len);

        if (EVP_MAC_update(ctx, parts[i].data, parts[i].len) != 1) {
            return NSESS_ERROR;
        }
    }

    if (EVP_MAC_final(ctx, mac, &len, size) != 1 || len != size) {
        return NSESS_ERROR;
    }

    return NSESS_OK;
}
