/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Digests by SHA-256.
 */


#ifndef _NSESS_SHA256_H_INCLUDED_
#define _NSESS_SHA256_H_INCLUDED_


#include "nsess_sha256_block.h"


typedef struct nsess_sha256_s  nsess_sha256_t;


#pragma GCC visibility push(hidden)


/*
 * A context for any number of digests: making one is slow.  NULL: libcrypto
 * failed, or no memory.  The caller frees it.
 */
nsess_sha256_t *nsess_sha256_create(void);
void nsess_sha256_free(nsess_sha256_t *sha);

NSESS_WARN_UNUSED
nsess_rc_t nsess_sha256(nsess_sha256_t *sha, nsess_str_t data,
    uint8_t digest[NSESS_SHA256_LEN]);

/* writes the digest of n parts, one behind the other */
NSESS_WARN_UNUSED
nsess_rc_t nsess_sha256_parts(nsess_sha256_t *sha, const nsess_str_t *parts,
    size_t n, uint8_t digest[NSESS_SHA256_LEN]);


#pragma GCC visibility pop


#endif /* _NSESS_SHA256_H_INCLUDED_ */
