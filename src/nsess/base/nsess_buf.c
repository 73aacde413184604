/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* The writer: bytes, numbers and times, within the bounds of a buffer. */


#include <string.h>

#include "nsess_buf.h"
#include "nsess_work.h"


#define NSESS_UINT64_LEN   20       /* digits of 2^64 - 1 */
#define NSESS_USEC         1000000  /* in a second */
#define NSESS_USEC_DIGITS  6


/* the two digits of 0 to 99 */
static const char  nsess_pairs[] =
    "0001020304050607080910111213141516171819"
    "2021222324252627282930313233343536373839"
    "4041424344454647484950515253545556575859"
    "6061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";


void
nsess_writer_init(nsess_writer_t *w, uint8_t *start, size_t size)
{
    w->start = start;
    w->size = size;
    w->len = 0;
    w->error = NSESS_E_NONE;
}


void
nsess_write(nsess_writer_t *w, const void *data, size_t len)
{
    nsess_work(1);

    if (w->error != NSESS_E_NONE) {
        return;
    }

    if (len > w->size - w->len) {
        w->error = NSESS_E_OVERFLOW;
        return;
    }

    if (w->start != NULL && len != 0) {
        nsess_work(len);
        memcpy(w->start + w->len, data, len);
    }

    w->len += len;
}


void
nsess_write_str(nsess_writer_t *w, nsess_str_t str)
{
    nsess_write(w, str.data, str.len);
}


void
nsess_write_char(nsess_writer_t *w, uint8_t ch)
{
    nsess_write(w, &ch, 1);
}


void
nsess_write_uint(nsess_writer_t *w, uint64_t n)
{
    uint8_t  *p;
    uint8_t   digits[NSESS_UINT64_LEN];

    p = digits + NSESS_UINT64_LEN;

    for ( /* void */ ; n >= 100; n /= 100) {
        p -= 2;
        memcpy(p, nsess_pairs + 2 * (n % 100), 2);
    }

    if (n >= 10) {
        p -= 2;
        memcpy(p, nsess_pairs + 2 * n, 2);

    } else {
        *--p = (uint8_t) ('0' + n);
    }

    nsess_write(w, p, (size_t) (digits + NSESS_UINT64_LEN - p));
}


void
nsess_write_int(nsess_writer_t *w, int64_t n)
{
    if (n < 0) {
        nsess_write_char(w, '-');
        nsess_write_uint(w, (uint64_t) 0 - (uint64_t) n);
        return;
    }

    nsess_write_uint(w, (uint64_t) n);
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
