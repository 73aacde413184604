/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Takes the members of a flat JSON record, by 16 or 32 bytes at a time. */


#include <string.h>

#include "nsess_json_flat.h"
#include "nsess_json_plain.h"
#include "nsess_slow.h"
#include "nsess_work.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif


/* bytes that AVX2 looks at together */
#define NSESS_JSON_LONG_STEP  32

/* what stands between two strings */
#define NSESS_JSON_BETWEEN    3

/* less is left of a record, and steps are not taken: so what they read, and
   what stands behind a string, is there */
#define NSESS_JSON_FAR        (NSESS_JSON_LONG_STEP + NSESS_JSON_BETWEEN)


/* moves *pos to the next byte that is not plain; 0: far is nearer */
typedef int (*nsess_json_find_pt)(const uint8_t *text, size_t *pos,
    size_t far);


static int
nsess_json_flat_find(const uint8_t *text, size_t *pos, size_t far)
{
#if defined(__SSE2__)
    unsigned  special;

    for ( /* void */ ; *pos < far; *pos += NSESS_JSON_STEP) {
        special = nsess_json_special(text + *pos);

        if (special != 0) {
            *pos += (unsigned) __builtin_ctz(special);
            return 1;
        }
    }

    return 0;
#else
    *pos = (size_t) (nsess_json_plain_bytes(text + *pos, text + far) - text);

    return *pos < far;
#endif
}


/* 1: these bytes stand at pos */

static inline int
nsess_json_flat_is(const uint8_t *pos, const char *between)
{
    return memcmp(pos, between, NSESS_JSON_BETWEEN) == 0;
}


static inline __attribute__((always_inline)) const uint8_t *
nsess_json_flat_by(nsess_json_find_pt find, const nsess_json_doc_t *doc,
    const uint8_t *begin, nsess_json_member_t *m, size_t max, size_t *n)
{
    int                         goes_on;
    size_t                      pos, far, len, key, value, end;
    const uint8_t              *text;
    const nsess_json_member_t  *first, *last;

    text = doc->first;
    len = (size_t) (doc->last - text);
    pos = (size_t) (begin - text);
    end = pos;
    first = m;
    last = m + max;

    far = len > NSESS_JSON_FAR ? len - NSESS_JSON_FAR : 0;
    goes_on = (pos < far && text[pos] == '"');

    while (goes_on && m != last) {
        nsess_work(1);

        key = pos++;

        if (!find(text, &pos, far)
            || !nsess_json_flat_is(text + pos, "\":\""))
        {
            break;
        }

        m->key = (uint32_t) key;
        m->key_len = (uint32_t) (pos + 1 - key);

        value = pos + 2;
        pos += 3;

        if (find(text, &pos, far)) {
            goes_on = nsess_json_flat_is(text + pos, "\",\"");

        } else {

            /* it is the last one, or the last but a few */

            goes_on = 0;
            pos = (size_t) (nsess_json_plain(text, text + pos, doc->last)
                            - text);
        }

        if (!goes_on && (pos == len || text[pos] != '"')) {
            break;
        }

        end = pos + 1;
        m->value = (uint32_t) value;
        m->value_len = (uint32_t) (end - value);

        pos += 2;
        m++;
    }

    *n = (size_t) (m - first);

    return text + end;
}


#if defined(__x86_64__)


/* where a bit is, BMI says without a sign to be extended */
#define NSESS_AVX2  __attribute__((target("avx2,bmi")))


NSESS_AVX2
static int
nsess_json_flat_find_avx2(const uint8_t *text, size_t *pos, size_t far)
{
    __m256i   bytes, escape, special;
    unsigned  bits;

    for ( /* void */ ; *pos < far; *pos += NSESS_JSON_LONG_STEP) {
        nsess_work(1);

        bytes = _mm256_loadu_si256((const __m256i *) (text + *pos));
        escape = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\'));
        special = _mm256_xor_si256(bytes, _mm256_set1_epi8('"' ^ ' '));
        special = _mm256_subs_epi8(special, _mm256_set1_epi8(' ' + 1));
        bits = (unsigned) _mm256_movemask_epi8(_mm256_or_si256(special,
                                                               escape));

        if (bits != 0) {
            *pos += (unsigned) __builtin_ctz(bits);
            return 1;
        }
    }

    return 0;
}


NSESS_AVX2
static const uint8_t *
nsess_json_flat_avx2(const nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_member_t *members, size_t max, size_t *n)
{
    return nsess_json_flat_by(nsess_json_flat_find_avx2, doc, pos, members,
                              max, n);
}


#endif


static __attribute__((noinline)) const uint8_t *
nsess_json_flat_old(const nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_member_t *members, size_t max, size_t *n)
{
    return nsess_json_flat_by(nsess_json_flat_find, doc, pos, members, max, n);
}


const uint8_t *
nsess_json_flat(const nsess_json_doc_t *doc, const uint8_t *pos,
    nsess_json_member_t *members, size_t max, size_t *n)
{
#if defined(__x86_64__)

    if (!nsess_old && __builtin_cpu_supports("avx2")
        && __builtin_cpu_supports("bmi"))
    {
        return nsess_json_flat_avx2(doc, pos, members, max, n);
    }

#endif

    return nsess_json_flat_old(doc, pos, members, max, n);
}
