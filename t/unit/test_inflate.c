/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <zlib.h>

#include "guard.h"
#include "nsess_inflate.h"
#include "tap.h"


#define PLAIN_LEN  20000
#define BUF_LEN    (64 * 1024)
#define BOMB_LEN   (16 * 1024 * 1024)


static void test_levels(void);
static void test_prefixes(void);
static void test_damaged(void);
static void test_refused(void);
static void test_limit(void);
static void test_bomb(void);
static nsess_str_t deflated(uint8_t *buf, const uint8_t *data, size_t len,
    int level);
static nsess_error_e run(nsess_str_t stream, size_t size);


static uint8_t  plain[PLAIN_LEN], stream_buf[BUF_LEN], out[BUF_LEN];
static size_t   out_len;


int
main(void)
{
    size_t  i;

    for (i = 0; i < PLAIN_LEN; i++) {
        plain[i] = (uint8_t) (i % 251 * (i / 700));
    }

    test_levels();
    test_prefixes();
    test_damaged();
    test_refused();
    test_limit();
    test_bomb();

    return done_testing();
}


static void
test_levels(void)
{
    int          level;
    nsess_str_t  stream;

    for (level = 0; level <= 9; level++) {
        stream = deflated(stream_buf, plain, PLAIN_LEN, level);

        ok(run(stream, PLAIN_LEN) == NSESS_E_NONE && out_len == PLAIN_LEN
           && memcmp(out, plain, PLAIN_LEN) == 0, "level %d", level);
    }

    stream = deflated(stream_buf, plain, 0, 6);
    ok(run(stream, 0) == NSESS_E_NONE && out_len == 0, "nothing");
}


static void
test_prefixes(void)
{
    int          good;
    size_t       len;
    nsess_str_t  stream, part;

    stream = deflated(stream_buf, plain, 300, 6);
    good = 1;

    for (len = 0; len < stream.len; len++) {
        part.data = guard(stream.data, len);
        part.len = len;
        good &= run(part, BUF_LEN) == NSESS_E_TRUNCATED;
    }

    ok(good, "no prefix is taken");

    part.data = guard(stream.data, stream.len);
    part.len = stream.len;
    ok(run(part, BUF_LEN) == NSESS_E_NONE, "but for all of it");
}


static void
test_damaged(void)
{
    int          good;
    size_t       i, bit;
    nsess_str_t  stream;

    stream = deflated(stream_buf, plain, 300, 6);
    good = 1;

    for (i = 0; i < stream.len; i++) {
        for (bit = 0; bit < 8; bit++) {
            stream_buf[i] ^= (uint8_t) (1 << bit);

            good &= run(stream, BUF_LEN) != NSESS_E_NONE
                    || (out_len == 300 && memcmp(out, plain, 300) == 0);

            stream_buf[i] ^= (uint8_t) (1 << bit);
        }
    }

    ok(good, "no bit changes what comes out");
}


static void
test_refused(void)
{
    nsess_str_t  stream;

    static const nsess_str_t  gzip = nsess_string("\037\213\010\0\0\0\0\0");
    static const nsess_str_t  text = nsess_string("\200\002}q\001.");

    /* compressobj(zdict=b"abc") of Python's zlib */

    static const nsess_str_t  dict = nsess_string(
        "\170\273\002\115\001\047\113\004\043\000\010\014\002\115");

    ok(run(gzip, BUF_LEN) == NSESS_E_SYNTAX, "gzip");
    ok(run(text, BUF_LEN) == NSESS_E_SYNTAX, "a pickle");
    ok(run(dict, BUF_LEN) == NSESS_E_SYNTAX, "with a dictionary");

    stream = deflated(stream_buf, plain, 300, 6);
    stream_buf[stream.len++] = '.';
    ok(run(stream, BUF_LEN) == NSESS_E_TRAILING, "a byte behind the end");
}


static void
test_limit(void)
{
    nsess_err_t     err;
    nsess_str_t     stream;
    nsess_writer_t  w;

    stream = deflated(stream_buf, plain, PLAIN_LEN, 6);
    memset(out, '#', BUF_LEN);

    ok(run(stream, PLAIN_LEN - 1) == NSESS_E_SIZE
       && out[PLAIN_LEN - 1] == '#', "one byte too many");
    ok(run(stream, 0) == NSESS_E_SIZE, "no room at all");

    nsess_writer_init(&w, NULL, BUF_LEN);
    ok(nsess_inflate(&w, stream, &err) == NSESS_OK && w.len == PLAIN_LEN
       && err.pos == stream.len, "counted");

    nsess_writer_init(&w, NULL, PLAIN_LEN - 1);
    ok(nsess_inflate(&w, stream, &err) == NSESS_ERROR
       && err.code == NSESS_E_SIZE, "a count has a limit");
}


static void
test_bomb(void)
{
    uint8_t         *zeros;
    nsess_err_t      err;
    nsess_str_t      stream;
    nsess_writer_t   w;

    zeros = calloc(1, BOMB_LEN);
    stream = deflated(stream_buf, zeros, BOMB_LEN, 9);
    free(zeros);

    nsess_writer_init(&w, out, BUF_LEN);
    ok(nsess_inflate(&w, stream, &err) == NSESS_ERROR
       && err.code == NSESS_E_SIZE && w.len <= BUF_LEN, "a bomb");
    ok(err.pos < stream.len / 100, "most of it is not looked at");
}


static nsess_str_t
deflated(uint8_t *buf, const uint8_t *data, size_t len, int level)
{
    uLongf       size;
    nsess_str_t  stream;

    size = BUF_LEN;

    if (compress2(buf, &size, data, len, level) != Z_OK) {
        abort();
    }

    stream.data = buf;
    stream.len = size;

    return stream;
}


static nsess_error_e
run(nsess_str_t stream, size_t size)
{
    nsess_rc_t      rc;
    nsess_err_t     err;
    nsess_writer_t  w;

    nsess_writer_init(&w, out, size);
    rc = nsess_inflate(&w, stream, &err);
    out_len = w.len;

    return (rc == NSESS_OK) == (err.code == NSESS_E_NONE)
           && err.pos <= stream.len ? err.code : NSESS_E_LAST;
}
