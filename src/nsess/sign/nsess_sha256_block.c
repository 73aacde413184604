/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* SHA-256: blocks by libcrypto, what is between them and behind them here. */


#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string.h>

#include "nsess_crypto.h"
#include "nsess_endian.h"
#include "nsess_sha256_block.h"
#include "nsess_slow.h"
#include "nsess_work.h"


/* where the number of bits stands in the last block, FIPS 180-4, 5.1.1 */
#define NSESS_SHA256_LENGTH_AT  (NSESS_SHA256_BLOCK_LEN - 8)


#ifdef OPENSSL_NO_DEPRECATED_3_0


/* without the block function, EVP does all */

int
nsess_sha256_has_block(void)
{
    return 0;
}


void
nsess_sha256_start(nsess_sha256_state_t *state)
{
    (void) state;
}


void
nsess_sha256_block(nsess_sha256_state_t *state,
    const uint8_t block[NSESS_SHA256_BLOCK_LEN])
{
    (void) state;
    (void) block;
}


void
nsess_sha256_finish(const nsess_sha256_state_t *state,
    const nsess_str_t *parts, size_t n, uint8_t digest[NSESS_SHA256_LEN])
{
    (void) state;
    (void) parts;
    (void) n;
    (void) digest;
}


void
nsess_sha256_finish_id(const nsess_sha256_state_t *state,
    const uint8_t id[NSESS_SHA256_LEN], uint8_t digest[NSESS_SHA256_LEN])
{
    (void) state;
    (void) id;
    (void) digest;
}


#else


/* a message of which a part is in blocks already */
typedef struct {
    SHA256_CTX      ctx;        /* the block function uses .h alone */
    size_t          used;       /* bytes of the block, zeros follow */
    uint8_t         block[NSESS_SHA256_BLOCK_LEN];
} nsess_sha256_message_t;


static void nsess_sha256_begin(nsess_sha256_message_t *message,
    const nsess_sha256_state_t *state);
static void nsess_sha256_add(nsess_sha256_message_t *message,
    nsess_str_t part);
static void nsess_sha256_end(nsess_sha256_message_t *message, uint64_t len,
    uint8_t digest[NSESS_SHA256_LEN]);
static void nsess_sha256_write(uint8_t *dst, const SHA256_CTX *ctx);
static void nsess_sha256_words(uint8_t *dst, SHA_LONG first, SHA_LONG second);


int
nsess_sha256_has_block(void)
{
    return !nsess_slow && !EVP_default_properties_is_fips_enabled(NULL);
}


void
nsess_sha256_start(nsess_sha256_state_t *state)
{
    SHA256_CTX  ctx;

    SHA256_Init(&ctx);

    memcpy(state->h, ctx.h, sizeof(state->h));
    state->len = 0;
}


void
nsess_sha256_block(nsess_sha256_state_t *state,
    const uint8_t block[NSESS_SHA256_BLOCK_LEN])
{
    SHA256_CTX  ctx;

    memcpy(ctx.h, state->h, sizeof(state->h));

    SHA256_Transform(&ctx, block);

    memcpy(state->h, ctx.h, sizeof(state->h));
    state->len += NSESS_SHA256_BLOCK_LEN;

    nsess_wipe(ctx.h, sizeof(ctx.h));
}


void
nsess_sha256_finish(const nsess_sha256_state_t *state,
    const nsess_str_t *parts, size_t n, uint8_t digest[NSESS_SHA256_LEN])
{
    size_t                  i;
    uint64_t                len;
    nsess_sha256_message_t  message;

    nsess_sha256_begin(&message, state);
    len = state->len;

    for (i = 0; i < n; i++) {
        nsess_sha256_add(&message, parts[i]);
        len += parts[i].len;
    }

    nsess_sha256_end(&message, len, digest);
}


void
nsess_sha256_finish_id(const nsess_sha256_state_t *state,
    const uint8_t id[NSESS_SHA256_LEN], uint8_t digest[NSESS_SHA256_LEN])
{
    nsess_sha256_message_t  message;

    nsess_work(NSESS_SHA256_LEN);

    nsess_sha256_begin(&message, state);
    memcpy(message.block, id, NSESS_SHA256_LEN);
    message.used = NSESS_SHA256_LEN;

    nsess_sha256_end(&message, state->len + NSESS_SHA256_LEN, digest);
}


static void
nsess_sha256_begin(nsess_sha256_message_t *message,
    const nsess_sha256_state_t *state)
{
    memcpy(&message->ctx.h, state->h, sizeof(state->h));
    memset(message->block, 0, sizeof(message->block));
    message->used = 0;
}


static void
nsess_sha256_add(nsess_sha256_message_t *message, nsess_str_t part)
{
    size_t  n;

    nsess_work(part.len);

    if (message->used != 0) {
        n = sizeof(message->block) - message->used;
        n = part.len < n ? part.len : n;

        if (n != 0) {
            memcpy(message->block + message->used, part.data, n);
        }

        message->used += n;
        part.len -= n;

        if (message->used != sizeof(message->block)) {
            return;
        }

        SHA256_Transform(&message->ctx, message->block);

        memset(message->block, 0, sizeof(message->block));
        message->used = 0;
        part.data += n;
    }

    while (part.len >= sizeof(message->block)) {
        SHA256_Transform(&message->ctx, part.data);

        part.data += sizeof(message->block);
        part.len -= sizeof(message->block);
    }

    if (part.len != 0) {
        memcpy(message->block, part.data, part.len);
        message->used = part.len;
    }
}


/* a bit, zeros, and the number of bits */

static inline void
nsess_sha256_end(nsess_sha256_message_t *message, uint64_t len,
    uint8_t digest[NSESS_SHA256_LEN])
{
    message->block[message->used] = 0x80;

    if (message->used >= NSESS_SHA256_LENGTH_AT) {
        SHA256_Transform(&message->ctx, message->block);
        memset(message->block, 0, sizeof(message->block));
    }

    nsess_be64_write(message->block + NSESS_SHA256_LENGTH_AT, len * 8);

    SHA256_Transform(&message->ctx, message->block);

    nsess_sha256_write(digest, &message->ctx);

    /* the inner hash of an HMAC is a secret until its MAC is public */

    nsess_wipe(message->ctx.h, sizeof(message->ctx.h));
    nsess_wipe(message->block, sizeof(message->block));
}


static void
nsess_sha256_write(uint8_t *dst, const SHA256_CTX *ctx)
{
    nsess_sha256_words(dst, ctx->h[0], ctx->h[1]);
    nsess_sha256_words(dst + 8, ctx->h[2], ctx->h[3]);
    nsess_sha256_words(dst + 16, ctx->h[4], ctx->h[5]);
    nsess_sha256_words(dst + 24, ctx->h[6], ctx->h[7]);
}


static inline void
nsess_sha256_words(uint8_t *dst, SHA_LONG first, SHA_LONG second)
{
    nsess_be64_write(dst, (uint64_t) first << 32 | second);
}


#endif
