/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_cookie_quote.h"
#include "tap.h"


#define BUF_SIZE  64


typedef struct {
    const char  *value;
    const char  *raw;
} vector_t;


static void test_quote(void);
static void test_unquote(void);
static void test_any_byte(void);
static void test_prefixes(void);
static nsess_str_t str(const char *text, size_t len);


/* what http.cookies of CPython 3.11 says */

static const vector_t  quoted[] = {
    { "", "\"\"" },
    { "abc09XYZ", "abc09XYZ" },
    { "!#$%&'*+-.^_`|~:", "!#$%&'*+-.^_`|~:" },
    { "2|1:0|YQ==|", "\"2|1:0|YQ==|\"" },
    { " ()/<=>?@[]{}", "\" ()/<=>?@[]{}\"" },
    { "a,b;c", "\"a\\054b\\073c\"" },
    { "\"\\", "\"\\\"\\\\\"" },
    { "\001\n\r\177\200\377", "\"\\001\\012\\015\\177\\200\\377\"" }
};

static const vector_t  unquoted[] = {
    { "abc", "abc" },
    { "a\\054", "a\\054" },
    { "\"", "\"" },
    { "\"abc", "\"abc" },
    { "abc\"", "abc\"" },
    { "a\"b", "\"a\"b\"" },
    { "", "\"\"" },
    { "a\"\\\n", "\"\\a\\\"\\\\\\012\"" },
    { ",3", "\"\\0543\"" },
    { "400", "\"\\400\"" },
    { "083", "\"\\083\"" },
    { "05", "\"\\05\"" },
    { "a\\", "\"a\\\"" },
    { "\\\n", "\"\\\n\"" },
    { "\377\r\n", "\"\\377\\015\\012\"" },
    { "\\054", "\"\\\\054\"" }
};


int
main(void)
{
    test_quote();
    test_unquote();
    test_any_byte();
    test_prefixes();

    return done_testing();
}


static void
test_quote(void)
{
    size_t           i;
    uint8_t          buf[BUF_SIZE];
    nsess_writer_t   w;
    const vector_t  *v;

    for (i = 0; i < sizeof(quoted) / sizeof(quoted[0]); i++) {
        v = &quoted[i];

        nsess_writer_init(&w, buf, BUF_SIZE);
        nsess_cookie_quote(&w, str(v->value, strlen(v->value)));
        is_str(buf, w.len, v->raw, "quoted, %d", (int) i);
    }
}


static void
test_unquote(void)
{
    size_t           i;
    uint8_t          buf[BUF_SIZE];
    nsess_str_t      value;
    const vector_t  *v;

    for (i = 0; i < sizeof(unquoted) / sizeof(unquoted[0]); i++) {
        v = &unquoted[i];

        value = nsess_cookie_unquote(str(v->raw, strlen(v->raw)), buf);
        is_str(value.data, value.len, v->value, "unquoted, %d", (int) i);
    }
}


static void
test_any_byte(void)
{
    int             good;
    char            text[3];
    uint8_t         raw[BUF_SIZE], buf[BUF_SIZE];
    unsigned        ch;
    nsess_str_t     value, copy;
    nsess_writer_t  w;

    good = 1;

    for (ch = 0; ch < 256; ch++) {
        text[0] = '1';
        text[1] = (char) ch;
        text[2] = '2';

        nsess_writer_init(&w, raw, BUF_SIZE);
        nsess_cookie_quote(&w, str(text, 3));

        copy.data = raw;
        copy.len = w.len;
        value = nsess_cookie_unquote(copy, buf);

        good &= value.len == 3 && memcmp(value.data, text, 3) == 0;
    }

    ok(good, "each byte comes back");
}


static void
test_prefixes(void)
{
    int          good;
    size_t       len;
    uint8_t      buf[BUF_SIZE];
    nsess_str_t  raw, value;

    static const char  text[] = "\"a\\054\\\"\\\\\\377\"";

    good = 1;

    for (len = 0; len < sizeof(text); len++) {
        memset(buf, '#', BUF_SIZE);
        raw = str(text, len);
        value = nsess_cookie_unquote(raw, buf);
        good &= value.len <= len && buf[len] == '#';
    }

    ok(good, "never longer than it was");
}


static nsess_str_t
str(const char *text, size_t len)
{
    nsess_str_t  s;

    s.data = guard(text, len);
    s.len = len;

    return s;
}
