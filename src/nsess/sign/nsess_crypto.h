/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Random ids, UUIDs, comparison in constant time, wiping.
 */


#ifndef _NSESS_CRYPTO_H_INCLUDED_
#define _NSESS_CRYPTO_H_INCLUDED_


#include <string.h>

#include "nsess.h"


#define NSESS_ID_LEN    32          /* a random UUID, 16 random bytes */
#define NSESS_UUID_LEN  36          /* as text: RFC 9562, section 4 */


#pragma GCC visibility push(hidden)


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


#pragma GCC visibility pop


/*
 * 1: they are equal.  The time depends on len only: for the compiler, each
 * step may still change what all of them come to, so that it has to look at
 * the next one.
 */

NSESS_WARN_UNUSED
static inline int
nsess_equal(const uint8_t *a, const uint8_t *b, size_t len)
{
    size_t  x[2], y[2], n, differ;

    differ = 0;

    for (n = len / sizeof(x); n != 0; n--) {
        memcpy(x, a, sizeof(x));
        memcpy(y, b, sizeof(y));

        differ |= (x[0] ^ y[0]) | (x[1] ^ y[1]);
        __asm__ volatile ("" : "+r" (differ));

        a += sizeof(x);
        b += sizeof(y);
    }

    for (n = len % sizeof(x); n != 0; n--) {
        differ |= (size_t) (*a++ ^ *b++);
        __asm__ volatile ("" : "+r" (differ));
    }

    return differ == 0;
}


/* fills with zeros, also where the compiler sees that nobody reads them */

static inline void
nsess_wipe(void *p, size_t len)
{
    memset(p, 0, len);

    __asm__ volatile ("" : : "r" (p) : "memory");
}


#endif /* _NSESS_CRYPTO_H_INCLUDED_ */
