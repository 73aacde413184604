/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Checks and writes UTF-8. */


#include <string.h>

#include "nsess_slow.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


#define NSESS_UTF8_STEP  8      /* bytes that are looked at together */

/* the bit that no byte of ASCII has, in each of them */
#define NSESS_UTF8_HIGH  0x8080808080808080


static const uint8_t *nsess_utf8_ascii(const uint8_t *first,
    const uint8_t *pos, const uint8_t *last);
static int nsess_utf8_is_ascii(const uint8_t *eight);


size_t
nsess_utf8_step(const uint8_t *pos, const uint8_t *last)
{
    size_t   i, n;
    uint8_t  first, low, high;

    nsess_work(1);

    first = pos[0];

    if (first < 0x80) {
        return 1;
    }

    /* RFC 3629, section 4: only the second byte's range varies */

    low = 0x80;
    high = 0xbf;

    if (first >= 0xc2 && first <= 0xdf) {
        n = 2;

    } else if (first >= 0xe0 && first <= 0xef) {
        n = 3;
        low = (first == 0xe0) ? 0xa0 : 0x80;
        high = (first == 0xed) ? 0x9f : 0xbf;

    } else if (first >= 0xf0 && first <= 0xf4) {
        n = 4;
        low = (first == 0xf0) ? 0x90 : 0x80;
        high = (first == 0xf4) ? 0x8f : 0xbf;

    } else {
        return 0;
    }

    if ((size_t) (last - pos) < n || pos[1] < low || pos[1] > high) {
        return 0;
    }

    for (i = 2; i < n; i++) {
        if ((pos[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return n;
}


int
nsess_utf8_valid(nsess_str_t str)
{
    size_t          n;
    const uint8_t  *pos, *last;

    pos = str.data;
    last = pos + str.len;

    while (pos < last) {

        if (!nsess_slow && *pos < 0x80) {
            pos = nsess_utf8_ascii(str.data, pos, last);
            continue;
        }

        n = nsess_utf8_step(pos, last);
        if (n == 0) {
            return 0;
        }

        pos += n;
    }

    return 1;
}


/* passes over ASCII; first <= pos < last, and pos is ASCII */

static const uint8_t *
nsess_utf8_ascii(const uint8_t *first, const uint8_t *pos,
    const uint8_t *last)
{
    while (last - pos >= NSESS_UTF8_STEP && nsess_utf8_is_ascii(pos)) {
        pos += NSESS_UTF8_STEP;
    }

    /* the last step may begin before pos */

    if (last - pos < NSESS_UTF8_STEP && last - first >= NSESS_UTF8_STEP
        && nsess_utf8_is_ascii(last - NSESS_UTF8_STEP))
    {
        return last;
    }

    while (pos < last && *pos < 0x80) {
        nsess_work(1);
        pos++;
    }

    return pos;
}


static int
nsess_utf8_is_ascii(const uint8_t *eight)
{
    uint64_t  bytes;

    nsess_work(1);

    memcpy(&bytes, eight, sizeof(bytes));

    return (bytes & NSESS_UTF8_HIGH) == 0;
}


void
nsess_utf8_write(nsess_writer_t *w, uint32_t code)
{
    if (code < 0x80) {
        nsess_write_char(w, (uint8_t) code);
        return;
    }

    if (code < 0x800) {
        nsess_write_char(w, (uint8_t) (0xc0 | (code >> 6)));

    } else {

        if (code < 0x10000) {
            nsess_write_char(w, (uint8_t) (0xe0 | (code >> 12)));

        } else {
            nsess_write_char(w, (uint8_t) (0xf0 | (code >> 18)));
            nsess_write_char(w, (uint8_t) (0x80 | ((code >> 12) & 0x3f)));
        }

        nsess_write_char(w, (uint8_t) (0x80 | ((code >> 6) & 0x3f)));
    }

    nsess_write_char(w, (uint8_t) (0x80 | (code & 0x3f)));
}
