/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * base64url without padding: each token of a cookie passes here.  SSSE3 takes
 * what it can, tables the rest.
 */


#include "nsess_base64url.h"
#include "nsess_base64url_ssse3.h"
#include "nsess_slow.h"


#define NSESS_BASE64URL_BAD  128    /* a bit that no digit has */


static nsess_rc_t nsess_base64url_bad(nsess_str_t text, nsess_err_t *err);


static const uint8_t  nsess_base64url_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static const uint8_t  nsess_base64url_digits[256] = {
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128,  62, 128, 128,
     52,  53,  54,  55,  56,  57,  58,  59,  60,  61, 128, 128,
    128, 128, 128, 128, 128,   0,   1,   2,   3,   4,   5,   6,
      7,   8,   9,  10,  11,  12,  13,  14,  15,  16,  17,  18,
     19,  20,  21,  22,  23,  24,  25, 128, 128, 128, 128,  63,
    128,  26,  27,  28,  29,  30,  31,  32,  33,  34,  35,  36,
     37,  38,  39,  40,  41,  42,  43,  44,  45,  46,  47,  48,
     49,  50,  51, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128, 128, 128
};


void
nsess_base64url_encode(uint8_t *dst, const uint8_t *src, size_t len)
{
    size_t          done;
    uint32_t        bits;
    const uint8_t  *alphabet;

    if (!nsess_slow && nsess_base64url_has_ssse3()) {
        done = nsess_base64url_encode_ssse3(dst, src, len);

        dst += nsess_base64url_len(done);
        src += done;
        len -= done;
    }

    alphabet = nsess_base64url_alphabet;

    for ( /* void */ ; len >= 3; len -= 3, src += 3) {
        bits = (uint32_t) src[0] << 16 | src[1] << 8 | src[2];

        *dst++ = alphabet[bits >> 18];
        *dst++ = alphabet[bits >> 12 & 0x3f];
        *dst++ = alphabet[bits >> 6 & 0x3f];
        *dst++ = alphabet[bits & 0x3f];
    }

    if (len == 0) {
        return;
    }

    bits = (uint32_t) src[0] << 16 | (len == 2 ? src[1] << 8 : 0);

    *dst++ = alphabet[bits >> 18];
    *dst++ = alphabet[bits >> 12 & 0x3f];

    if (len == 2) {
        *dst = alphabet[bits >> 6 & 0x3f];
    }
}


nsess_rc_t
nsess_base64url_decode(uint8_t *dst, size_t len, nsess_str_t text,
    nsess_err_t *err)
{
    size_t          done, bytes;
    uint32_t        a, b, c, d, bits, spare;
    const uint8_t  *p, *digits;

    if (text.len != nsess_base64url_len(len)) {
        err->code = NSESS_E_LENGTH;
        err->pos = text.len;
        return NSESS_ERROR;
    }

    p = text.data;

    if (!nsess_slow && nsess_base64url_has_ssse3()) {
        done = nsess_base64url_decode_ssse3(dst, p, text.len);
        bytes = done / 4 * 3;

        dst += bytes;
        len -= bytes;
        p += done;
    }

    digits = nsess_base64url_digits;

    for ( /* void */ ; len >= 3; len -= 3, p += 4) {
        a = digits[p[0]];
        b = digits[p[1]];
        c = digits[p[2]];
        d = digits[p[3]];

        if ((a | b | c | d) & NSESS_BASE64URL_BAD) {
            return nsess_base64url_bad(text, err);
        }

        bits = a << 18 | b << 12 | c << 6 | d;

        *dst++ = (uint8_t) (bits >> 16);
        *dst++ = (uint8_t) (bits >> 8);
        *dst++ = (uint8_t) bits;
    }

    if (len == 0) {
        return NSESS_OK;
    }

    a = digits[p[0]];
    b = digits[p[1]];
    c = len == 2 ? digits[p[2]] : 0;

    bits = a << 18 | b << 12 | c << 6;
    spare = bits & (len == 2 ? 0xff : 0xffff);

    if (((a | b | c) & NSESS_BASE64URL_BAD) || spare != 0) {
        return nsess_base64url_bad(text, err);
    }

    *dst++ = (uint8_t) (bits >> 16);

    if (len == 2) {
        *dst = (uint8_t) (bits >> 8);
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_base64url_bad(nsess_str_t text, nsess_err_t *err)
{
    size_t  i;

    /* where all are digits, the last one has spare bits that are not zero */

    for (i = 0; i < text.len - 1; i++) {
        if (nsess_base64url_digits[text.data[i]] == NSESS_BASE64URL_BAD) {
            break;
        }
    }

    err->code = NSESS_E_CHARACTER;
    err->pos = i;

    return NSESS_ERROR;
}
