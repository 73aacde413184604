/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* base64url, 16 characters at a time. */


#include "nsess_base64url_ssse3.h"

#if defined(__x86_64__) || defined(__i386__)
#include <tmmintrin.h>
#endif


#if defined(__x86_64__) || defined(__i386__)


#define NSESS_SSSE3  __attribute__((target("ssse3")))


static __m128i nsess_base64url_load(const uint8_t *src);
static void nsess_base64url_store(uint8_t *dst, __m128i bytes);
static __m128i nsess_base64url_to_digits(__m128i bytes);
static __m128i nsess_base64url_to_text(__m128i digits);
static __m128i nsess_base64url_foreign(__m128i text);
static __m128i nsess_base64url_from_text(__m128i text);
static __m128i nsess_base64url_from_digits(__m128i digits);


NSESS_SSSE3
size_t
nsess_base64url_encode_ssse3(uint8_t *dst, const uint8_t *src, size_t len)
{
    size_t   done;
    __m128i  digits;

    for (done = 0;
         len - done >= NSESS_BASE64URL_BYTES;
         done += NSESS_BASE64URL_BYTES)
    {
        digits = nsess_base64url_to_digits(nsess_base64url_load(src + done));

        _mm_storeu_si128((__m128i *) dst, nsess_base64url_to_text(digits));

        dst += NSESS_BASE64URL_CHARS;
    }

    return done;
}


/* 12 bytes, and 4 zeros */

NSESS_SSSE3
static __m128i
nsess_base64url_load(const uint8_t *src)
{
    int32_t  last;

    __builtin_memcpy(&last, src + 8, sizeof(last));

    return _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *) src),
                              _mm_cvtsi32_si128(last));
}


/*
 * Each 3 bytes a b c come to 4 digits of 6 bits.  They are laid out as b a c b,
 * so that all bits of two digits stand in each 16 of them; a multiplication
 * shifts the first one up or down, another one the second.
 */

NSESS_SSSE3
static __m128i
nsess_base64url_to_digits(__m128i bytes)
{
    __m128i  first, second;

    bytes = _mm_shuffle_epi8(bytes, _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4,
                                                  7, 6, 8, 7, 10, 9, 11, 10));

    first = _mm_and_si128(bytes, _mm_set1_epi32(0x0fc0fc00));
    first = _mm_mulhi_epu16(first, _mm_set1_epi32(0x04000040));

    second = _mm_and_si128(bytes, _mm_set1_epi32(0x003f03f0));
    second = _mm_mullo_epi16(second, _mm_set1_epi32(0x01000010));

    return _mm_or_si128(first, second);
}


/*
 * A digit's class is its place in the table of what to add: 13 is "A" to "Z",
 * 0 is "a" to "z", 1 to 10 are "0" to "9", 11 is "-", 12 is "_".
 */

NSESS_SSSE3
static __m128i
nsess_base64url_to_text(__m128i digits)
{
    __m128i  class, upper, offsets;

    offsets = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                            '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                            '0' - 52, '-' - 62, '_' - 63, 'A', 0, 0);

    class = _mm_subs_epu8(digits, _mm_set1_epi8(51));
    upper = _mm_cmplt_epi8(digits, _mm_set1_epi8(26));
    class = _mm_or_si128(class, _mm_and_si128(upper, _mm_set1_epi8(13)));

    return _mm_add_epi8(digits, _mm_shuffle_epi8(offsets, class));
}


NSESS_SSSE3
size_t
nsess_base64url_decode_ssse3(uint8_t *dst, const uint8_t *text, size_t len)
{
    size_t   done;
    __m128i  chars, bad;

    bad = _mm_setzero_si128();

    for (done = 0;
         len - done >= NSESS_BASE64URL_CHARS;
         done += NSESS_BASE64URL_CHARS)
    {
        chars = _mm_loadu_si128((const __m128i *) (text + done));
        bad = _mm_or_si128(bad, nsess_base64url_foreign(chars));

        chars = nsess_base64url_from_text(chars);
        nsess_base64url_store(dst, nsess_base64url_from_digits(chars));

        dst += NSESS_BASE64URL_BYTES;
    }

    bad = _mm_cmpeq_epi8(bad, _mm_setzero_si128());

    return _mm_movemask_epi8(bad) == 0xffff ? done : 0;
}


