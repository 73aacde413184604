/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Digests by SHA-256: by its block function, or else by EVP. */


#include <openssl/evp.h>
#include <stdlib.h>

#include "nsess_sha256.h"


/*
 * Memory of the process: after a fork, each process has a good copy.
 */
struct nsess_sha256_s {
    nsess_sha256_state_t   start;
    EVP_MD_CTX            *evp;     /* NULL: the block function is used */
};


static EVP_MD_CTX *nsess_sha256_evp(void);
static nsess_rc_t nsess_sha256_evp_parts(EVP_MD_CTX *ctx,
    const nsess_str_t *parts, size_t n, uint8_t digest[NSESS_SHA256_LEN]);


nsess_sha256_t *
nsess_sha256_create(void)
{
    nsess_sha256_t  *sha;

    sha = calloc(1, sizeof(nsess_sha256_t));
    if (sha == NULL) {
        return NULL;
    }

    if (nsess_sha256_has_block()) {
        nsess_sha256_start(&sha->start);
        return sha;
    }

    sha->evp = nsess_sha256_evp();

    if (sha->evp == NULL) {
        free(sha);
        return NULL;
    }

    return sha;
}


static EVP_MD_CTX *
nsess_sha256_evp(void)
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

    return ctx;
}


void
nsess_sha256_free(nsess_sha256_t *sha)
{
    if (sha != NULL) {
        EVP_MD_CTX_free(sha->evp);
        free(sha);
    }
}


nsess_rc_t
nsess_sha256(nsess_sha256_t *sha, nsess_str_t data,
    uint8_t digest[NSESS_SHA256_LEN])
{
    if (data.len == NSESS_SHA256_LEN && sha->evp == NULL) {
        nsess_sha256_finish_id(&sha->start, data.data, digest);
        return NSESS_OK;
    }

    return nsess_sha256_parts(sha, &data, 1, digest);
}


nsess_rc_t
nsess_sha256_parts(nsess_sha256_t *sha, const nsess_str_t *parts, size_t n,
    uint8_t digest[NSESS_SHA256_LEN])
{
    if (sha->evp != NULL) {
        return nsess_sha256_evp_parts(sha->evp, parts, n, digest);
    }

    nsess_sha256_finish(&sha->start, parts, n, digest);

    return NSESS_OK;
}


static nsess_rc_t
nsess_sha256_evp_parts(EVP_MD_CTX *ctx, const nsess_str_t *parts, size_t n,
    uint8_t digest[NSESS_SHA256_LEN])
{
    size_t  i;

    if (EVP_DigestInit_ex2(ctx, NULL, NULL) != 1) {
        return NSESS_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (EVP_DigestUpdate(ctx, parts[i].data, parts[i].len) != 1) {
            return NSESS_ERROR;
        }
    }

    return EVP_DigestFinal_ex(ctx, digest, NULL) == 1 ? NSESS_OK
                                                      : NSESS_ERROR;
}
