/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_number.h"
#include "tap.h"


#define OUT_LEN  8192

#define bytes(text)  { sizeof(text) - 1, (const uint8_t *) text }


static void test_bytes(void);
static void test_int64(void);
static void test_texts(void);
static void test_refused(void);
static void test_prefixes(void);
static void test_digits(void);
static void test_too_many_digits(void);
static void test_long_bytes(void);
static void test_room(void);
static nsess_str_t guarded(const void *data, size_t len);
static size_t nines(uint8_t *text, int negative, size_t ndigits);


static const struct {
    nsess_str_t   bytes;
    nsess_str_t   longer;       /* the same, not minimal */
    const char   *text;
    int           big;          /* no int64_t */
} numbers[] = {
    { bytes(""), bytes("\0"), "0", 0 },
    { bytes("\x01"), bytes("\x01\0\0\0\0\0\0\0\0\0"), "1", 0 },
    { bytes("\xff"), bytes("\xff\xff\xff"), "-1", 0 },
    { bytes("\x7f"), bytes("\x7f\0"), "127", 0 },
    { bytes("\x80\0"), bytes("\x80\0\0"), "128", 0 },
    { bytes("\x80"), bytes("\x80\xff"), "-128", 0 },
    { bytes("\x7f\xff"), bytes("\x7f\xff\xff"), "-129", 0 },
    { bytes("\xff\0"), bytes("\xff\0\0"), "255", 0 },
    { bytes("\0\x01"), bytes("\0\x01\0"), "256", 0 },
    { bytes("\0\xff"), bytes("\0\xff\xff\xff\xff"), "-256", 0 },
    { bytes("\xff\xff\xff\x7f"), bytes("\xff\xff\xff\x7f\0"),
      "2147483647", 0 },
    { bytes("\0\0\0\x80\0"), bytes("\0\0\0\x80\0\0"), "2147483648", 0 },
    { bytes("\0\0\0\x80"), bytes("\0\0\0\x80\xff"), "-2147483648", 0 },
    { bytes("\xff\xff\xff\xff\0"), bytes("\xff\xff\xff\xff\0\0"),
      "4294967295", 0 },
    { bytes("\xff\xff\xff\xff\xff\xff\xff\x7f"),
      bytes("\xff\xff\xff\xff\xff\xff\xff\x7f\0"),
      "9223372036854775807", 0 },
    { bytes("\0\0\0\0\0\0\0\x80"), bytes("\0\0\0\0\0\0\0\x80\xff"),
      "-9223372036854775808", 0 },
    { bytes("\0\0\0\0\0\0\0\x80\0"), bytes("\0\0\0\0\0\0\0\x80\0\0"),
      "9223372036854775808", 1 },
    { bytes("\xff\xff\xff\xff\xff\xff\xff\x7f\xff"),
      bytes("\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff"),
      "-9223372036854775809", 1 },
    { bytes("\xff\xff\xff\xff\xff\xff\xff\xff\0"),
      bytes("\xff\xff\xff\xff\xff\xff\xff\xff\0\0"),
      "18446744073709551615", 1 },
    { bytes("\0\0\0\0\0\0\0\0\x01"), bytes("\0\0\0\0\0\0\0\0\x01\0"),
      "18446744073709551616", 1 },
    { bytes("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80"),
      bytes("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\xff"),
      "-170141183460469231731687303715884105728", 1 },
    { bytes("\0\0\0\0\0\x10\x9f\x4b\xb3\x15\x07\xc9\x7b\xce\x97\xc0\0"),
      bytes("\0\0\0\0\0\x10\x9f\x4b\xb3\x15\x07\xc9\x7b\xce\x97\xc0\0\0"),
      "256000000000000000000000000000000000000", 1 }
};


static const struct {
    const char     *text;
    size_t          pos;
} refused[] = {
    { "", 0 }, { "-", 1 }, { "+", 1 }, { "--1", 1 }, { "+-1", 1 },
    { " 1", 0 }, { "1 ", 1 }, { "\t1", 0 }, { "1\n", 1 }, { "1L", 1 },
    { "00", 1 }, { "01", 1 }, { "-01", 2 }, { "0x10", 1 }, { "1_0", 1 },
    { "1.0", 1 }, { "1e5", 1 }, { "1,000", 1 }, { "a", 0 }, { "12a", 2 },
    { "1/", 1 }, { "1:", 1 }, { "\xd9\xa1", 0 }
};


int
main(void)
{
    test_bytes();
    test_int64();
    test_texts();
    test_refused();
    test_prefixes();
    test_digits();
    test_too_many_digits();
    test_long_bytes();
    test_room();

    return done_testing();
}


