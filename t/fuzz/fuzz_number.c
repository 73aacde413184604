/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The input is the bytes of an int, a decimal number, the line of a float,
 * and doubles.  What is printed is read back as the same; what is read is
 * what libc and a plain grammar make of it.
 */


#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "nsess_number.h"
#include "work.h"


#define ROOM  8192

/*
 * steps for a byte: a limb of 4 bytes is divided by each group of 9 digits,
 * of which there are NSESS_INT_DIGITS_MAX / 9; so for reading
 */
#define WORK  (NSESS_INT_DIGITS_MAX / 9 / 4)

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_int_bytes(nsess_str_t bytes);
static void fuzz_int_text(nsess_str_t text);
static void fuzz_float_bytes(const uint8_t *data);
static void fuzz_float_text(nsess_str_t text);
static int is_int(nsess_str_t text);
static int is_float(const char *text, double *x);
static int same_int(nsess_str_t one, nsess_str_t two);
static int same_float(double one, double two);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_str_t  str;

    str.data = data;
    str.len = size;

    fuzz_int_bytes(str);
    fuzz_int_text(str);
    fuzz_float_text(str);

    for ( /* void */ ; size >= NSESS_FLOAT_LEN; size -= NSESS_FLOAT_LEN) {
        fuzz_float_bytes(data);
        data += NSESS_FLOAT_LEN;
    }

    return 0;
}


static void
fuzz_int_bytes(nsess_str_t bytes)
{
    int64_t         n, m;
    uint8_t         out[ROOM], again[ROOM];
    nsess_rc_t      rc;
    nsess_str_t     text, str;
    nsess_err_t     err;
    nsess_writer_t  w;

    nsess_writer_init(&w, out, ROOM);
    work_begin();
    rc = nsess_int_write(&w, bytes);
    work_end("an int is written", bytes.len, WORK);
    check(w.error == NSESS_E_NONE);

    if (rc == NSESS_DECLINED) {
        check(w.len == 0 && bytes.len >= NSESS_INT_BYTES_MAX);
        return;
    }

    check(rc == NSESS_OK);
    text.data = out;
    text.len = w.len;
    check(nsess_int_check(text, &err) == NSESS_OK);

    nsess_writer_init(&w, again, ROOM);
    check(nsess_int_read(&w, text, &err) == NSESS_OK);
    check(w.error == NSESS_E_NONE);
    str.data = again;
    str.len = w.len;
    check(same_int(bytes, str) && str.len <= bytes.len);

    rc = nsess_int_get(bytes, &n);
    check(rc == (str.len <= NSESS_INT64_LEN ? NSESS_OK : NSESS_DECLINED));
    check(nsess_int_read64(text, &m, &err) == rc);
    check(rc != NSESS_OK || n == m);

    if (rc == NSESS_OK) {
        check(nsess_int_put(out, n) == str.len);
        check(memcmp(out, again, str.len) == 0);
    }
}


static void
fuzz_int_text(nsess_str_t text)
{
    uint8_t         out[ROOM], bin[ROOM];
    nsess_rc_t      rc;
    nsess_str_t     bytes;
    nsess_err_t     err;
    nsess_writer_t  w;

    nsess_writer_init(&w, bin, ROOM);
    work_begin();
    rc = nsess_int_read(&w, text, &err);
    work_end("an int is read", text.len, WORK);

    if (rc != NSESS_OK) {
        check(rc == NSESS_ERROR && w.len == 0 && err.pos <= text.len);
        check((err.code == NSESS_E_SYNTAX) == !is_int(text));
        check(err.code == NSESS_E_SYNTAX || text.len > NSESS_INT_DIGITS_MAX);
        return;
    }

    check(is_int(text) && w.error == NSESS_E_NONE);
    check(w.len <= NSESS_INT_BYTES_MAX);

    bytes.data = bin;
    bytes.len = w.len;

    nsess_writer_init(&w, out, ROOM);
    check(nsess_int_write(&w, bytes) == NSESS_OK);

    if (*text.data == '+' || (text.len == 2 && memcmp(text.data, "-0", 2) == 0))
    {
        text.data++;
        text.len--;
    }

    check(w.len == text.len && memcmp(out, text.data, w.len) == 0);
}


