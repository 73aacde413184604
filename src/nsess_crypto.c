/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>
#include <uuid/uuid.h>

#include "nsess_crypto.h"


#define NSESS_RANDOM_LEN  (NSESS_ID_LEN - sizeof(uuid_t))


/*
 * nsess_hmac_t is libcrypto's EVP_MAC_CTX, nsess_sha256_t its EVP_MD_CTX:
 * both are memory of the process only, a fork leaves each side a good copy
 */


nsess_hmac_t *
nsess_hmac_create(nsess_str_t key)
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
                                                 (char *) "SHA256", 0);
    params[1] = OSSL_PARAM_construct_end();

    if (EVP_MAC_init(ctx, key.data, key.len, params) != 1) {
        EVP_MAC_CTX_free(ctx);
        return NULL;
    }

    return (nsess_hmac_t *) ctx;
}


void
nsess_hmac_free(nsess_hmac_t *hmac)
{
    EVP_MAC_CTX_free((EVP_MAC_CTX *) hmac);
}


nsess_rc_t
nsess_hmac(nsess_hmac_t *hmac, const nsess_str_t *parts, size_t n,
    uint8_t mac[NSESS_SHA256_LEN])
{
    size_t        i, len;
    EVP_MAC_CTX  *ctx;

    ctx = (EVP_MAC_CTX *) hmac;

    /* without a key: with the key that the context has */

    if (EVP_MAC_init(ctx, NULL, 0, NULL) != 1) {
        return NSESS_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (EVP_MAC_update(ctx, parts[i].data, parts[i].len) != 1) {
            return NSESS_ERROR;
        }
    }

    if (EVP_MAC_final(ctx, mac, &len, NSESS_SHA256_LEN) != 1
        || len != NSESS_SHA256_LEN)
    {
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


nsess_sha256_t *
nsess_sha256_create(void)
{
    EVP_MD      *md;
    EVP_MD_CTX  *ctx;

    md = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (md == NULL) {
        return NULL;
    }

    ctx = EVP_MD_CTX_new();

    if (ctx != NULL && EVP_DigestInit_ex2(ctx, md, NULL) != 1) {
        EVP_MD_CTX_free(ctx);
        ctx = NULL;
    }

    EVP_MD_free(md);

    return (nsess_sha256_t *) ctx;
}


void
nsess_sha256_free(nsess_sha256_t *sha)
{
    EVP_MD_CTX_free((EVP_MD_CTX *) sha);
}


nsess_rc_t
nsess_sha256(nsess_sha256_t *sha, nsess_str_t data,
    uint8_t digest[NSESS_SHA256_LEN])
{
    EVP_MD_CTX  *ctx;

    ctx = (EVP_MD_CTX *) sha;

    if (EVP_DigestInit_ex2(ctx, NULL, NULL) != 1
        || EVP_DigestUpdate(ctx, data.data, data.len) != 1
        || EVP_DigestFinal_ex(ctx, digest, NULL) != 1)
    {
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


int
nsess_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}


nsess_rc_t
nsess_random_id(uint8_t id[NSESS_ID_LEN])
{
    size_t   n;
    uuid_t   uuid;
    ssize_t  got;

    /* libuuid has no way to tell that the system gave it nothing */

    for (n = 0; n < NSESS_RANDOM_LEN; n += (size_t) got) {
        got = getrandom(id + sizeof(uuid_t) + n, NSESS_RANDOM_LEN - n, 0);

        if (got == -1) {
            if (errno != EINTR) {
                return NSESS_ERROR;
            }

            got = 0;
        }
    }

    uuid_generate_random(uuid);
    memcpy(id, uuid, sizeof(uuid_t));
    nsess_wipe(uuid, sizeof(uuid_t));

    return NSESS_OK;
}


void
nsess_wipe(void *p, size_t len)
{
    OPENSSL_cleanse(p, len);
}
