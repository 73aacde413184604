/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The writer: bytes, numbers and times, within the bounds of a buffer. */


#include <string.h>

#include "nsess_buf.h"
#include "nsess_work.h"


#define NSESS_USEC         1000000  /* in a second */
#define NSESS_USEC_DIGITS  6


static size_t nsess_uint_len(uint64_t n);
static inline uint8_t *nsess_pair_put(uint8_t *p, unsigned n);


/* of ten; but a zero has a digit, too */

static const uint64_t  nsess_powers[NSESS_UINT64_LEN] = {
    0, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
    10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000,
    1000000000000000, 10000000000000000, 100000000000000000,
    1000000000000000000, 10000000000000000000u
};


static const char  nsess_pairs[] =
    "00010203040506070809" "10111213141516171819" "20212223242526272829"
    "30313233343536373839" "40414243444546474849" "50515253545556575859"
    "60616263646566676869" "70717273747576777879" "80818283848586878889"
    "90919293949596979899";


void
nsess_write(nsess_writer_t *w, const void *data, size_t len)
{
    size_t  pos;

    nsess_work(1);

    if (w->error != NSESS_E_NONE) {
        return;
    }

    if (len > w->size - w->len) {
        w->error = NSESS_E_OVERFLOW;
        return;
    }

    pos = w->len;
    w->len += len;

    if (w->start != NULL && len != 0) {
        nsess_work(len);
        memcpy(w->start + pos, data, len);
    }
}


void
nsess_write_str(nsess_writer_t *w, nsess_str_t str)
{
    nsess_write(w, str.data, str.len);
}


void
nsess_write_uint(nsess_writer_t *w, uint64_t n)
{
    uint8_t  digits[NSESS_UINT64_LEN];

    nsess_write(w, digits, (size_t) (nsess_uint_put(digits, n) - digits));
}


uint8_t *
nsess_uint_put(uint8_t *p, uint64_t n)
{
    uint8_t  *digit, *last;

    /* most numbers have four digits or less */

    if (n < 100) {
        return nsess_pair_put(p, (unsigned) n);
    }

    if (n < 10000) {
        p = nsess_pair_put(p, (unsigned) n / 100);
        memcpy(p, &nsess_pairs[2 * ((unsigned) n % 100)], 2);

        return p + 2;
    }

    last = p + nsess_uint_len(n);
    digit = last;

    for ( /* void */ ; n >= 100; n /= 100) {
        digit -= 2;
        memcpy(digit, &nsess_pairs[2 * (n % 100)], 2);
    }

    (void) nsess_pair_put(p, (unsigned) n);

    return last;
}


/* a number below 100 */

static inline uint8_t *
nsess_pair_put(uint8_t *p, unsigned n)
{
    if (n < 10) {
        *p = (uint8_t) ('0' + n);
        return p + 1;
    }

    memcpy(p, &nsess_pairs[2 * n], 2);

    return p + 2;
}


/* how many digits: log10(2) is 1233 / 4096, near enough for 64 bits */

static size_t
nsess_uint_len(uint64_t n)
{
    unsigned  bits, len;

    bits = 64 - (unsigned) __builtin_clzll(n | 1);
    len = bits * 1233 / 4096;

    return len + (n >= nsess_powers[len]);
}


void
nsess_write_int(nsess_writer_t *w, int64_t n)
{
    uint8_t  digits[NSESS_UINT64_LEN];

    nsess_write(w, digits, (size_t) (nsess_decimal_put(digits, n) - digits));
}


uint8_t *
nsess_decimal_put(uint8_t *p, int64_t n)
{
    if (n < 0) {
        *p++ = '-';
        return nsess_uint_put(p, (uint64_t) 0 - (uint64_t) n);
    }

    return nsess_uint_put(p, (uint64_t) n);
}


void
nsess_write_seconds(nsess_writer_t *w, uint64_t usec)
{
    size_t   len;
    uint8_t  fraction[1 + NSESS_USEC_DIGITS];

    nsess_write_uint(w, usec / NSESS_USEC);

    usec %= NSESS_USEC;

    if (usec == 0) {
        return;
    }

    fraction[0] = '.';

    for (len = NSESS_USEC_DIGITS; len != 0; len--) {
        fraction[len] = (uint8_t) ('0' + usec % 10);
        usec /= 10;
    }

    len = sizeof(fraction);

    while (fraction[len - 1] == '0') {
        len--;
    }

    nsess_write(w, fraction, len);
}