static void
fuzz_float_bytes(const uint8_t *data)
{
    int             ndigits;
    char            text[NSESS_FLOAT_REPR_MAX + 1], shorter[64];
    size_t          i;
    double          x, again;
    uint8_t         bytes[NSESS_FLOAT_LEN];
    nsess_str_t     str;
    nsess_err_t     err;
    nsess_writer_t  w;

    x = nsess_float_get(data);

    nsess_writer_init(&w, bytes, NSESS_FLOAT_LEN);
    nsess_float_put(&w, x);
    check(memcmp(bytes, data, NSESS_FLOAT_LEN) == 0);

    nsess_writer_init(&w, (uint8_t *) text, NSESS_FLOAT_REPR_MAX);
    work_begin();
    nsess_float_write(&w, x);
    work_end("a float is written", 0, 0);
    check(w.error == NSESS_E_NONE);
    text[w.len] = '\0';

    str.data = (uint8_t *) text;
    str.len = w.len;
    check(nsess_float_read(str, &again, &err) == NSESS_OK);
    check(same_float(x, again) && same_float(x, strtod(text, NULL)));

    if (!isfinite(x)) {
        return;
    }

    /* no fewer digits would do; the last one of "1.0" may be for show */

    ndigits = 0;

    for (i = 0; i < str.len && text[i] != 'e'; i++) {
        ndigits += (ndigits != 0 && text[i] != '.') || (text[i] >= '1'
                                                        && text[i] <= '9');
    }

    while (i-- != 0 && (text[i] == '0' || text[i] == '.')) {
        ndigits -= text[i] == '0';
    }

    if (ndigits > 1) {
        (void) snprintf(shorter, sizeof(shorter), "%.*e", ndigits - 2, x);
        check(!same_float(x, strtod(shorter, NULL)));
    }
}


static void
fuzz_float_text(nsess_str_t text)
{
    int          good;
    char        *copy;
    double       x, wanted;
    nsess_rc_t   rc;
    nsess_err_t  err;

    copy = malloc(text.len + 1);
    check(copy != NULL);
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';

    good = memchr(copy, '\0', text.len) == NULL && is_float(copy, &wanted);
    work_begin();
    rc = nsess_float_read(text, &x, &err);
    work_end("a float is read", text.len, WORK);

    if (rc != NSESS_OK) {
        check(rc == NSESS_ERROR && err.pos <= text.len);
        check(!good || err.code == NSESS_E_BUDGET);
        check(err.code == NSESS_E_SYNTAX || text.len > NSESS_FLOAT_TEXT_MAX
              || (good && isinf(wanted)));

    } else {
        check(good && same_float(x, wanted));
    }

    free(copy);
}


static int
is_int(nsess_str_t text)
{
    size_t  i;

    if (text.len != 0 && memchr("+-", *text.data, 2) != NULL) {
        text.data++;
        text.len--;
    }

    for (i = 0; i < text.len; i++) {
        if (memchr("0123456789", text.data[i], 10) == NULL) {
            return 0;
        }
    }

    return text.len == 1 || (text.len != 0 && *text.data != '0');
}


/* libc reads it to its end, and it is nothing of what libc reads beyond */

static int
is_float(const char *text, double *x)
{
    char        *end;
    size_t       len;
    const char  *p;

    len = strlen(text);
    p = text + (*text == '-' || *text == '+');

    *x = strtod(text, &end);

    if (len == 0 || end != text + len) {
        return 0;
    }

    if (strspn(text, "0123456789+-.eE") == len) {
        return 1;
    }

    return strcasecmp(p, "inf") == 0 || strcasecmp(p, "infinity") == 0
           || strcasecmp(p, "nan") == 0;
}


static int
same_int(nsess_str_t one, nsess_str_t two)
{
    size_t   i;
    uint8_t  sign_one, sign_two;

    sign_one = one.len != 0 && one.data[one.len - 1] & 0x80 ? 0xff : 0;
    sign_two = two.len != 0 && two.data[two.len - 1] & 0x80 ? 0xff : 0;

    for (i = 0; i < one.len || i < two.len; i++) {
        if ((i < one.len ? one.data[i] : sign_one)
            != (i < two.len ? two.data[i] : sign_two))
        {
            return 0;
        }
    }

    return sign_one == sign_two;
}


static int
same_float(double one, double two)
{
    if (isnan(one) || isnan(two)) {
        return isnan(one) && isnan(two);
    }

    return memcmp(&one, &two, sizeof(double)) == 0;
}
