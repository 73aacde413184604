/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Floats as Python prints and reads them, with libc's help. */


#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_number.h"
#include "nsess_str.h"
#include "nsess_work.h"


/* IEEE 754 binary64: bits of the fraction, digits that tell all apart */
#define NSESS_FLOAT_FRACTION    (((uint64_t) 1 << 52) - 1)
#define NSESS_FLOAT_DIGITS      17

/* float.__repr__(): outside of [10^MIN, 10^MAX) it writes an exponent */
#define NSESS_FLOAT_PLAIN_MIN   -4
#define NSESS_FLOAT_PLAIN_MAX   16

/* with any digits before it, this is beyond 10^308, or below 10^-324 */
#define NSESS_FLOAT_EXPONENT    99999

/* room for "e", a sign, the digits of an exponent and NUL */
#define NSESS_FLOAT_EXPONENT_LEN  16

#define NSESS_FLOAT_PRINTED_LEN   64    /* of "%.16e", in any locale */

/* steps that libc takes between a double and its digits, at the most */
#define NSESS_FLOAT_WORK  32


/* digits * 10^exponent */
typedef struct {
    size_t  len;
    int     exponent;
    char    digits[NSESS_FLOAT_TEXT_MAX + NSESS_FLOAT_EXPONENT_LEN];
} nsess_decimal_t;


static void nsess_float_shortest(nsess_decimal_t *d, double x);
static size_t nsess_float_surviving(double x);
static void nsess_float_round(nsess_decimal_t *d, double x, size_t ndigits);
static void nsess_float_increment(nsess_decimal_t *d);
static double nsess_float_value(nsess_decimal_t *d);
static void nsess_float_write_plain(nsess_writer_t *w,
    const nsess_decimal_t *d, int exponent);
static void nsess_float_write_exponent(nsess_writer_t *w,
    const nsess_decimal_t *d, int exponent);
static int nsess_float_word(nsess_str_t text, double *x);
static const uint8_t *nsess_float_scan(nsess_decimal_t *d, const uint8_t *pos,
    const uint8_t *last);
static const uint8_t *nsess_float_scan_exponent(nsess_decimal_t *d,
    const uint8_t *pos, const uint8_t *last);
static uint64_t nsess_float_bits(double x);


void
nsess_float_write(nsess_writer_t *w, double x)
{
    int              exponent;
    nsess_decimal_t  d;

    if (isnan(x)) {
        nsess_write(w, "nan", 3);
        return;
    }

    if (signbit(x)) {
        nsess_write_char(w, '-');
        x = -x;
    }

    if (isinf(x)) {
        nsess_write(w, "inf", 3);
        return;
    }

    nsess_float_shortest(&d, x);

    exponent = d.exponent + (int) d.len - 1;

    if (exponent < NSESS_FLOAT_PLAIN_MIN || exponent >= NSESS_FLOAT_PLAIN_MAX) {
        nsess_float_write_exponent(w, &d, exponent);
        return;
    }

    nsess_float_write_plain(w, &d, exponent);
}


/*
 * Finds the fewest digits that are read back as x, and among these the nearest.
 * A number of nsess_float_surviving() digits is never changed by a double, so
 * a shorter one shows as zeros at the end: there are up to 3 tries, and one
 * more for a subnormal.  Doubles below a power of two lie closer together than
 * above it: there, digits that are read back may not be the nearest ones.
 */

static void
nsess_float_shortest(nsess_decimal_t *d, double x)
{
    int     power;
    size_t  ndigits;

    power = (nsess_float_bits(x) & NSESS_FLOAT_FRACTION) == 0;
    ndigits = nsess_float_surviving(x);

    for ( ;; ) {
        nsess_float_round(d, x, ndigits);

        if (ndigits == NSESS_FLOAT_DIGITS || nsess_float_value(d) == x) {
            break;
        }

        nsess_float_increment(d);

        if (power && nsess_float_value(d) == x) {
            break;
        }

        ndigits++;
    }

    while (d->len > 1 && d->digits[d->len - 1] == '0') {
        d->len--;
        d->exponent++;
    }
}


