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


#define NSESS_JSON_STEP   16        /* bytes that are looked at together */
#define NSESS_JSON_PLAIN  0xffff    /* all of them are plain */


#if defined(__SSE2__)


/* a bit for each of 16 bytes, the lowest for the first: it is plain */

static inline unsigned
nsess_json_plain_bits(const uint8_t *pos)
{
    __m128i  bytes, escape, plain;

    nsess_work(1);

    bytes = _mm_loadu_si128((const __m128i *) pos);
    escape = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));

    /*
     * With one bit turned, the quote (0x22) is directly above the control
     * characters, where the space was.  Bytes are signed here: those above
     * ASCII are below all others.
     */

    plain = _mm_xor_si128(bytes, _mm_set1_epi8('"' ^ ' '));
    plain = _mm_cmpgt_epi8(plain, _mm_set1_epi8(' '));

    return (unsigned) _mm_movemask_epi8(_mm_andnot_si128(escape, plain));
}


/* the same of less than 16 bytes, with a quote behind them */

static inline const uint8_t *
nsess_json_plain_short(const uint8_t *pos, const uint8_t *last)
{
    uint8_t  block[NSESS_JSON_STEP];

    memset(block, '"', sizeof(block));
    memcpy(block, pos, (size_t) (last - pos));  /* NOLINT: pos is not NULL */

    return pos + (unsigned) __builtin_ctz(~nsess_json_plain_bits(block));
}


#endif


/* where the last step of a text begins; NULL: it is shorter than a step */

static inline const uint8_t *
nsess_json_plain_step(const uint8_t *first, const uint8_t *last)
{
    return last - first >= NSESS_JSON_STEP ? last - NSESS_JSON_STEP : NULL;
}


/*
 * The first byte of [pos, last) that is not plain, or last.  The step is that
 * of the text around them, which ends at last.
 */

static inline const uint8_t *
nsess_json_plain_to(const uint8_t *step, const uint8_t *pos,
    const uint8_t *last)
{
#if defined(__SSE2__)
    unsigned  plain, special;

    if (nsess_slow) {
        return nsess_json_plain_bytes(pos, last);
    }

    if (step == NULL) {
        return nsess_json_plain_short(pos, last);
    }

    for ( /* void */ ; pos <= step; pos += NSESS_JSON_STEP) {
        plain = nsess_json_plain_bits(pos);

        if (plain != NSESS_JSON_PLAIN) {
            return pos + (unsigned) __builtin_ctz(~plain);
        }
    }

    /* what is before pos does not count */

    special = (nsess_json_plain_bits(step) ^ NSESS_JSON_PLAIN) >> (pos - step);

    return special != 0 ? pos + (unsigned) __builtin_ctz(special) : last;
#else
    (void) step;
    return nsess_json_plain_bytes(pos, last);
#endif
}


/* the same; bytes from first on may be read, first <= pos */

static inline const uint8_t *
nsess_json_plain(const uint8_t *first, const uint8_t *pos,
    const uint8_t *last)
{
    return nsess_json_plain_to(nsess_json_plain_step(first, last), pos, last);
}


#endif /* _NSESS_JSON_PLAIN_H_INCLUDED_ */
