/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "nsess_buf.h"
#include "tap.h"


#define BUF_SIZE  128


static void test_write(void);
static void test_overflow(void);
static void test_count(void);
static void test_numbers(void);
static void test_all_numbers(void);
static int is_number(uint64_t n);
static void test_seconds(void);
static void write_all(nsess_writer_t *w);


static const char  all[] = "abcd,18446744073709551615,-9223372036854775808";


int
main(void)
{
    test_write();
    test_overflow();
    test_count();
    test_numbers();
    test_all_numbers();
    test_seconds();

    return done_testing();
}


static void
write_all(nsess_writer_t *w)
{
    static const nsess_str_t  d = nsess_string("d");

    nsess_write(w, "abc", 3);
    nsess_write(w, NULL, 0);
    nsess_write_str(w, d);
    nsess_write_char(w, ',');
    nsess_write_uint(w, UINT64_MAX);
    nsess_write_char(w, ',');
    nsess_write_int(w, INT64_MIN);
}


static void
test_write(void)
{
    uint8_t         buf[BUF_SIZE];
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, sizeof(buf));
    write_all(&w);

    ok(w.error == NSESS_E_NONE, "no error");
    is_str(buf, w.len, all, "all writes, in their order");
}


/* at every size: what fits is there, nothing after the write that did not */

static void
test_overflow(void)
{
    int             good;
    size_t          size;
    uint8_t         buf[BUF_SIZE];
    nsess_writer_t  w;

    good = 1;

    for (size = 0; size < sizeof(all) - 1; size++) {
        memset(buf, '#', sizeof(buf));

        nsess_writer_init(&w, buf, size);
        write_all(&w);

        good = good && w.error == NSESS_E_OVERFLOW && w.len <= size
               && memcmp(buf, all, w.len) == 0 && buf[w.len] == '#';
    }

    ok(good, "every size that is too small overflows");

    nsess_writer_init(&w, buf, sizeof(all) - 1);
    write_all(&w);

    ok(w.error == NSESS_E_NONE, "the exact size is enough");

    nsess_writer_init(&w, buf, 2);
    nsess_write(&w, "abc", 3);
    nsess_write_char(&w, 'x');

    ok(w.len == 0, "nothing is written behind an error");
}


static void
test_count(void)
{
    nsess_writer_t  w;

    nsess_writer_init(&w, NULL, SIZE_MAX);
    write_all(&w);

    ok(w.error == NSESS_E_NONE && w.len == sizeof(all) - 1, "counted");

    nsess_writer_init(&w, NULL, sizeof(all) - 2);
    write_all(&w);

    ok(w.error == NSESS_E_OVERFLOW, "a count has a limit");
}


static void
test_numbers(void)
{
    uint8_t         buf[BUF_SIZE];
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, sizeof(buf));

    nsess_write_uint(&w, 0);
    nsess_write_char(&w, ' ');
    nsess_write_uint(&w, 10);
    nsess_write_char(&w, ' ');
    nsess_write_int(&w, 0);
    nsess_write_char(&w, ' ');
    nsess_write_int(&w, -1);
    nsess_write_char(&w, ' ');
    nsess_write_int(&w, INT64_MAX);

    is_str(buf, w.len, "0 10 0 -1 9223372036854775807", "decimal numbers");
}


/* all of up to five digits, and those around each power of ten */

static void
test_all_numbers(void)
{
    int       good;
    uint64_t  n, ten;

    good = 1;

    for (n = 0; n < 100000; n++) {
        good &= is_number(n);
    }

    for (ten = 1; ten <= UINT64_MAX / 10; ten *= 10) {
        good &= is_number(ten * 10 - 1) && is_number(ten * 10)
                && is_number(ten * 10 + 1) && is_number(ten * 7 + 3);
    }

    ok(good && is_number(UINT64_MAX), "numbers as printf() writes them");
}


static int
is_number(uint64_t n)
{
    char            text[BUF_SIZE];
    uint8_t         buf[BUF_SIZE];
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, sizeof(buf));
    nsess_write_uint(&w, n);
    snprintf(text, sizeof(text), "%" PRIu64, n);

    return w.len == strlen(text) && memcmp(buf, text, w.len) == 0;
}


static void
test_seconds(void)
{
    size_t          i;
    uint8_t         buf[BUF_SIZE];
    nsess_writer_t  w;

    static const uint64_t  usecs[] = {
        0, 1, 100, 250, 99999, 1000000, 1250000, 1000001, 10000000, UINT64_MAX
    };

    nsess_writer_init(&w, buf, sizeof(buf));

    for (i = 0; i < sizeof(usecs) / sizeof(usecs[0]); i++) {
        nsess_write_seconds(&w, usecs[i]);
        nsess_write_char(&w, ' ');
    }

    is_str(buf, w.len, "0 0.000001 0.0001 0.00025 0.099999 1 1.25 1.000001 10 "
           "18446744073709.551615 ", "seconds");
}
