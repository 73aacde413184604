/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <float.h>
#include <math.h>
#include <string.h>

#include "guard.h"
#include "nsess_number.h"
#include "tap.h"


#define MAX_LEN  1024


static void test_repr(void);
static void test_words(void);
static void test_spellings(void);
static void test_refused(void);
static void test_prefixes(void);
static void test_length(void);
static void test_bytes(void);
static void test_powers_of_two(void);
static nsess_str_t guarded(const char *text, size_t len);
static int same(double one, double two);


static const struct {
    double       x;
    const char  *repr;
} floats[] = {
    { 0.0, "0.0" }, { -0.0, "-0.0" }, { 1.0, "1.0" }, { -1.5, "-1.5" },
    { 0.1, "0.1" }, { 0.1 + 0.2, "0.30000000000000004" },
    { 100.0, "100.0" }, { 123456.789, "123456.789" },
    { 1234567890123456.0, "1234567890123456.0" },
    { 9999999999999998.0, "9999999999999998.0" },
    { 1e15, "1000000000000000.0" }, { 1e16, "1e+16" },
    { 12345678901234568.0, "1.2345678901234568e+16" },
    { 1e22, "1e+22" }, { 1e23, "1e+23" }, { 1e100, "1e+100" },
    { 0.001, "0.001" }, { 0.0001, "0.0001" }, { 0.00012, "0.00012" },
    { 0.00001, "1e-05" }, { 0.000012, "1.2e-05" }, { 1e-10, "1e-10" },
    { 1e-100, "1e-100" }, { DBL_MAX, "1.7976931348623157e+308" },
    { DBL_MIN, "2.2250738585072014e-308" },
    { -DBL_MIN, "-2.2250738585072014e-308" },
    { 2.225073858507201e-308, "2.225073858507201e-308" },
    { 5e-324, "5e-324" }, { -1e-323, "-1e-323" },

    /* not the nearest of 16 digits, which are another double */
    { 5.684341886080802e-14, "5.684341886080802e-14" },

    { INFINITY, "inf" }, { -INFINITY, "-inf" }
};


static const struct {
    const char  *text;
    double       x;
} spellings[] = {
    { "0", 0.0 }, { "-0", -0.0 }, { "+1", 1.0 }, { ".5", 0.5 }, { "5.", 5.0 },
    { "-.5e1", -5.0 }, { "5.e1", 50.0 }, { "1E5", 1e5 }, { "1e+5", 1e5 },
    { "1e-5", 1e-5 }, { "1e005", 1e5 }, { "007.5", 7.5 },
    { "0e99999999999999999999", 0.0 }, { "1e-99999999999999999999", 0.0 },
    { "2e-324", 0.0 }, { "3e-324", 5e-324 }, { "-1e-400", -0.0 },
    { "9007199254740993", 9007199254740992.0 },
    { "9007199254740993.00000000000000000001", 9007199254740994.0 },
    { "1.7976931348623158e308", DBL_MAX }
};


static const struct {
    const char     *text;
    nsess_error_e   code;
    size_t          pos;
} refused[] = {
    { "", NSESS_E_SYNTAX, 0 }, { "-", NSESS_E_SYNTAX, 1 },
    { "+", NSESS_E_SYNTAX, 1 }, { ".", NSESS_E_SYNTAX, 1 },
    { "-.", NSESS_E_SYNTAX, 2 }, { "--1", NSESS_E_SYNTAX, 1 },
    { "1,5", NSESS_E_SYNTAX, 1 }, { "1.000,5", NSESS_E_SYNTAX, 5 },
    { " 1", NSESS_E_SYNTAX, 0 }, { "1 ", NSESS_E_SYNTAX, 1 },
    { "1_0", NSESS_E_SYNTAX, 1 }, { "0x10", NSESS_E_SYNTAX, 1 },
    { "0x1p3", NSESS_E_SYNTAX, 1 }, { "1.5.5", NSESS_E_SYNTAX, 3 },
    { "e5", NSESS_E_SYNTAX, 0 }, { ".e5", NSESS_E_SYNTAX, 1 },
    { "1e", NSESS_E_SYNTAX, 1 }, { "1e+", NSESS_E_SYNTAX, 1 },
    { "1e5.5", NSESS_E_SYNTAX, 3 }, { "1e5e5", NSESS_E_SYNTAX, 3 },
    { "in", NSESS_E_SYNTAX, 0 }, { "infi", NSESS_E_SYNTAX, 0 },
    { "infinityx", NSESS_E_SYNTAX, 0 }, { "nan()", NSESS_E_SYNTAX, 0 },
    { "\x0e\x01\x0e", NSESS_E_SYNTAX, 0 }, { "1.5f", NSESS_E_SYNTAX, 3 },
    { "1e400", NSESS_E_BUDGET, 0 }, { "-1e400", NSESS_E_BUDGET, 0 },
    { "1.7976931348623159e308", NSESS_E_BUDGET, 0 },
    { "1e99999999999999999999", NSESS_E_BUDGET, 0 }
};


