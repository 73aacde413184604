/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_base64url.h"
#include "nsess_base64url_ssse3.h"
#include "nsess_slow.h"
#include "tap.h"


#define MAX_BYTES  96
#define MAX_TEXT   nsess_base64url_len(MAX_BYTES)


typedef struct {
    const char  *bytes;
    const char  *text;
} vector_t;


static void test_both(void);
static void test_vectors(void);
static void test_alphabet(void);
static void test_lengths(void);
static void test_characters(void);
static void test_spare_bits(void);
static void test_encode_twins(void);
static void test_decode_twins(void);
static int decode_twins(const char *text, size_t len);
static nsess_rc_t decode(uint8_t *dst, size_t len, const char *text,
    size_t text_len, nsess_err_t *err);


/* RFC 4648, section 10, without the padding */

static const vector_t  vectors[] = {
    { "", "" },
    { "f", "Zg" },
    { "fo", "Zm8" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg" },
    { "fooba", "Zm9vYmE" },
    { "foobar", "Zm9vYmFy" }
};


int
main(void)
{
    test_both();

    nsess_slow = 1;
    test_both();
    nsess_slow = 0;

    printf("# SSSE3: %s\n", nsess_base64url_has_ssse3() ? "yes" : "no");

    test_encode_twins();
    test_decode_twins();

    return done_testing();
}


/* with SSSE3, where the processor has it, and without */

static void
test_both(void)
{
    test_vectors();
    test_alphabet();
    test_lengths();
    test_characters();
    test_spare_bits();
}


static void
test_vectors(void)
{
    char             text[MAX_TEXT];
    size_t           i, len, text_len;
    uint8_t          bytes[MAX_BYTES];
    nsess_err_t      err;
    const vector_t  *v;

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        v = &vectors[i];
        len = strlen(v->bytes);
        text_len = strlen(v->text);

        ok(nsess_base64url_len(len) == text_len, "length of \"%s\"", v->text);

        memset(text, '!', sizeof(text));
        nsess_base64url_encode((uint8_t *) text, guard(v->bytes, len), len);
        ok(memcmp(text, v->text, text_len) == 0 && text[text_len] == '!',
           "\"%s\" encoded", v->text);

        memset(bytes, '!', sizeof(bytes));
        ok(decode(bytes, len, v->text, text_len, &err) == NSESS_OK
           && memcmp(bytes, v->bytes, len) == 0 && bytes[len] == '!',
           "\"%s\" decoded", v->text);
    }
}


