/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The short way through a flat JSON record: keys and values of each length
 * around what is looked at together, at each distance from the end, and bytes
 * that are not plain at each place.  json_check() compares with the plain way,
 * and with a processor that has no AVX2.
 */


#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "json_spans.h"
#include "str.h"
#include "tap.h"


#define MAX_LEN     70          /* two steps of 32 bytes, and some more */
#define MAX_RECORD  512


static void test_lengths(void);
static int is_found(nsess_str_t record, size_t key, size_t value);
static void test_places(void);
static nsess_str_t make_record(char *buf, size_t key, size_t value,
    size_t last);


int
main(void)
{
    printf("# AVX2: %s\n", __builtin_cpu_supports("avx2") ? "yes" : "no");

    test_lengths();
    test_places();

    return done_testing();
}


static void
test_lengths(void)
{
    int     good;
    char    buf[MAX_RECORD];
    size_t  key, value, last;

    good = 1;

    for (key = 0; key <= MAX_LEN; key++) {
        for (value = 0; value <= MAX_LEN; value++) {
            for (last = 0; last <= MAX_LEN; last += 7) {
                good &= is_found(make_record(buf, key, value, last), key,
                                 value);
            }
        }
    }

    ok(good, "keys and values of up to %d bytes", MAX_LEN);
}


static int
is_found(nsess_str_t record, size_t key, size_t value)
{
    nsess_err_t  err;
    nsess_str_t  name, raw;

    name.data = record.data + 2;
    name.len = key;

    record.data = guard(record.data, record.len);

    return json_check(record, &err) == NSESS_OK
           && json_find(record, name, &raw) == NSESS_OK
           && raw.len == value + 2
           && json_find(record, str("last"), &raw) == NSESS_OK;
}


/* it is good, or bad, in the same way as without the short one */

static void
test_places(void)
{
    char         buf[MAX_RECORD];
    size_t       i, k, last, good;
    nsess_str_t  record;
    nsess_err_t  err;

    static const uint8_t  bytes[] = { '"', '\\', 0, 0x1f, 0x80, 0xff, ' ',
                                      ',', ':', '}', 0x7f, '!' };

    good = 0;

    for (last = 0; last <= MAX_LEN; last++) {
        for (i = 0; i < sizeof(bytes); i++) {

            record = make_record(buf, 40, 33, last);

            for (k = 0; k < record.len; k++) {
                record = make_record(buf, 40, 33, last);
                buf[k] = (char) bytes[i];
                record.data = guard(buf, record.len);

                good += (json_check(record, &err) == NSESS_OK);
            }
        }
    }

    ok(good != 0, "another byte at each place: %zu records are good", good);
}


static nsess_str_t
make_record(char *buf, size_t key, size_t value, size_t last)
{
    nsess_str_t  record;

    memset(buf, 'k', MAX_RECORD);

    memcpy(buf, "{\"", 2);
    memcpy(buf + 2 + key, "\":\"", 3);
    memcpy(buf + 5 + key + value, "\",\"last\":\"", 10);
    memcpy(buf + 15 + key + value + last, "\"}", 2);

    record.data = (uint8_t *) buf;
    record.len = 17 + key + value + last;

    return record;
}