/* the largest n with 10^n <= 2^(bits - 1), but at least 1 */

static size_t
nsess_float_surviving(double x)
{
    size_t    bits;
    uint64_t  fraction;

    if (x >= DBL_MIN) {
        return DBL_DIG;
    }

    bits = 0;

    for (fraction = nsess_float_bits(x); fraction != 0; fraction >>= 1) {
        bits++;
    }

    return bits > 4 ? (bits - 1) * 30103 / 100000 : 1;
}


/* rounds to so many digits; skips the point, which depends on the locale */

static void
nsess_float_round(nsess_decimal_t *d, double x, size_t ndigits)
{
    char         text[NSESS_FLOAT_PRINTED_LEN];
    const char  *p;

    nsess_work(NSESS_FLOAT_WORK);

    (void) snprintf(text, sizeof(text), "%.*e", (int) ndigits - 1, x);

    /* a digit comes first, since x is finite and not negative */

    d->digits[0] = text[0];
    d->len = 1;

    for (p = text + 1; *p != 'e'; p++) {
        if (nsess_is_digit((uint8_t) *p)) {
            d->digits[d->len++] = *p;
        }
    }

    d->exponent = atoi(p + 1) - (int) (ndigits - 1);
}


static void
nsess_float_increment(nsess_decimal_t *d)
{
    size_t  i;

    for (i = d->len; i != 0 && d->digits[i - 1] == '9'; i--) {
        d->digits[i - 1] = '0';
    }

    if (i != 0) {
        d->digits[i - 1]++;
        return;
    }

    d->digits[0] = '1';
    d->exponent++;
}


/* reads the digits back, without a point, which would depend on the locale */

static double
nsess_float_value(nsess_decimal_t *d)
{
    nsess_work(NSESS_FLOAT_WORK + d->len);

    (void) snprintf(d->digits + d->len, NSESS_FLOAT_EXPONENT_LEN, "e%d",
                    d->exponent);

    return strtod(d->digits, NULL);
}


static void
nsess_float_write_plain(nsess_writer_t *w, const nsess_decimal_t *d,
    int exponent)
{
    int     i;
    size_t  whole;

    if (exponent < 0) {
        nsess_write(w, "0.", 2);

        for (i = exponent + 1; i < 0; i++) {
            nsess_write_char(w, '0');
        }

        nsess_write(w, d->digits, d->len);
        return;
    }

    whole = (size_t) exponent + 1;

    if (d->len > whole) {
        nsess_write(w, d->digits, whole);
        nsess_write_char(w, '.');
        nsess_write(w, d->digits + whole, d->len - whole);
        return;
    }

    nsess_write(w, d->digits, d->len);

    while (whole-- > d->len) {
        nsess_write_char(w, '0');
    }

    nsess_write(w, ".0", 2);
}


static void
nsess_float_write_exponent(nsess_writer_t *w, const nsess_decimal_t *d,
    int exponent)
{
    nsess_write_char(w, (uint8_t) d->digits[0]);

    if (d->len > 1) {
        nsess_write_char(w, '.');
        nsess_write(w, d->digits + 1, d->len - 1);
    }

    nsess_write_char(w, 'e');
    nsess_write_char(w, exponent < 0 ? '-' : '+');

    exponent = exponent < 0 ? -exponent : exponent;

    if (exponent < 10) {
        nsess_write_char(w, '0');
    }

    nsess_write_uint(w, (uint64_t) exponent);
}


