/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * HMAC-SHA256, HMAC-SHA1 (for an old format of Tornado), SHA-256, random ids,
 * UUIDs, comparison in constant time, wiping.  No other file uses libcrypto or
 * libuuid.
 */


#ifndef _NSESS_CRYPTO_H_INCLUDED_
#define _NSESS_CRYPTO_H_INCLUDED_


#include "nsess.h"


#define NSESS_SHA1_LEN    20        /* FIPS 180-4 */
#define NSESS_SHA256_LEN  32        /* FIPS 180-4 */
#define NSESS_ID_LEN      32        /* a random UUID, 16 random bytes */
#define NSESS_UUID_LEN    36        /* as text: RFC 9562, section 4 */


typedef struct nsess_hmac_s    nsess_hmac_t;
typedef struct nsess_sha256_s  nsess_sha256_t;


#pragma GCC visibility push(hidden)


/*
 * Makes an HMAC-SHA256 context for a key, for any number of MACs; NULL:
 * libcrypto failed.  Keep one per key and process; the caller frees it.  The
 * key is copied.
 */
nsess_hmac_t *nsess_hmac_create(nsess_str_t key);
void nsess_hmac_free(nsess_hmac_t *hmac);

/* writes the MAC of n parts, one behind the other; NSESS_OK or NSESS_ERROR */
NSESS_WARN_UNUSED
nsess_rc_t nsess_hmac(nsess_hmac_t *hmac, const nsess_str_t *parts, size_t n,
    uint8_t mac[NSESS_SHA256_LEN]);

/*
 * Gives the context another key, of at least one byte, for formats whose key
 * is a part of the message.  NSESS_OK or NSESS_ERROR: the key of the context
 * is not known then.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_hmac_rekey(nsess_hmac_t *hmac, nsess_str_t key);

/*
 * The same for HMAC-SHA1, freed by nsess_hmac_free().  nsess_hmac() fails with
 * a context of HMAC-SHA1, nsess_hmac_sha1() with one of HMAC-SHA256.
 */
nsess_hmac_t *nsess_hmac_sha1_create(nsess_str_t key);

NSESS_WARN_UNUSED
nsess_rc_t nsess_hmac_sha1(nsess_hmac_t *hmac, const nsess_str_t *parts,
    size_t n, uint8_t mac[NSESS_SHA1_LEN]);

/* a SHA-256 context for any number of digests: making one is slow */
nsess_sha256_t *nsess_sha256_create(void);
void nsess_sha256_free(nsess_sha256_t *sha);

NSESS_WARN_UNUSED
nsess_rc_t nsess_sha256(nsess_sha256_t *sha, nsess_str_t data,
    uint8_t digest[NSESS_SHA256_LEN]);

/* writes the digest of n parts, one behind the other */
NSESS_WARN_UNUSED
nsess_rc_t nsess_sha256_parts(nsess_sha256_t *sha, const nsess_str_t *parts,
    size_t n, uint8_t digest[NSESS_SHA256_LEN]);

/* 1: they are equal; the time depends on len only */
NSESS_WARN_UNUSED
int nsess_equal(const uint8_t *a, const uint8_t *b, size_t len);

/*
 * A new session id: a random UUID (RFC 9562, version 4, 122 random bits; by
 * libuuid) and 128 bits of the system's random source.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_random_id(uint8_t id[NSESS_ID_LEN]);

/* writes len bytes of the system's random source */
NSESS_WARN_UNUSED
nsess_rc_t nsess_random(uint8_t *buf, size_t len);

/*
 * A random UUID (RFC 9562, version 4, by libuuid) in lower-case text, no NUL,
 * as Python's str(uuid.uuid4()) spells it.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_uuid4(uint8_t text[NSESS_UUID_LEN]);

void nsess_wipe(void *p, size_t len);


#pragma GCC visibility pop


#endif /* _NSESS_CRYPTO_H_INCLUDED_ */
