/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* MACs, digests and random bytes, by libcrypto, libuuid and the system. */


#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/random.h>
#include <uuid/uuid.h>

#include "nsess_crypto.h"
#include "nsess_work.h"


#define NSESS_RANDOM_LEN  (NSESS_ID_LEN - sizeof(uuid_t))


static nsess_hmac_t *nsess_hmac_new(nsess_str_t key, const char *digest);
static nsess_rc_t nsess_hmac_run(nsess_hmac_t *hmac, const nsess_str_t *parts,
    size_t n, uint8_t *mac, size_t size);


/*
 * nsess_hmac_t is libcrypto's EVP_MAC_CTX, nsess_sha256_t its EVP_MD_CTX.
 * Both are memory of the process: after a fork, each process has a good copy.
 */


nsess_hmac_t *
nsess_hmac_create(nsess_str_t key)
{
    return nsess_hmac_new(key, "SHA256");
}


nsess_hmac_t *
nsess_hmac_sha1_create(nsess_str_t key)
{
    return nsess_hmac_new(key, "SHA1");
}


static nsess_hmac_t *
nsess_hmac_new(nsess_str_t key, const char *digest)
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
    return nsess_hmac_run(hmac, parts, n, mac, NSESS_SHA256_LEN);
}


nsess_rc_t
nsess_hmac_sha1(nsess_hmac_t *hmac, const nsess_str_t *parts, size_t n,
    uint8_t mac[NSESS_SHA1_LEN])
{
    return nsess_hmac_run(hmac, parts, n, mac, NSESS_SHA1_LEN);
}


static nsess_rc_t
nsess_hmac_run(nsess_hmac_t *hmac, const nsess_str_t *parts, size_t n,
    uint8_t *mac, size_t size)
{
    size_t        i, len;
    EVP_MAC_CTX  *ctx;

    ctx = (EVP_MAC_CTX *) hmac;

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


nsess_rc_t
nsess_hmac_rekey(nsess_hmac_t *hmac, nsess_str_t key)
{
    /* an empty key would mean the key that the context has */

    if (key.len == 0
        || EVP_MAC_init((EVP_MAC_CTX *) hmac, key.data, key.len, NULL) != 1)
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
    return nsess_sha256_parts(sha, &data, 1, digest);
}


nsess_rc_t
nsess_sha256_parts(nsess_sha256_t *sha, const nsess_str_t *parts, size_t n,
    uint8_t digest[NSESS_SHA256_LEN])
{
    size_t       i;
    EVP_MD_CTX  *ctx;

    ctx = (EVP_MD_CTX *) sha;

    if (EVP_DigestInit_ex2(ctx, NULL, NULL) != 1) {
        return NSESS_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (EVP_DigestUpdate(ctx, parts[i].data, parts[i].len) != 1) {
            return NSESS_ERROR;
        }
    }

    if (EVP_DigestFinal_ex(ctx, digest, NULL) != 1) {
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
    uuid_t  uuid;

    if (nsess_random(id + sizeof(uuid_t), NSESS_RANDOM_LEN) != NSESS_OK) {
        return NSESS_ERROR;
    }

    uuid_generate_random(uuid);
    memcpy(id, uuid, sizeof(uuid_t));
    nsess_wipe(uuid, sizeof(uuid_t));

    return NSESS_OK;
}


nsess_rc_t
nsess_uuid4(uint8_t text[NSESS_UUID_LEN])
{
    char     out[NSESS_UUID_LEN + 1];
    uint8_t  byte;
    uuid_t   uuid;

    if (nsess_random(&byte, 1) != NSESS_OK) {
        return NSESS_ERROR;
    }

    uuid_generate_random(uuid);
    uuid_unparse_lower(uuid, out);
    memcpy(text, out, NSESS_UUID_LEN);

    nsess_wipe(uuid, sizeof(uuid_t));
    nsess_wipe(out, sizeof(out));

    return NSESS_OK;
}


/*
 * libuuid cannot tell that the system gave it no random bytes.  So this is
 * called before libuuid: it waits until the system has them, or fails.
 */

nsess_rc_t
nsess_random(uint8_t *p, size_t size)
{
    size_t   n;
    ssize_t  got;

    for (n = 0; n < size; n += (size_t) got) {
        got = getrandom(p + n, size - n, 0);

        if (got == -1) {
            if (errno != EINTR) {
                return NSESS_ERROR;
            }

            got = 0;
        }
    }

    return NSESS_OK;
}


void
nsess_wipe(void *p, size_t len)
{
    OPENSSL_cleanse(p, len);
}
