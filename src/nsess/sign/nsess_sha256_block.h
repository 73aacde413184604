/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * SHA-256 (FIPS 180-4) around the block function of libcrypto: what EVP does
 * around it costs more than the block, where messages are short.
 */


#ifndef _NSESS_SHA256_BLOCK_H_INCLUDED_
#define _NSESS_SHA256_BLOCK_H_INCLUDED_


#include "nsess.h"


#define NSESS_SHA256_LEN        32  /* FIPS 180-4 */
#define NSESS_SHA256_BLOCK_LEN  64
#define NSESS_SHA256_WORDS      8


/* what is known of a message after some blocks of it */
typedef struct {
    uint32_t        h[NSESS_SHA256_WORDS];
    uint64_t        len;        /* of those blocks, in bytes */
} nsess_sha256_state_t;


#pragma GCC visibility push(hidden)


/*
 * 0: only EVP may be used, since libcrypto is built without the old functions
 * (or this is, by -DOPENSSL_NO_DEPRECATED), or the system asks for FIPS.  The
 * functions below must not be called then.
 */
int nsess_sha256_has_block(void);

/* before the first byte */
void nsess_sha256_start(nsess_sha256_state_t *state);

/* takes one block more */
void nsess_sha256_block(nsess_sha256_state_t *state,
    const uint8_t block[NSESS_SHA256_BLOCK_LEN]);

/*
 * The digest of the blocks so far and of n parts behind them; the state stays
 * as it is.
 */
void nsess_sha256_finish(const nsess_sha256_state_t *state,
    const nsess_str_t *parts, size_t n, uint8_t digest[NSESS_SHA256_LEN]);

/* the same of so many bytes as an id and a digest have: one block is enough */
void nsess_sha256_finish_id(const nsess_sha256_state_t *state,
    const uint8_t id[NSESS_SHA256_LEN], uint8_t digest[NSESS_SHA256_LEN]);


#pragma GCC visibility pop


#endif /* _NSESS_SHA256_BLOCK_H_INCLUDED_ */