int
main(void)
{
    test_repr();
    test_words();
    test_spellings();
    test_refused();
    test_prefixes();
    test_length();
    test_bytes();
    test_powers_of_two();

    return done_testing();
}


static void
test_repr(void)
{
    size_t          i, len;
    double          x;
    uint8_t         out[NSESS_FLOAT_REPR_MAX];
    nsess_err_t     err;
    nsess_writer_t  w;
    const char     *repr;

    for (i = 0; i < sizeof(floats) / sizeof(floats[0]); i++) {
        repr = floats[i].repr;
        len = strlen(repr);

        nsess_writer_init(&w, NULL, SIZE_MAX);
        nsess_float_write(&w, floats[i].x);
        ok(w.len == len, "%s is counted", repr);

        nsess_writer_init(&w, out, len);
        nsess_float_write(&w, floats[i].x);
        is_str(out, w.len, repr, "it is printed");

        nsess_writer_init(&w, out, len - 1);
        nsess_float_write(&w, floats[i].x);
        ok(w.error == NSESS_E_OVERFLOW, "not with a byte less");

        ok(nsess_float_read(guarded(repr, len), &x, &err) == NSESS_OK
           && same(x, floats[i].x), "it is read back");
    }
}


static void
test_words(void)
{
    size_t          i;
    double          x;
    uint8_t         out[NSESS_FLOAT_REPR_MAX];
    nsess_err_t     err;
    nsess_writer_t  w;

    static const char  *words[] = {
        "nan", "-nan", "+NaN", "inf", "-Inf", "+INF", "infinity", "-Infinity"
    };

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        x = 0;

        ok(nsess_float_read(guarded(words[i], strlen(words[i])), &x, &err)
           == NSESS_OK, "\"%s\" is read", words[i]);
        ok(i < 3 ? isnan(x) : isinf(x), "it is what it says");
        ok((signbit(x) != 0) == (words[i][0] == '-'), "with its sign");
    }

    nsess_writer_init(&w, out, NSESS_FLOAT_REPR_MAX);
    nsess_float_write(&w, -NAN);
    is_str(out, w.len, "nan", "a nan is printed without its sign");
}


static void
test_spellings(void)
{
    size_t        i;
    double        x;
    nsess_err_t   err;
    const char   *text;

    for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        text = spellings[i].text;

        ok(nsess_float_read(guarded(text, strlen(text)), &x, &err) == NSESS_OK
           && same(x, spellings[i].x), "\"%s\" is read", text);
    }
}


static void
test_refused(void)
{
    size_t        i;
    double        x;
    nsess_err_t   err;
    const char   *text;

    for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        text = refused[i].text;

        ok(nsess_float_read(guarded(text, strlen(text)), &x, &err)
           == NSESS_ERROR && err.code == refused[i].code,
           "text %d is refused", (int) i);
        ok(err.pos == refused[i].pos, "at byte %d", (int) refused[i].pos);
    }
}


/* without a digit, or with one missing behind "e", it is no number */

static void
test_prefixes(void)
{
    int          good;
    size_t       len;
    double       x;
    nsess_rc_t   rc;
    nsess_err_t  err;

    static const char  text[] = "-2.2250738585072014e-308";

    good = 1;

    for (len = 0; len < sizeof(text); len++) {
        rc = nsess_float_read(guarded(text, len), &x, &err);

        if (len < 2 || len == 20 || len == 21) {
            good &= rc == NSESS_ERROR && err.code == NSESS_E_SYNTAX;

        } else {
            good &= rc == NSESS_OK;
        }
    }

    ok(good, "each prefix of a number is judged by itself");
}


