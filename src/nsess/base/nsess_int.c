/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Integers of any size as Python prints and reads them. */


#include <string.h>

#include "nsess_number.h"
#include "nsess_str.h"
#include "nsess_work.h"


/* a number of any size is limbs of 32 bits, or groups of 9 digits */
#define NSESS_INT_LIMBS         ((NSESS_INT_BYTES_MAX + 3) / 4)
#define NSESS_INT_GROUP_DIGITS  9
#define NSESS_INT_GROUP         1000000000

/* groups in one pass of division: a processor works on them side by side */
#define NSESS_INT_LANES         4

/* NSESS_INT_BYTES_MAX bytes have up to 4301 digits */
#define NSESS_INT_GROUPS                                                      \
    (NSESS_INT_DIGITS_MAX / NSESS_INT_GROUP_DIGITS + 1 + NSESS_INT_LANES)


static size_t nsess_int_limbs(uint32_t *limbs, nsess_str_t bytes);
static void nsess_int_divide(uint32_t *limbs, size_t *n, uint32_t *groups);
static uint32_t nsess_int_step(uint64_t *rest, uint32_t limb);
static void nsess_int_write_group(nsess_writer_t *w, uint32_t group);
static int nsess_int_sign(nsess_str_t *text);
static void nsess_int_multiply(uint32_t *limbs, size_t *n, uint32_t group);
static size_t nsess_int_bytes(uint8_t *bytes, const uint32_t *limbs, size_t n,
    int negative);


nsess_rc_t
nsess_int_write(nsess_writer_t *w, nsess_str_t bytes)
{
    size_t    n, ngroups, ndigits;
    int64_t   small;
    uint32_t  top, limbs[NSESS_INT_LIMBS], groups[NSESS_INT_GROUPS];

    if (nsess_int_get(bytes, &small) == NSESS_OK) {
        nsess_write_int(w, small);
        return NSESS_OK;
    }

    bytes = nsess_int_minimal(bytes);

    if (bytes.len > NSESS_INT_BYTES_MAX) {
        return NSESS_DECLINED;
    }

    n = nsess_int_limbs(limbs, bytes);
    ngroups = 0;

    do {
        nsess_int_divide(limbs, &n, &groups[ngroups]);
        ngroups += NSESS_INT_LANES;
    } while (n != 0);

    while (ngroups > 1 && groups[ngroups - 1] == 0) {
        ngroups--;
    }

    ndigits = (ngroups - 1) * NSESS_INT_GROUP_DIGITS;

    for (top = groups[ngroups - 1]; top != 0; top /= 10) {
        ndigits++;
    }

    if (ndigits > NSESS_INT_DIGITS_MAX) {
        return NSESS_DECLINED;
    }

    if (bytes.data[bytes.len - 1] & 0x80) {
        nsess_write_char(w, '-');
    }

    nsess_write_uint(w, groups[--ngroups]);

    while (ngroups != 0) {
        nsess_int_write_group(w, groups[--ngroups]);
    }

    return NSESS_OK;
}


nsess_rc_t
nsess_int_get(nsess_str_t bytes, int64_t *n)
{
    size_t    i;
    uint64_t  value;

    bytes = nsess_int_minimal(bytes);

    if (bytes.len > NSESS_INT64_LEN) {
        return NSESS_DECLINED;
    }

    value = 0;

    nsess_work(bytes.len);

    if (bytes.len != 0 && bytes.data[bytes.len - 1] & 0x80) {
        value = UINT64_MAX;
    }

    for (i = bytes.len; i != 0; i--) {
        value = value << 8 | bytes.data[i - 1];
    }

    *n = (int64_t) value;

    return NSESS_OK;
}


size_t
nsess_int_put(uint8_t *buf, int64_t n)
{
    size_t       i;
    uint64_t     value;
    nsess_str_t  bytes;

    value = (uint64_t) n;

    for (i = 0; i < NSESS_INT64_LEN; i++) {
        buf[i] = (uint8_t) value;
        value >>= 8;
    }

    bytes.data = buf;
    bytes.len = NSESS_INT64_LEN;

    return nsess_int_minimal(bytes).len;
}


nsess_str_t
nsess_int_minimal(nsess_str_t bytes)
{
    uint8_t  top, sign;

    while (bytes.len != 0) {
        top = bytes.data[bytes.len - 1];
        sign = 0;

        if (bytes.len > 1 && bytes.data[bytes.len - 2] & 0x80) {
            sign = 0xff;
        }

        nsess_work(1);

        if (top != sign) {
            break;
        }

        bytes.len--;
    }

    return bytes;
}


/* takes the absolute value; returns the number of limbs, without zeros at the
   end */

static size_t
nsess_int_limbs(uint32_t *limbs, nsess_str_t bytes)
{
    size_t    i, n;
    uint8_t   flip;
    uint32_t  byte;

    n = (bytes.len + 3) / 4;
    flip = bytes.data[bytes.len - 1] & 0x80 ? 0xff : 0;

    memset(limbs, 0, n * sizeof(uint32_t));

    for (i = 0; i < bytes.len; i++) {
        byte = bytes.data[i] ^ flip;
        limbs[i / 4] |= byte << i % 4 * 8;
    }

    if (flip != 0) {
        for (i = 0; i < n && ++limbs[i] == 0; i++) {
            /* void */
        }
    }

    while (n != 0 && limbs[n - 1] == 0) {
        n--;
    }

    return n;
}


/* divides, and leaves the last groups of digits in groups, the least first */

