/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Passes over what is plain inside of a JSON string: ASCII, but for control
 * characters, quotes and backslashes.
 */


#ifndef _NSESS_JSON_PLAIN_H_INCLUDED_
#define _NSESS_JSON_PLAIN_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "nsess_slow.h"
#include "nsess_work.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif


static inline const uint8_t *
nsess_json_plain_bytes(const uint8_t *pos, const uint8_t *last)
{
    while (pos < last
           && *pos >= 0x20 && *pos < 0x80 && *pos != '"' && *pos != '\\')
    {
        nsess_work(1);
        pos++;
    }

    return pos;
}


#define NSESS_JSON_STEP  16         /* bytes that are looked at together */


#if defined(__SSE2__)


/* a bit for each of them, the lowest for the first; 1: it is not plain */

static inline unsigned
nsess_json_special(const uint8_t *pos)
{
    __m128i  bytes, escape, special;

    nsess_work(1);

    bytes = _mm_loadu_si128((const __m128i *) pos);
    escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));

    /*
     * With one bit turned, the quote (0x22) is directly above the control
     * characters, where the space was.  Bytes are signed here: what is taken
     * off leaves these below zero, as those above ASCII are.
     */

    special = _mm_xor_si128(bytes, _mm_set1_epi8('"' ^ ' '));
    special = _mm_subs_epi8(special, _mm_set1_epi8(' ' + 1));

    return (unsigned) _mm_movemask_epi8(_mm_or_si128(special, escape));
}


/* the same of less than 16 bytes, with a quote behind them */

static inline const uint8_t *
nsess_json_plain_short(const uint8_t *pos, const uint8_t *last)
{
    uint8_t  block[NSESS_JSON_STEP];

    memset(block, '"', sizeof(block));
    memcpy(block, pos, (size_t) (last - pos));  /* NOLINT: pos is not NULL */

    return pos + __builtin_ctz(nsess_json_special(block));
}


#endif


/*
 * The first byte of [pos, last) that is not plain, or last; bytes from first on
 * may be read, first <= pos.
 */

static inline const uint8_t *
nsess_json_plain(const uint8_t *first, const uint8_t *pos,
    const uint8_t *last)
{
#if defined(__SSE2__)
    unsigned        special;
    const uint8_t  *step;

    if (nsess_slow) {
        return nsess_json_plain_bytes(pos, last);
    }

    if (last - first < NSESS_JSON_STEP) {
        return nsess_json_plain_short(pos, last);
    }

    step = last - NSESS_JSON_STEP;

    for ( /* void */ ; pos <= step; pos += NSESS_JSON_STEP) {
        special = nsess_json_special(pos);

        if (special != 0) {
            return pos + __builtin_ctz(special);
        }
    }

    /* what is before pos does not count */

    special = nsess_json_special(step) >> (pos - step);

    return special != 0 ? pos + __builtin_ctz(special) : last;
#else
    (void) first;
    return nsess_json_plain_bytes(pos, last);
#endif
}


#endif /* _NSESS_JSON_PLAIN_H_INCLUDED_ */
