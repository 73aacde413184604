/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * HMAC-SHA256 (RFC 2104), and HMAC-SHA1 for an old format of Tornado.
 */


#ifndef _NSESS_HMAC_H_INCLUDED_
#define _NSESS_HMAC_H_INCLUDED_


#include "nsess_sha256_block.h"


#define NSESS_SHA1_LEN  20          /* FIPS 180-4 */


typedef struct nsess_hmac_s  nsess_hmac_t;


#pragma GCC visibility push(hidden)


/*
 * Makes an HMAC-SHA256 context for a key of at least one byte, for any number
 * of MACs; NULL: libcrypto failed, or no memory.  Keep one per key and
 * process; the caller frees it.  The key is not kept, but what was made of it.
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


#pragma GCC visibility pop


#endif /* _NSESS_HMAC_H_INCLUDED_ */
