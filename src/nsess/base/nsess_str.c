/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Bytes, words and numbers of a span: what each parser needs. */


#include "nsess_str.h"


static uint8_t nsess_lower(uint8_t ch);


nsess_str_t
nsess_str_trim_left(nsess_str_t str)
{
    while (str.len != 0 && (*str.data == ' ' || *str.data == '\t')) {
        str.data++;
        str.len--;
    }

    return str;
}


nsess_str_t
nsess_str_trim(nsess_str_t str)
{
    const uint8_t  *last;

    str = nsess_str_trim_left(str);
    last = str.data + str.len;

    while (str.len != 0 && (last[-1] == ' ' || last[-1] == '\t')) {
        last--;
        str.len--;
    }

    return str;
}


int
nsess_str_equal_nocase(nsess_str_t a, nsess_str_t b)
{
    return a.len == b.len && nsess_str_begins_nocase(a, b);
}


int
nsess_str_begins_nocase(nsess_str_t str, nsess_str_t prefix)
{
    size_t  i;

    if (str.len < prefix.len) {
        return 0;
    }

    for (i = 0; i < prefix.len; i++) {
        if (nsess_lower(str.data[i]) != nsess_lower(prefix.data[i])) {
            return 0;
        }
    }

    return 1;
}


static uint8_t
nsess_lower(uint8_t ch)
{
    return ch >= 'A' && ch <= 'Z' ? (uint8_t) (ch | 0x20) : ch;
}


const uint8_t *
nsess_word_read(const uint8_t *pos, const uint8_t *last)
{
    while (pos < last && *pos > ' ' && *pos < 0x7f) {
        pos++;
    }

    return pos;
}


uint32_t
nsess_hex_read(const uint8_t *pos, const uint8_t *last, size_t n)
{
    uint8_t   ch;
    uint32_t  value;

    if ((size_t) (last - pos) < n) {
        return NSESS_HEX_NONE;
    }

    for (value = 0; n != 0; n--) {
        ch = *pos++;

        if (!nsess_is_digit(ch)) {
            ch |= 0x20;

            if (ch < 'a' || ch > 'f') {
                return NSESS_HEX_NONE;
            }

            ch = (uint8_t) (ch - 'a' + '0' + 10);
        }

        value = value << 4 | (uint32_t) (ch - '0');
    }

    return value;
}


void
nsess_hex_write(uint8_t *dst, const uint8_t *src, size_t len)
{
    size_t  i;

    static const uint8_t  digits[] = "0123456789abcdef";

    for (i = 0; i < len; i++) {
        *dst++ = digits[src[i] >> 4];
        *dst++ = digits[src[i] & 0xf];
    }
}
