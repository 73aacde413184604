/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Big-endian numbers, of any alignment, each by one load or store: of single
 * bytes, the compiler makes eight.
 */


#ifndef _NSESS_ENDIAN_H_INCLUDED_
#define _NSESS_ENDIAN_H_INCLUDED_


#include <stdint.h>
#include <string.h>


/* a number of the processor as a big-endian one, and back */

static inline uint64_t
nsess_be64(uint64_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap64(n);
#else
    return n;
#endif
}


static inline uint64_t
nsess_be64_read(const uint8_t *p)
{
    uint64_t  n;

    memcpy(&n, p, sizeof(n));

    return nsess_be64(n);
}


static inline void
nsess_be64_write(uint8_t *p, uint64_t n)
{
    n = nsess_be64(n);
    memcpy(p, &n, sizeof(n));
}


#endif /* _NSESS_ENDIAN_H_INCLUDED_ */
