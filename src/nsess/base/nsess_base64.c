/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* base64 with padding, read as Python reads it. */


#include "nsess_base64.h"
#include "nsess_work.h"


#define NSESS_BASE64_NONE  64       /* not in the alphabet */


static uint32_t nsess_base64_digit(uint8_t ch);


static const uint8_t  nsess_base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";


void
nsess_base64_encode(nsess_writer_t *w, nsess_str_t data)
{
    uint8_t         group[4];
    uint32_t        bits;
    const uint8_t  *p, *alphabet;

    alphabet = nsess_base64_alphabet;

    for (p = data.data; data.len != 0; p += 3) {
        bits = (uint32_t) p[0] << 16;
        bits |= data.len > 1 ? (uint32_t) p[1] << 8 : 0;
        bits |= data.len > 2 ? p[2] : 0;

        group[0] = alphabet[bits >> 18];
        group[1] = alphabet[bits >> 12 & 0x3f];
        group[2] = data.len > 1 ? alphabet[bits >> 6 & 0x3f] : '=';
        group[3] = data.len > 2 ? alphabet[bits & 0x3f] : '=';

        nsess_write(w, group, 4);

        if (data.len < 3) {
            return;
        }

        data.len -= 3;
    }
}


nsess_rc_t
nsess_base64_decode(nsess_writer_t *w, nsess_str_t text, nsess_err_t *err)
{
    size_t    i;
    uint32_t  n, pads, digit, bits;

    n = 0;
    pads = 0;
    bits = 0;

    nsess_work(text.len);

    for (i = 0; i < text.len; i++) {

        if (text.data[i] == '=') {
            pads++;

            if (n >= 2 && n + pads >= 4) {
                n = 0;
                break;
            }

            continue;
        }

        digit = nsess_base64_digit(text.data[i]);

        if (digit == NSESS_BASE64_NONE) {
            continue;
        }

        pads = 0;
        bits = bits << 6 | digit;

        /* each digit but the first of a group completes a byte */

        if (n != 0) {
            nsess_write_char(w, (uint8_t) (bits >> (6 - 2 * n)));
        }

        n = (n + 1) % 4;
    }

    err->pos = i;
    err->code = w->error != NSESS_E_NONE ? NSESS_E_SIZE
                                         : n != 0 ? NSESS_E_TRUNCATED
                                                  : NSESS_E_NONE;

    return err->code == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR;
}


static uint32_t
nsess_base64_digit(uint8_t ch)
{
    if (ch >= 'A' && ch <= 'Z') {
        return (uint32_t) (ch - 'A');
    }

    if (ch >= 'a' && ch <= 'z') {
        return (uint32_t) (ch - 'a') + 26;
    }

    if (ch >= '0' && ch <= '9') {
        return (uint32_t) (ch - '0') + 52;
    }

    return ch == '+' ? 62 : ch == '/' ? 63 : NSESS_BASE64_NONE;
}