static void
test_bytes(void)
{
    size_t          i;
    uint8_t         out[OUT_LEN];
    nsess_str_t     str;
    nsess_writer_t  w;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        str = numbers[i].bytes;

        nsess_writer_init(&w, out, OUT_LEN);
        ok(nsess_int_write(&w, guarded(str.data, str.len)) == NSESS_OK,
           "%s has a text", numbers[i].text);
        is_str(out, w.len, numbers[i].text, "it is the right one");

        str = numbers[i].longer;

        nsess_writer_init(&w, out, OUT_LEN);
        ok(nsess_int_write(&w, guarded(str.data, str.len)) == NSESS_OK,
           "and of more bytes, too");
        is_str(out, w.len, numbers[i].text, "it is the same");
    }
}


static void
test_int64(void)
{
    size_t        i, len;
    uint8_t       out[NSESS_INT64_LEN];
    int64_t       n, again;
    nsess_rc_t    wanted;
    nsess_str_t   str;
    nsess_err_t   err;
    const char   *text;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        text = numbers[i].text;
        wanted = numbers[i].big ? NSESS_DECLINED : NSESS_OK;
        n = 0;
        again = 0;

        ok(nsess_int_read64(guarded(text, strlen(text)), &n, &err) == wanted,
           "%s as int64_t, from text", text);

        str = numbers[i].longer;

        ok(nsess_int_get(guarded(str.data, str.len), &again) == wanted
           && again == n, "the same from more bytes");

        str = numbers[i].bytes;

        ok(nsess_int_get(guarded(str.data, str.len), &again) == wanted
           && again == n, "the same from minimal bytes");

        if (!numbers[i].big) {
            len = nsess_int_put(out, n);
            ok(len == str.len && memcmp(out, str.data, len) == 0,
               "and back to minimal bytes");
        }
    }
}


static void
test_texts(void)
{
    size_t          i;
    uint8_t         out[OUT_LEN];
    nsess_str_t     str;
    nsess_err_t     err;
    nsess_writer_t  w;
    const char     *text;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        text = numbers[i].text;
        str = numbers[i].bytes;

        nsess_writer_init(&w, out, OUT_LEN);
        ok(nsess_int_read(&w, guarded(text, strlen(text)), &err) == NSESS_OK
           && w.len == str.len && memcmp(out, str.data, w.len) == 0,
           "%s is read", text);
    }

    nsess_writer_init(&w, out, OUT_LEN);
    ok(nsess_int_read(&w, guarded("-0", 2), &err) == NSESS_OK && w.len == 0,
       "-0 is 0");

    nsess_writer_init(&w, out, OUT_LEN);
    ok(nsess_int_read(&w, guarded("+5", 2), &err) == NSESS_OK
       && w.len == 1 && out[0] == 5, "a plus sign is read");
}


static void
test_refused(void)
{
    size_t          i;
    int64_t         n;
    uint8_t         out[OUT_LEN];
    nsess_str_t     str;
    nsess_err_t     err;
    nsess_writer_t  w;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        str = guarded(refused[i].text, strlen(refused[i].text));

        nsess_writer_init(&w, out, OUT_LEN);
        ok(nsess_int_read(&w, str, &err) == NSESS_ERROR
           && err.code == NSESS_E_SYNTAX && w.len == 0,
           "text %d is refused", (int) i);
        ok(err.pos == refused[i].pos, "at byte %d", (int) refused[i].pos);

        ok(nsess_int_read64(str, &n, &err) == NSESS_ERROR
           && err.code == NSESS_E_SYNTAX && err.pos == refused[i].pos,
           "as int64_t, too");
    }
}


static void
test_prefixes(void)
{
    int          good;
    size_t       len;
    int64_t      n;
    nsess_rc_t   rc;
    nsess_err_t  err;

    static const char  text[] = "-123456789012345678901234567890";

    good = 1;

    for (len = 0; len < sizeof(text); len++) {
        rc = nsess_int_read64(guarded(text, len), &n, &err);

        good &= rc == (len < 2 ? NSESS_ERROR
                               : len < 21 ? NSESS_OK : NSESS_DECLINED);
    }

    ok(good, "each prefix of a number is judged by itself");
}


