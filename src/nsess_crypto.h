/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The only user of libcrypto and libuuid: HMAC-SHA256, SHA-256, random ids,
 * constant-time comparison, wiping.
 */


#ifndef _NSESS_CRYPTO_H_INCLUDED_
#define _NSESS_CRYPTO_H_INCLUDED_


#include "nsess.h"


#define NSESS_SHA256_LEN  32        /* FIPS 180-4 */
#define NSESS_ID_LEN      32        /* a random UUID, 16 random bytes */


typedef struct nsess_hmac_s    nsess_hmac_t;
typedef struct nsess_sha256_s  nsess_sha256_t;


#pragma GCC visibility push(hidden)


/*
 * A keyed HMAC-SHA256 context to be reused; NULL if libcrypto fails.  Keep
 * one per key and process; freed by the caller.  The key is copied.
 */
nsess_hmac_t *nsess_hmac_create(nsess_str_t key);
void nsess_hmac_free(nsess_hmac_t *hmac);

/* the MAC over the concatenation of n parts; NSESS_OK or NSESS_ERROR */
NSESS_WARN_UNUSED
nsess_rc_t nsess_hmac(nsess_hmac_t *hmac, const nsess_str_t *parts, size_t n,
    uint8_t mac[NSESS_SHA256_LEN]);

/* a reusable SHA-256 context (fetching the digest each time is slow) */
nsess_sha256_t *nsess_sha256_create(void);
void nsess_sha256_free(nsess_sha256_t *sha);

NSESS_WARN_UNUSED
nsess_rc_t nsess_sha256(nsess_sha256_t *sha, nsess_str_t data,
    uint8_t digest[NSESS_SHA256_LEN]);

/* 1 if equal; the time depends on len only */
NSESS_WARN_UNUSED
int nsess_equal(const uint8_t *a, const uint8_t *b, size_t len);

/*
 * A new session id: a random UUID (RFC 9562, version 4, 122 random bits; by
 * libuuid) and 128 bits of the system's random source.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_random_id(uint8_t id[NSESS_ID_LEN]);

void nsess_wipe(void *p, size_t len);


#pragma GCC visibility pop


#endif /* _NSESS_CRYPTO_H_INCLUDED_ */