static void
test_length(void)
{
    char         text[MAX_LEN];
    double       x;
    nsess_err_t  err;

    memset(text, '0', sizeof(text));
    text[NSESS_FLOAT_TEXT_MAX - 1] = '7';

    ok(nsess_float_read(guarded(text, NSESS_FLOAT_TEXT_MAX), &x, &err)
       == NSESS_OK && same(x, 7.0), "the longest text is read");

    ok(nsess_float_read(guarded(text, NSESS_FLOAT_TEXT_MAX + 1), &x, &err)
       == NSESS_ERROR && err.code == NSESS_E_BUDGET
       && err.pos == NSESS_FLOAT_TEXT_MAX, "a longer one is refused");

    memset(text, '9', sizeof(text));
    memcpy(text + NSESS_FLOAT_TEXT_MAX - 7, "e-99999", 7);

    ok(nsess_float_read(guarded(text, NSESS_FLOAT_TEXT_MAX), &x, &err)
       == NSESS_OK && same(x, 0.0), "the longest has an exponent, too");

    memset(text, '0', sizeof(text));
    text[1] = '.';
    memcpy(text + NSESS_FLOAT_TEXT_MAX - 6, "1e+506", 6);

    ok(nsess_float_read(guarded(text, NSESS_FLOAT_TEXT_MAX), &x, &err)
       == NSESS_OK && same(x, 10.0), "which is added to that of the point");
}


static void
test_bytes(void)
{
    uint8_t         out[NSESS_FLOAT_LEN];
    nsess_writer_t  w;

    static const char  bytes[] = "\xc0\x09\x21\xfb\x54\x44\x2d\x18";

    ok(same(nsess_float_get(guard(bytes, NSESS_FLOAT_LEN)),
            -3.141592653589793), "eight bytes are a double");

    nsess_writer_init(&w, out, NSESS_FLOAT_LEN);
    nsess_float_put(&w, -3.141592653589793);
    ok(w.len == NSESS_FLOAT_LEN && memcmp(out, bytes, w.len) == 0,
       "and back");

    nsess_writer_init(&w, out, NSESS_FLOAT_LEN - 1);
    nsess_float_put(&w, 1.0);
    ok(w.error == NSESS_E_OVERFLOW && w.len == 0, "not into seven");

    nsess_writer_init(&w, out, NSESS_FLOAT_LEN);
    nsess_float_put(&w, nsess_float_get((const uint8_t *)
                                        "\xff\xf4\0\0\0\0\0\x01"));
    ok(memcmp(out + 4, "\0\0\0\x01", 4) == 0, "a nan keeps its payload");
}


/* and their neighbours: where doubles change their distance */

static void
test_powers_of_two(void)
{
    int             exponent, good;
    size_t          i;
    double          x[3], again;
    uint8_t         out[NSESS_FLOAT_REPR_MAX];
    nsess_str_t     str;
    nsess_err_t     err;
    nsess_writer_t  w;

    good = 1;
    x[1] = 5e-324;

    for (exponent = -1074; exponent <= DBL_MAX_EXP - 1; exponent++) {
        x[0] = x[1] - x[1] * DBL_EPSILON / 2;
        x[2] = x[1] + x[1] * DBL_EPSILON;

        for (i = 0; i < 3; i++) {
            nsess_writer_init(&w, out, NSESS_FLOAT_REPR_MAX);
            nsess_float_write(&w, x[i]);

            str.data = out;
            str.len = w.len;

            good &= w.error == NSESS_E_NONE
                    && nsess_float_read(str, &again, &err) == NSESS_OK
                    && same(again, x[i]);
        }

        x[1] *= 2;
    }

    ok(good, "powers of two and their neighbours are read back");
    ok(isinf(x[1]), "up to the last");
}


static nsess_str_t
guarded(const char *text, size_t len)
{
    nsess_str_t  str;

    str.len = len;
    str.data = guard(text, len);

    return str;
}


static int
same(double one, double two)
{
    return memcmp(&one, &two, sizeof(double)) == 0;
}