static void
test_alphabet(void)
{
    char         text[64];
    uint8_t      bytes[48];
    nsess_err_t  err;

    static const char  all[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    ok(decode(bytes, 48, all, 64, &err) == NSESS_OK, "alphabet decoded");
    ok(bytes[0] == 0x00 && bytes[1] == 0x10 && bytes[2] == 0x83
       && bytes[47] == 0xbf, "digits in order");

    nsess_base64url_encode((uint8_t *) text, bytes, 48);
    ok(memcmp(text, all, 64) == 0, "alphabet encoded");
}


/* each length of a text fits one length of bytes, or none */

static void
test_lengths(void)
{
    int          good;
    char         text[MAX_TEXT];
    size_t       len, text_len;
    uint8_t      bytes[MAX_BYTES];
    nsess_rc_t   rc;
    nsess_err_t  err;

    good = 1;
    memset(text, 'A', sizeof(text));

    for (len = 0; len <= MAX_BYTES; len++) {
        for (text_len = 0; text_len <= MAX_TEXT; text_len++) {

            err.code = NSESS_E_NONE;
            rc = decode(bytes, len, text, text_len, &err);

            if (text_len == len / 3 * 4 + (len % 3 == 0 ? 0 : len % 3 + 1)) {
                good &= rc == NSESS_OK;

            } else {
                good &= rc == NSESS_ERROR && err.code == NSESS_E_LENGTH;
            }
        }
    }

    ok(good, "no other length");
}


/* each byte at each place */

static void
test_characters(void)
{
    int          good, ch, valid;
    char         text[8];
    size_t       i, len;
    uint8_t      bytes[6], again[8];
    nsess_rc_t   rc;
    nsess_err_t  err;

    good = 1;

    for (len = 3; len <= 5; len++) {
        for (i = 0; i < nsess_base64url_len(len); i++) {
            for (ch = 0; ch < 256; ch++) {

                valid = (ch >= '0' && ch <= '9') || (ch >= 'A' && ch <= 'Z')
                        || (ch >= 'a' && ch <= 'z') || ch == '-' || ch == '_';

                memset(text, 'A', sizeof(text));
                text[i] = (char) ch;

                rc = decode(bytes, len, text, nsess_base64url_len(len), &err);

                if (rc == NSESS_OK) {
                    nsess_base64url_encode(again, bytes, len);
                    good &= valid
                            && memcmp(again, text, nsess_base64url_len(len))
                               == 0;

                } else {
                    good &= rc == NSESS_ERROR && err.pos == i
                            && err.code == NSESS_E_CHARACTER
                            && (!valid || i + 1 == nsess_base64url_len(len));
                }
            }
        }
    }

    ok(good, "no byte outside of the alphabet");
}


static void
test_spare_bits(void)
{
    uint8_t      bytes[2];
    nsess_err_t  err;

    ok(decode(bytes, 1, "_w", 2, &err) == NSESS_OK && bytes[0] == 0xff,
       "no spare bits of four");
    ok(decode(bytes, 1, "_x", 2, &err) == NSESS_ERROR
       && err.code == NSESS_E_CHARACTER && err.pos == 1, "the lowest of four");
    ok(decode(bytes, 1, "_4", 2, &err) == NSESS_ERROR
       && err.code == NSESS_E_CHARACTER && err.pos == 1, "the highest of four");
    ok(decode(bytes, 2, "__8", 3, &err) == NSESS_OK && bytes[1] == 0xff,
       "no spare bits of two");
    ok(decode(bytes, 2, "__9", 3, &err) == NSESS_ERROR
       && err.code == NSESS_E_CHARACTER && err.pos == 2, "the lowest of two");
    ok(decode(bytes, 2, "__-", 3, &err) == NSESS_ERROR
       && err.code == NSESS_E_CHARACTER && err.pos == 2, "the highest of two");
}


/* bytes of all lengths and values: both ways give the same, and no more */

static void
test_encode_twins(void)
{
    int       good;
    size_t    i, len, seed;
    uint8_t   bytes[MAX_BYTES], fast[MAX_TEXT + 16], slow[MAX_TEXT + 16];

    good = 1;

    for (seed = 0; seed < 256; seed++) {
        for (i = 0; i < MAX_BYTES; i++) {
            bytes[i] = (uint8_t) (i * 89 + seed);
        }

        for (len = 0; len <= MAX_BYTES; len++) {
            memset(fast, '!', sizeof(fast));
            memset(slow, '!', sizeof(slow));

            nsess_base64url_encode(fast, guard(bytes, len), len);
            nsess_slow = 1;
            nsess_base64url_encode(slow, guard(bytes, len), len);
            nsess_slow = 0;

            good &= memcmp(fast, slow, sizeof(fast)) == 0
                    && fast[nsess_base64url_len(len)] == '!';
        }
    }

    ok(good, "encoded the same way");
}


/* texts of all lengths, and each byte at each place of two steps and a rest */

static void
test_decode_twins(void)
{
    int     good, ch;
    char    text[MAX_TEXT];
    size_t  i, len;

    static const char  all[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    /* digits without spare bits, wherever a text ends */

    for (i = 0; i < sizeof(text); i++) {
        text[i] = all[i * 29 % 4 * 16];
    }

    good = 1;

    for (len = 0; len <= MAX_BYTES; len++) {
        good &= decode_twins(text, len);
    }

    ok(good, "texts of all lengths are decoded the same way");

    good = 1;

    for (i = 0; i < nsess_base64url_len(29); i++) {
        for (ch = 0; ch < 256; ch++) {
            text[i] = (char) ch;
            good &= decode_twins(text, 29);
        }

        text[i] = all[i * 29 % 4 * 16];
    }

    ok(good, "each byte at each place is decoded or refused the same way");
}


/* 1: both are the same; the text, but for a bad byte in it, is good */

static int
decode_twins(const char *text, size_t len)
{
    uint8_t      fast[MAX_BYTES + 16], slow[MAX_BYTES + 16];
    nsess_rc_t   rc;
    nsess_err_t  fast_err, slow_err;

    memset(fast, '!', sizeof(fast));
    memset(slow, '!', sizeof(slow));
    memset(&fast_err, 0, sizeof(fast_err));
    memset(&slow_err, 0, sizeof(slow_err));

    rc = decode(fast, len, text, nsess_base64url_len(len), &fast_err);

    nsess_slow = 1;

    if (decode(slow, len, text, nsess_base64url_len(len), &slow_err) != rc
        || fast_err.code != slow_err.code || fast_err.pos != slow_err.pos)
    {
        rc = NSESS_AGAIN;
    }

    nsess_slow = 0;

    return rc != NSESS_AGAIN
           && (rc == NSESS_ERROR || memcmp(fast, slow, sizeof(fast)) == 0)
           && fast[len] == '!' && slow[len] == '!';
}


static nsess_rc_t
decode(uint8_t *dst, size_t len, const char *text, size_t text_len,
    nsess_err_t *err)
{
    nsess_str_t  str;

    str.data = guard(text, text_len);
    str.len = text_len;

    return nsess_base64url_decode(dst, len, str, err);
}
