/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_base64.h"
#include "tap.h"


#define BUF_SIZE  64


typedef struct {
    const char     *bytes;
    const char     *text;
} vector_t;


typedef struct {
    const char     *text;
    nsess_error_e   error;
    const char     *bytes;
} spelling_t;


static void test_vectors(void);
static void test_alphabet(void);
static void test_spellings(void);
static void test_prefixes(void);
static void test_limit(void);
static nsess_str_t str(const char *text, size_t len);


/* RFC 4648, section 10 */

static const vector_t  vectors[] = {
    { "", "" },
    { "f", "Zg==" },
    { "fo", "Zm8=" },
    { "foo", "Zm9v" },
    { "foob", "Zm9vYg==" },
    { "fooba", "Zm9vYmE=" },
    { "foobar", "Zm9vYmFy" }
};


/* what base64.b64decode of CPython 3.11 says */

static const spelling_t  spellings[] = {
    { "YQ", NSESS_E_TRUNCATED, "" },
    { "YQ=", NSESS_E_TRUNCATED, "" },
    { "Y", NSESS_E_TRUNCATED, "" },
    { "Y===", NSESS_E_TRUNCATED, "" },
    { "Y=Q=", NSESS_E_TRUNCATED, "" },
    { "Y==Q=", NSESS_E_TRUNCATED, "" },
    { "YQ=a=", NSESS_E_NONE, "a\006" },
    { "YQ=aaa", NSESS_E_TRUNCATED, "" },
    { "=YQ==", NSESS_E_NONE, "a" },
    { "====", NSESS_E_NONE, "" },
    { "YW=J=", NSESS_E_NONE, "ab" },
    { "YQ==YQ==", NSESS_E_NONE, "a" },
    { "YWI==Q", NSESS_E_NONE, "ab" },
    { "YW==I", NSESS_E_NONE, "a" },
    { "Y W\nJ-j_", NSESS_E_NONE, "abc" },
    { "\200YWJj\377", NSESS_E_NONE, "abc" },
    { "YR==", NSESS_E_NONE, "a" }
};


int
main(void)
{
    test_vectors();
    test_alphabet();
    test_spellings();
    test_prefixes();
    test_limit();

    return done_testing();
}


static void
test_vectors(void)
{
    size_t           i, len;
    uint8_t          buf[BUF_SIZE];
    nsess_err_t      err;
    nsess_writer_t   w;
    const vector_t  *v;

    for (i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        v = &vectors[i];
        len = strlen(v->bytes);

        ok(nsess_base64_len(len) == strlen(v->text), "its length");

        nsess_writer_init(&w, buf, BUF_SIZE);
        nsess_base64_encode(&w, str(v->bytes, len));
        is_str(buf, w.len, v->text, "\"%s\" encoded", v->bytes);

        nsess_writer_init(&w, buf, BUF_SIZE);
        ok(nsess_base64_decode(&w, str(v->text, strlen(v->text)), &err)
           == NSESS_OK, "\"%s\" decoded", v->text);
        is_str(buf, w.len, v->bytes, "its bytes");
    }
}


static void
test_alphabet(void)
{
    uint8_t         bytes[48], text[BUF_SIZE];
    nsess_err_t     err;
    nsess_str_t     data;
    nsess_writer_t  w;

    static const char  all[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    nsess_writer_init(&w, bytes, sizeof(bytes));
    ok(nsess_base64_decode(&w, str(all, 64), &err) == NSESS_OK
       && w.len == 48, "alphabet decoded");
    ok(bytes[0] == 0x00 && bytes[1] == 0x10 && bytes[2] == 0x83
       && bytes[47] == 0xbf, "digits in order");

    data.data = bytes;
    data.len = sizeof(bytes);

    nsess_writer_init(&w, text, sizeof(text));
    nsess_base64_encode(&w, data);
    is_str(text, w.len, all, "alphabet encoded");
}


static void
test_spellings(void)
{
    size_t             i;
    uint8_t            buf[BUF_SIZE];
    nsess_err_t        err;
    nsess_writer_t     w;
    const spelling_t  *s;

    for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        s = &spellings[i];

        nsess_writer_init(&w, buf, BUF_SIZE);
        ok((nsess_base64_decode(&w, str(s->text, strlen(s->text)), &err)
            == NSESS_OK) == (s->error == NSESS_E_NONE)
           && err.code == s->error, "spelling %d", (int) i);

        if (s->error == NSESS_E_NONE) {
            is_str(buf, w.len, s->bytes, "its bytes");
        }
    }
}


static void
test_prefixes(void)
{
    int             good;
    size_t          len;
    uint8_t         buf[BUF_SIZE];
    nsess_err_t     err;
    nsess_writer_t  w;

    static const char  text[] = "Zm9vYmFyZm9vYg==";

    good = 1;

    for (len = 0; len < sizeof(text); len++) {
        nsess_writer_init(&w, buf, BUF_SIZE);

        good &= (nsess_base64_decode(&w, str(text, len), &err) == NSESS_OK)
                == (len % 4 == 0);
        good &= err.pos <= len;
    }

    ok(good, "a text may end behind each group of four only");
}


static void
test_limit(void)
{
    uint8_t         buf[6];
    nsess_err_t     err;
    nsess_writer_t  w;

    memset(buf, '#', sizeof(buf));
    nsess_writer_init(&w, buf, 5);
    ok(nsess_base64_decode(&w, str("Zm9vYmFy", 8), &err) == NSESS_ERROR
       && err.code == NSESS_E_SIZE && buf[5] == '#', "one byte too many");

    nsess_writer_init(&w, NULL, 6);
    ok(nsess_base64_decode(&w, str("Zm9vYmFy", 8), &err) == NSESS_OK
       && w.len == 6, "counted");
}


static nsess_str_t
str(const char *text, size_t len)
{
    nsess_str_t  s;

    s.data = guard(text, len);
    s.len = len;

    return s;
}