static void
test_digits(void)
{
    int             negative;
    size_t          len, n;
    uint8_t         text[OUT_LEN], bin[OUT_LEN], out[OUT_LEN];
    nsess_err_t     err;
    nsess_writer_t  w;

    for (negative = 0; negative <= 1; negative++) {
        len = nines(text, negative, NSESS_INT_DIGITS_MAX);

        nsess_writer_init(&w, NULL, SIZE_MAX);
        ok(nsess_int_read(&w, guarded(text, len), &err) == NSESS_OK
           && w.len == NSESS_INT_BYTES_MAX, "the most digits are counted");

        nsess_writer_init(&w, bin, w.len);
        ok(nsess_int_read(&w, guarded(text, len), &err) == NSESS_OK
           && w.error == NSESS_E_NONE, "they are read");
        n = w.len;

        nsess_writer_init(&w, out, OUT_LEN);
        ok(nsess_int_write(&w, guarded(bin, n)) == NSESS_OK
           && w.len == len && memcmp(out, text, len) == 0,
           "they are printed");

        len = nines(text, negative, NSESS_INT_DIGITS_MAX + 1);

        nsess_writer_init(&w, out, OUT_LEN);
        ok(nsess_int_read(&w, guarded(text, len), &err) == NSESS_ERROR
           && err.code == NSESS_E_BUDGET && err.pos == len - 1 && w.len == 0,
           "one more is refused");

        ok(nsess_int_check(guarded(text, len), &err) == NSESS_ERROR
           && err.code == NSESS_E_BUDGET, "by the check, too");

        text[len - 1] = 'x';

        ok(nsess_int_check(guarded(text, len), &err) == NSESS_ERROR
           && err.code == NSESS_E_SYNTAX, "what is no number is so first");
    }
}


/* 10 ** 4300 - 1 has a text, 10 ** 4300 none: of as many bytes */

static void
test_too_many_digits(void)
{
    size_t          len, i;
    uint8_t         text[OUT_LEN], bin[OUT_LEN], out[OUT_LEN];
    nsess_err_t     err;
    nsess_writer_t  w;

    len = nines(text, 0, NSESS_INT_DIGITS_MAX);

    nsess_writer_init(&w, bin, OUT_LEN);
    (void) nsess_int_read(&w, guarded(text, len), &err);
    len = w.len;

    for (i = 0; ++bin[i] == 0; i++) {
        /* void */
    }

    nsess_writer_init(&w, out, OUT_LEN);
    ok(nsess_int_write(&w, guarded(bin, len)) == NSESS_DECLINED && w.len == 0,
       "a digit too many is not printed");

    for (i = 0; i < len; i++) {
        bin[i] = (uint8_t) ~bin[i];
    }

    ok(nsess_int_write(&w, guarded(bin, len)) == NSESS_DECLINED && w.len == 0,
       "nor of a negative number");

    bin[len - 1] = 0x7f;

    ok(nsess_int_write(&w, guarded(bin, len)) == NSESS_DECLINED && w.len == 0,
       "the largest of so many bytes is not printed");

    bin[len] = 1;

    ok(nsess_int_write(&w, guarded(bin, len + 1)) == NSESS_DECLINED
       && w.len == 0, "a byte too many is not printed");
}


static void
test_long_bytes(void)
{
    size_t          len;
    uint8_t         bin[OUT_LEN], out[OUT_LEN];
    int64_t         n;
    nsess_writer_t  w;

    len = 4000;

    memset(bin, 0xff, len);

    nsess_writer_init(&w, out, OUT_LEN);
    ok(nsess_int_write(&w, guarded(bin, len)) == NSESS_OK,
       "4000 bytes of -1 have a text");
    is_str(out, w.len, "-1", "it is -1");

    memset(bin, 0, len);
    bin[9] = 1;

    nsess_writer_init(&w, out, OUT_LEN);
    ok(nsess_int_write(&w, guarded(bin, len)) == NSESS_OK,
       "4000 bytes of 2 ** 72 have a text");
    is_str(out, w.len, "4722366482869645213696", "it is 2 ** 72");

    ok(nsess_int_get(guarded(bin, len), &n) == NSESS_DECLINED,
       "it is no int64_t");
}


static void
test_room(void)
{
    size_t          i, size;
    uint8_t         out[OUT_LEN];
    nsess_str_t     str;
    nsess_err_t     err;
    nsess_writer_t  w;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        size = strlen(numbers[i].text);
        str = numbers[i].bytes;

        nsess_writer_init(&w, out, size);
        ok(nsess_int_write(&w, str) == NSESS_OK && w.error == NSESS_E_NONE,
           "%s fits", numbers[i].text);

        nsess_writer_init(&w, out, size - 1);
        ok(nsess_int_write(&w, str) == NSESS_OK
           && w.error == NSESS_E_OVERFLOW, "not with a byte less");

        if (str.len == 0) {
            continue;
        }

        nsess_writer_init(&w, out, str.len - 1);
        ok(nsess_int_read(&w, guarded(numbers[i].text, size), &err) == NSESS_OK
           && w.error == NSESS_E_OVERFLOW && w.len == 0,
           "nor its bytes with one less");
    }
}


/* beyond a page there is no guard */

static nsess_str_t
guarded(const void *data, size_t len)
{
    nsess_str_t  str;

    str.len = len;
    str.data = len > 4096 ? data : guard(data, len);

    return str;
}


static size_t
nines(uint8_t *text, int negative, size_t ndigits)
{
    text[0] = '-';
    memset(text + negative, '9', ndigits);

    return ndigits + (size_t) negative;
}