static void
nsess_int_divide(uint32_t *limbs, size_t *n, uint32_t *groups)
{
    size_t    i;
    uint32_t  limb;
    uint64_t  rest[NSESS_INT_LANES] = { 0, 0, 0, 0 };

    nsess_work(*n);

    for (i = *n; i != 0; i--) {
        limb = nsess_int_step(&rest[0], limbs[i - 1]);
        limb = nsess_int_step(&rest[1], limb);
        limb = nsess_int_step(&rest[2], limb);
        limbs[i - 1] = nsess_int_step(&rest[3], limb);
    }

    while (*n != 0 && limbs[*n - 1] == 0) {
        (*n)--;
    }

    for (i = 0; i < NSESS_INT_LANES; i++) {
        groups[i] = (uint32_t) rest[i];
    }
}


/* divides one limb by NSESS_INT_GROUP; returns the limb of the quotient */

static uint32_t
nsess_int_step(uint64_t *rest, uint32_t limb)
{
    uint64_t  value, quotient;

    value = *rest << 32 | limb;
    quotient = value / NSESS_INT_GROUP;

    *rest = value - quotient * NSESS_INT_GROUP;

    return (uint32_t) quotient;
}


/* with the zeros before it */

static void
nsess_int_write_group(nsess_writer_t *w, uint32_t group)
{
    size_t   i;
    uint8_t  digits[NSESS_INT_GROUP_DIGITS];

    for (i = NSESS_INT_GROUP_DIGITS; i != 0; i--) {
        digits[i - 1] = (uint8_t) ('0' + group % 10);
        group /= 10;
    }

    nsess_write(w, digits, NSESS_INT_GROUP_DIGITS);
}


nsess_rc_t
nsess_int_check(nsess_str_t text, nsess_err_t *err)
{
    size_t       i, sign;
    nsess_str_t  digits;

    digits = text;
    (void) nsess_int_sign(&digits);
    sign = text.len - digits.len;

    nsess_work(digits.len);

    for (i = 0; i < digits.len; i++) {

        if (!nsess_is_digit(digits.data[i])) {
            break;
        }

        if (i == 1 && digits.data[0] == '0') {
            break;
        }
    }

    if (i == 0 || i != digits.len) {
        err->code = NSESS_E_SYNTAX;
        err->pos = sign + i;

        return NSESS_ERROR;
    }

    if (digits.len > NSESS_INT_DIGITS_MAX) {
        err->code = NSESS_E_BUDGET;
        err->pos = sign + NSESS_INT_DIGITS_MAX;

        return NSESS_ERROR;
    }

    return NSESS_OK;
}


nsess_rc_t
nsess_int_read(nsess_writer_t *w, nsess_str_t text, nsess_err_t *err)
{
    int       negative;
    size_t    i, n;
    uint8_t   bytes[NSESS_INT_LIMBS * 4 + 1];
    uint32_t  group, limbs[NSESS_INT_LIMBS];

    if (nsess_int_check(text, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    negative = nsess_int_sign(&text);

    n = 0;
    group = 0;

    for (i = 0; i < text.len; i++) {
        group = group * 10 + (uint32_t) (text.data[i] - '0');

        if ((text.len - i) % NSESS_INT_GROUP_DIGITS == 1) {
            nsess_int_multiply(limbs, &n, group);
            group = 0;
        }
    }

    nsess_write(w, bytes, nsess_int_bytes(bytes, limbs, n, negative));

    return NSESS_OK;
}


/* skips the sign; 1: it is "-" */

static int
nsess_int_sign(nsess_str_t *text)
{
    int  negative;

    negative = 0;

    if (text->len != 0 && (*text->data == '-' || *text->data == '+')) {
        negative = (*text->data == '-');

        text->data++;
        text->len--;
    }

    return negative;
}


/* multiplies by NSESS_INT_GROUP, and adds the group */

static void
nsess_int_multiply(uint32_t *limbs, size_t *n, uint32_t group)
{
    size_t    i;
    uint64_t  value;

    value = group;

    nsess_work(*n + 1);

    for (i = 0; i < *n; i++) {
        value += (uint64_t) limbs[i] * NSESS_INT_GROUP;
        limbs[i] = (uint32_t) value;
        value >>= 32;
    }

    if (value != 0) {
        limbs[(*n)++] = (uint32_t) value;
    }
}


/* writes two's complement; returns the number of minimal bytes */

static size_t
nsess_int_bytes(uint8_t *bytes, const uint32_t *limbs, size_t n, int negative)
{
    size_t       i;
    unsigned     carry;
    nsess_str_t  str;

    str.data = bytes;
    str.len = n * 4 + 1;

    for (i = 0; i < n * 4; i++) {
        bytes[i] = (uint8_t) (limbs[i / 4] >> i % 4 * 8);
    }

    bytes[i] = 0;

    if (negative) {
        carry = 1;

        for (i = 0; i < str.len; i++) {
            carry += (uint8_t) ~bytes[i];
            bytes[i] = (uint8_t) carry;
            carry >>= 8;
        }
    }

    return nsess_int_minimal(str).len;
}


nsess_rc_t
nsess_int_read64(nsess_str_t text, int64_t *n, nsess_err_t *err)
{
    int             negative;
    uint64_t        value, max;
    const uint8_t  *last;

    if (nsess_int_check(text, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    negative = nsess_int_sign(&text);

    max = (uint64_t) INT64_MAX + (negative ? 1 : 0);
    last = text.data + text.len;

    if (nsess_uint_read(text.data, last, max, &value) != last) {
        return NSESS_DECLINED;
    }

    *n = (int64_t) (negative ? 0 - value : value);

    return NSESS_OK;
}
