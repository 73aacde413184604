/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Spans of bytes: cutting and comparing them, reading words and numbers.
 * Letters and digits are those of ASCII, in every locale.
 */


#ifndef _NSESS_STR_H_INCLUDED_
#define _NSESS_STR_H_INCLUDED_


#include <string.h>

#include "nsess.h"
#include "nsess_work.h"


/* what nsess_hex_read() returns where there are too few digits */
#define NSESS_HEX_NONE  UINT32_MAX


#pragma GCC visibility push(hidden)


/* without spaces and tabs, OWS of RFC 9110: at its beginning, at both ends */
nsess_str_t nsess_str_trim_left(nsess_str_t str);
nsess_str_t nsess_str_trim(nsess_str_t str);

/* 1 if both are the same but for the case of letters */
int nsess_str_equal_nocase(nsess_str_t a, nsess_str_t b);

/* 1 if str begins with the prefix, in any case of letters */
int nsess_str_begins_nocase(nsess_str_t str, nsess_str_t prefix);

/* the end of the visible ASCII characters, 0x21 to 0x7e, that pos begins */
const uint8_t *nsess_word_read(const uint8_t *pos, const uint8_t *last);

/* the number of n hexadecimal digits, at most 8; or NSESS_HEX_NONE */
uint32_t nsess_hex_read(const uint8_t *pos, const uint8_t *last, size_t n);

/* 2 * len lower-case digits, no NUL */
void nsess_hex_write(uint8_t *dst, const uint8_t *src, size_t len);


#pragma GCC visibility pop


/* the bytes of [pos, last) */

static inline nsess_str_t
nsess_str_span(const uint8_t *pos, const uint8_t *last)
{
    nsess_str_t  span;

    span.data = pos;
    span.len = (size_t) (last - pos);

    return span;
}


/* 1 if both are the same; .data of an empty one may be NULL */

static inline int
nsess_str_equal(nsess_str_t a, nsess_str_t b)
{
    return a.len == b.len
           && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}


/* where ch stands first in [pos, last); last if it is not there */

static inline const uint8_t *
nsess_str_find(const uint8_t *pos, const uint8_t *last, uint8_t ch)
{
    const uint8_t  *p;

    p = pos < last ? memchr(pos, ch, (size_t) (last - pos)) : NULL;

    if (p == NULL) {
        p = last;
    }

    nsess_work((size_t) (p - pos) + 1);

    return p;
}


/* the end of the first n bytes of [pos, last), or last */

static inline const uint8_t *
nsess_str_first(const uint8_t *pos, const uint8_t *last, size_t n)
{
    return (size_t) (last - pos) < n ? last : pos + n;
}


static inline int
nsess_is_digit(uint8_t ch)
{
    return ch >= '0' && ch <= '9';
}


static inline int
nsess_is_alnum(uint8_t ch)
{
    return nsess_is_digit(ch) || (ch >= 'A' && ch <= 'Z')
           || (ch >= 'a' && ch <= 'z');
}


/*
 * Reads decimal digits as long as the number is not above max.  Returns where
 * it stopped: pos, and *n is 0, if no digit stands there.
 */

static inline const uint8_t *
nsess_uint_read(const uint8_t *pos, const uint8_t *last, uint64_t max,
    uint64_t *n)
{
    uint8_t   digit;
    uint64_t  value, most;

    most = max / 10;

    for (value = 0; pos < last && nsess_is_digit(*pos); pos++) {
        nsess_work(1);
        digit = (uint8_t) (*pos - '0');

        if (value >= most && (value > most || digit > max % 10)) {
            break;
        }

        value = value * 10 + digit;
    }

    *n = value;

    return pos;
}


#endif /* _NSESS_STR_H_INCLUDED_ */
