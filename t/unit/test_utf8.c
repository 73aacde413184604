/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_slow.h"
#include "nsess_utf8.h"
#include "tap.h"


#define CODE_MAX  4     /* bytes of a code point */
#define MAX_TEXT  40    /* five times as much as is read at once */


static void test_code_points(void);
static void test_all_bytes(void);
static void test_valid(void);
static void test_twins(void);
static size_t plain_step(const uint8_t *p, size_t len);


static const char  *invalid[] = {
    "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "a\xc3",
    "\xe0\x80\x80", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80",
    "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80",
    "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfe", "\xff", "\xe2\x28\xa1"
};


int
main(void)
{
    test_code_points();
    test_all_bytes();
    test_valid();

    nsess_slow = 1;
    test_valid();
    nsess_slow = 0;

    test_twins();

    return done_testing();
}


/* each one, at the end of memory; no prefix of it is one */

static void
test_code_points(void)
{
    int              written, whole, cut;
    size_t           n;
    uint8_t          ch[CODE_MAX], *p;
    uint32_t         code;
    nsess_writer_t   w;

    written = 1;
    whole = 1;
    cut = 1;

    for (code = 0; code <= 0x10ffff; code++) {

        if (code >= 0xd800 && code <= 0xdfff) {
            continue;
        }

        nsess_writer_init(&w, ch, sizeof(ch));
        nsess_utf8_write(&w, code);

        written = written && w.error == NSESS_E_NONE
                  && plain_step(ch, w.len) == w.len;

        for (n = 1; n <= w.len; n++) {
            p = guard(ch, n);

            if (n == w.len) {
                whole = whole && nsess_utf8_step(p, p + n) == n;

            } else {
                cut = cut && nsess_utf8_step(p, p + n) == 0;
            }
        }
    }

    ok(written, "every code point is written in its shortest form");
    ok(whole, "every code point is well-formed");
    ok(cut, "no prefix of one is");
}


/* all sequences of three bytes, and of four with what matters of the last */

static void
test_all_bytes(void)
{
    int       good;
    uint8_t   ch[CODE_MAX];
    uint32_t  n;

    good = 1;

    for (n = 0; n <= 0xffffff; n++) {
        ch[0] = (uint8_t) (n >> 16);
        ch[1] = (uint8_t) (n >> 8);
        ch[2] = (uint8_t) n;
        ch[3] = (uint8_t) (n * 31);

        if (nsess_utf8_step(ch, ch + CODE_MAX) != plain_step(ch, CODE_MAX)) {
            good = 0;
        }
    }

    ok(good, "the same as what the code point's number says");
}


/* each byte at each place of texts of all lengths: one by one, and by eight */

static void
test_twins(void)
{
    int          good, ch, valid, fast;
    char         text[MAX_TEXT];
    size_t       i, len;
    nsess_str_t  str;

    good = 1;
    memset(text, 'a', sizeof(text));

    for (len = 1; len <= MAX_TEXT; len++) {
        for (i = 0; i < len; i++) {
            for (ch = 0; ch < 256; ch++) {
                text[i] = (char) ch;
                text[len - 1] = i + 1 < len ? '\x80' : text[len - 1];

                str.data = guard(text, len);
                str.len = len;
                fast = nsess_utf8_valid(str);

                nsess_slow = 1;
                valid = nsess_utf8_valid(str);
                nsess_slow = 0;

                good &= fast == valid;
            }

            text[i] = 'a';
            text[len - 1] = 'a';
        }
    }

    ok(good, "texts are valid or not, however they are read");
}


/* decodes first, and then asks whether the number needs so many bytes */

static size_t
plain_step(const uint8_t *p, size_t len)
{
    size_t    i, n;
    uint32_t  code;

    static const uint32_t  least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    n = p[0] < 0x80 ? 1
        : (p[0] & 0xe0) == 0xc0 ? 2
        : (p[0] & 0xf0) == 0xe0 ? 3
        : (p[0] & 0xf8) == 0xf0 ? 4 : 0;

    if (n < 2 || n > len) {
        return n == 1;
    }

    code = p[0] & (0x7fu >> n);

    for (i = 1; i < n; i++) {

        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }

        code = code << 6 | (p[i] & 0x3f);
    }

    if (code < least[n] || code > 0x10ffff
        || (code >= 0xd800 && code <= 0xdfff))
    {
        return 0;
    }

    return n;
}


static void
test_valid(void)
{
    size_t       i;
    nsess_str_t  str;

    static const char  text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";

    str.data = guard("", 0);
    str.len = 0;
    ok(nsess_utf8_valid(str), "the empty string is valid");

    str.len = sizeof(text) - 1;
    str.data = guard(text, str.len);
    ok(nsess_utf8_valid(str), "a text of all lengths is valid");

    for (i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
        str.len = strlen(invalid[i]);
        str.data = guard(invalid[i], str.len);
        ok(!nsess_utf8_valid(str), "not valid: %d", (int) i);
    }
}