nsess_rc_t
nsess_float_read(nsess_str_t text, double *x, nsess_err_t *err)
{
    int              negative;
    nsess_str_t      rest;
    const uint8_t   *pos, *last;
    nsess_decimal_t  d;

    if (text.len > NSESS_FLOAT_TEXT_MAX) {
        err->code = NSESS_E_BUDGET;
        err->pos = NSESS_FLOAT_TEXT_MAX;

        return NSESS_ERROR;
    }

    rest = text;
    negative = 0;

    if (rest.len != 0 && (*rest.data == '-' || *rest.data == '+')) {
        negative = (*rest.data == '-');

        rest.data++;
        rest.len--;
    }

    if (!nsess_float_word(rest, x)) {
        last = rest.data + rest.len;
        pos = nsess_float_scan(&d, rest.data, last);

        if (d.len == 0 || pos != last) {
            err->code = NSESS_E_SYNTAX;
            err->pos = text.len - (size_t) (last - pos);

            return NSESS_ERROR;
        }

        *x = nsess_float_value(&d);

        if (isinf(*x)) {
            err->code = NSESS_E_BUDGET;
            err->pos = 0;

            return NSESS_ERROR;
        }
    }

    if (negative) {
        *x = -*x;
    }

    return NSESS_OK;
}


/* 1: the text is one of the words, in any case of letters */

static int
nsess_float_word(nsess_str_t text, double *x)
{
    size_t  i;

    static const struct {
        nsess_str_t  word;
        double       value;
    } words[] = {
        { nsess_string("inf"), INFINITY },
        { nsess_string("infinity"), INFINITY },
        { nsess_string("nan"), NAN }
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (nsess_str_equal_nocase(text, words[i].word)) {
            *x = words[i].value;
            return 1;
        }
    }

    return 0;
}


/* returns where the number ends; d->len == 0: it is not a number */

static const uint8_t *
nsess_float_scan(nsess_decimal_t *d, const uint8_t *pos, const uint8_t *last)
{
    int  point;

    d->len = 0;
    d->exponent = 0;

    nsess_work((size_t) (last - pos));

    for (point = 0; pos < last; pos++) {

        if (*pos == '.' && !point) {
            point = 1;
            continue;
        }

        if (!nsess_is_digit(*pos)) {
            break;
        }

        d->digits[d->len++] = (char) *pos;
        d->exponent -= point;
    }

    if (d->len != 0 && pos < last && (*pos | 0x20) == 'e') {
        return nsess_float_scan_exponent(d, pos, last);
    }

    return pos;
}


/* pos is at the "e", and is returned if no exponent follows */

static const uint8_t *
nsess_float_scan_exponent(nsess_decimal_t *d, const uint8_t *pos,
    const uint8_t *last)
{
    int             exponent, negative;
    const uint8_t  *p, *digits;

    p = pos + 1;
    negative = 0;

    if (p < last && (*p == '-' || *p == '+')) {
        negative = (*p++ == '-');
    }

    digits = p;

    for (exponent = 0; p < last && nsess_is_digit(*p); p++) {
        exponent = exponent * 10 + (*p - '0');

        if (exponent > NSESS_FLOAT_EXPONENT) {
            exponent = NSESS_FLOAT_EXPONENT;
        }
    }

    if (p == digits) {
        return pos;
    }

    d->exponent += negative ? -exponent : exponent;

    return p;
}


double
nsess_float_get(const uint8_t *bytes)
{
    size_t    i;
    double    x;
    uint64_t  bits;

    bits = 0;

    for (i = 0; i < NSESS_FLOAT_LEN; i++) {
        bits = bits << 8 | bytes[i];
    }

    memcpy(&x, &bits, sizeof(double));

    return x;
}


void
nsess_float_put(nsess_writer_t *w, double x)
{
    size_t    i;
    uint8_t   bytes[NSESS_FLOAT_LEN];
    uint64_t  bits;

    bits = nsess_float_bits(x);

    for (i = NSESS_FLOAT_LEN; i != 0; i--) {
        bytes[i - 1] = (uint8_t) bits;
        bits >>= 8;
    }

    nsess_write(w, bytes, NSESS_FLOAT_LEN);
}


static uint64_t
nsess_float_bits(double x)
{
    uint64_t  bits;

    memcpy(&bits, &x, sizeof(double));

    return bits;
}