/*
 * Bits of the bytes that are outside of the alphabet; all others are zero.
 * A byte is good if its high half admits its low half.  Of the high halves, 2
 * has "-" alone (bit 0x01), 3 has "0" to "9" (0x02), 4 and 6 begin behind 0
 * (0x04), 5 has "P" to "Z" and "_" (0x08), 7 has "p" to "z" (0x10), all others
 * have nothing (0x20).  The table of low halves has the bits that exclude it.
 */

NSESS_SSSE3
static __m128i
nsess_base64url_foreign(__m128i text)
{
    __m128i  low, high;

    low = _mm_and_si128(text, _mm_set1_epi8(0x0f));
    high = _mm_and_si128(_mm_srli_epi16(text, 4), _mm_set1_epi8(0x0f));

    low = _mm_shuffle_epi8(_mm_setr_epi8(0x25, 0x21, 0x21, 0x21,
                                         0x21, 0x21, 0x21, 0x21,
                                         0x21, 0x21, 0x23, 0x3b,
                                         0x3b, 0x3a, 0x3b, 0x33), low);
    high = _mm_shuffle_epi8(_mm_setr_epi8(0x20, 0x20, 0x01, 0x02,
                                          0x04, 0x08, 0x04, 0x10,
                                          0x20, 0x20, 0x20, 0x20,
                                          0x20, 0x20, 0x20, 0x20), high);

    return _mm_and_si128(low, high);
}


/* what to add depends on the high half, but for "_" among "P" to "Z" */

NSESS_SSSE3
static __m128i
nsess_base64url_from_text(__m128i text)
{
    __m128i  high, offset, under;

    high = _mm_and_si128(_mm_srli_epi16(text, 4), _mm_set1_epi8(0x0f));

    offset = _mm_shuffle_epi8(_mm_setr_epi8(0, 0, 62 - '-', 52 - '0',
                                            -'A', -'A', 26 - 'a', 26 - 'a',
                                            0, 0, 0, 0, 0, 0, 0, 0), high);

    under = _mm_cmpeq_epi8(text, _mm_set1_epi8('_'));
    under = _mm_and_si128(under, _mm_set1_epi8(63 - '_' + 'A'));

    return _mm_add_epi8(text, _mm_add_epi8(offset, under));
}


/* two digits come to 12 bits, two of those to 24, of which 3 bytes are made */

NSESS_SSSE3
static __m128i
nsess_base64url_from_digits(__m128i digits)
{
    digits = _mm_maddubs_epi16(digits, _mm_set1_epi32(0x01400140));
    digits = _mm_madd_epi16(digits, _mm_set1_epi32(0x00011000));

    return _mm_shuffle_epi8(digits, _mm_setr_epi8(2, 1, 0, 6, 5, 4,
                                                  10, 9, 8, 14, 13, 12,
                                                  -1, -1, -1, -1));
}


/* the first 12 bytes alone */

NSESS_SSSE3
static void
nsess_base64url_store(uint8_t *dst, __m128i bytes)
{
    int32_t  last;

    _mm_storel_epi64((__m128i *) dst, bytes);

    last = _mm_cvtsi128_si32(_mm_srli_si128(bytes, 8));
    __builtin_memcpy(dst + 8, &last, sizeof(last));
}


#else


size_t
nsess_base64url_encode_ssse3(uint8_t *dst, const uint8_t *src, size_t len)
{
    (void) dst;
    (void) src;
    (void) len;

    return 0;
}


size_t
nsess_base64url_decode_ssse3(uint8_t *dst, const uint8_t *text, size_t len)
{
    (void) dst;
    (void) text;
    (void) len;

    return 0;
}


#endif
