/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_str.h"
#include "str.h"
#include "tap.h"


static void test_find(void);
static void test_trim(void);
static void test_equal(void);
static void test_nocase(void);
static void test_word(void);
static void test_uint(void);
static void test_hex_read(void);
static void test_hex_write(void);
static size_t uint(const char *text, uint64_t max, uint64_t *n);
static uint32_t hex(const char *text, size_t n);


int
main(void)
{
    test_find();
    test_trim();
    test_equal();
    test_nocase();
    test_word();
    test_uint();
    test_hex_read();
    test_hex_write();

    return done_testing();
}


static void
test_find(void)
{
    nsess_str_t  s;

    s = str("a;b;");

    ok(nsess_str_find(s.data, s.data + s.len, ';') == s.data + 1,
       "the first of several bytes");
    ok(nsess_str_find(s.data, s.data + 1, ';') == s.data + 1,
       "the end where it is not there");
    ok(nsess_str_find(NULL, NULL, ';') == NULL, "nothing holds no byte");

    ok(nsess_str_first(s.data, s.data + 4, 3) == s.data + 3
       && nsess_str_first(s.data, s.data + 4, 4) == s.data + 4
       && nsess_str_first(s.data, s.data + 4, SIZE_MAX) == s.data + 4,
       "the first bytes of a span, or all");
}


static void
test_trim(void)
{
    nsess_str_t  s;

    s = nsess_str_trim(str(" \t a b\t "));
    is_str(s.data, s.len, "a b", "blanks at both ends are cut off");

    s = nsess_str_trim_left(str(" \t a \t"));
    is_str(s.data, s.len, "a \t", "blanks at the beginning are cut off");

    s = nsess_str_trim(str("\t \t"));
    ok(s.len == 0, "nothing is left of blanks");

    s = nsess_str_trim(str("\na\r"));
    is_str(s.data, s.len, "\na\r", "ends of lines are no blanks");
}


static void
test_equal(void)
{
    nsess_str_t  none = { 0, NULL };

    ok(nsess_str_equal(str("a"), str("a")), "the same byte");
    ok(!nsess_str_equal(str("a"), str("A")), "another case is another byte");
    ok(!nsess_str_equal(str("a"), str("ab")), "another length");
    ok(nsess_str_equal(none, str("")), "nothing is equal to nothing");
    ok(nsess_str_equal(none, none), "nothing needs no address");
}


static void
test_nocase(void)
{
    int          good;
    unsigned     x, y;
    uint8_t      a, b;
    nsess_str_t  one = { 1, &a }, two = { 1, &b };

    good = 1;

    for (x = 0; x < 256; x++) {
        for (y = 0; y < 256; y++) {
            a = (uint8_t) x;
            b = (uint8_t) y;

            good &= nsess_str_equal_nocase(one, two)
                    == (x == y || (((x ^ y) == 0x20 && nsess_is_alnum(a)
                                    && nsess_is_alnum(b))));
        }
    }

    ok(good, "only letters have a case");

    ok(nsess_str_equal_nocase(str("SeT-1"), str("sEt-1")), "a word");
    ok(!nsess_str_equal_nocase(str("set"), str("sett")), "a longer word");
    ok(nsess_str_begins_nocase(str("X-Set"), str("x-")), "a prefix");
    ok(nsess_str_begins_nocase(str("x-"), str("X-")), "a prefix alone");
    ok(nsess_str_begins_nocase(str("x"), str("")), "no prefix at all");
    ok(!nsess_str_begins_nocase(str("x"), str("x-")), "half of a prefix");
}


static void
test_word(void)
{
    nsess_str_t  s;

    s = str("ab!~ c");
    ok(nsess_word_read(s.data, s.data + s.len) == s.data + 4,
       "a word ends at a blank");
    ok(nsess_word_read(s.data, s.data + 2) == s.data + 2,
       "or where the text does");

    s = str("\x7f");
    ok(nsess_word_read(s.data, s.data + s.len) == s.data, "no word");

    s = str("a\xc3\xa9");
    ok(nsess_word_read(s.data, s.data + s.len) == s.data + 1,
       "what is not ASCII is not of a word");
}


static void
test_uint(void)
{
    uint64_t  n;

    ok(uint("123 ", UINT64_MAX, &n) == 3 && n == 123, "a number");
    ok(uint("00123", UINT64_MAX, &n) == 5 && n == 123, "zeros before it");
    ok(uint("", UINT64_MAX, &n) == 0 && n == 0, "no digit");
    ok(uint("-1", UINT64_MAX, &n) == 0 && n == 0, "a sign is no digit");

    ok(uint("18446744073709551615", UINT64_MAX, &n) == 20 && n == UINT64_MAX,
       "the largest number");
    ok(uint("18446744073709551616", UINT64_MAX, &n) == 19
       && n == UINT64_C(1844674407370955161), "stopped at a larger one");
    ok(uint("4294967295", UINT32_MAX, &n) == 10 && n == UINT32_MAX,
       "the limit");
    ok(uint("4294967296", UINT32_MAX, &n) == 9, "stopped at the limit");
    ok(uint("10", 9, &n) == 1 && n == 1, "stopped at the least limit");
}


static void
test_hex_read(void)
{
    ok(hex("0aF9", 4) == 0x0af9, "digits of both cases");
    ok(hex("0aF9", 2) == 0x0a, "no more than asked for");
    ok(hex("fffffffe", 8) == 0xfffffffe, "eight digits");
    ok(hex("0a", 3) == NSESS_HEX_NONE, "too few digits");
    ok(hex("0g", 2) == NSESS_HEX_NONE && hex("@0", 2) == NSESS_HEX_NONE
       && hex("`0", 2) == NSESS_HEX_NONE && hex("G0", 2) == NSESS_HEX_NONE
       && hex("\x10" "0", 2) == NSESS_HEX_NONE, "bytes that are no digits");
}


static void
test_hex_write(void)
{
    uint8_t  buf[9];

    buf[8] = '!';
    nsess_hex_write(buf, (const uint8_t *) "\0\x0f\xa5\xff", 4);

    is_str(buf, sizeof(buf), "000fa5ff!", "hex digits");
}


/* returns how many bytes were read */

static size_t
uint(const char *text, uint64_t max, uint64_t *n)
{
    nsess_str_t  s;

    s = str(text);

    return (size_t) (nsess_uint_read(s.data, s.data + s.len, max, n)
                     - s.data);
}


static uint32_t
hex(const char *text, size_t n)
{
    nsess_str_t  s;

    s = str(text);

    return nsess_hex_read(s.data, s.data + s.len, n);
}
