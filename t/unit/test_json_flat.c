/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Records of plain strings, as most are, in any number, and with one member
 * among them that is none: the short way of the index stops there, or where the
 * index has to grow, and goes on behind it.  The functions of json_spans.h
 * compare with what is found without an index.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_spans.h"
#include "nsess_json_index.h"
#include "str.h"
#include "tap.h"


#define FEW         140     /* members: around the first size of an index */
#define MANY        2500    /* around the next ones */
#define MEMBER_LEN  96      /* at most, with a comma before it */
#define NONE        SIZE_MAX


typedef struct {
    const char  *before;
    const char  *behind;
} odd_t;


static void test_numbers(void);
static void test_odd(const odd_t *odd);
static void test_changed(void);
static int is_good(size_t n, size_t at, const odd_t *odd);
static int are_found(nsess_str_t record, size_t n, size_t at);
static nsess_str_t make_record(size_t n, size_t at, const odd_t *odd);
static nsess_str_t make_value(char *buf, size_t i);


/* what stands before and behind the number of its key */

static const odd_t  odds[] = {
    { "\"key", "\":7" },
    { "\"key", "\" :\"x\"" },
    { "\"key", "\": \"x\"" },
    { "\"key", "\":\"x\" " },
    { " \"key", "\":\"x\"" },
    { "\"k\\u0065y", "\":\"x\"" },
    { "\"key", "\":\"\\\"\"" },
    { "\"key", "\":\"\\\\\"" },
    { "\"key", "\":\"\xc3\xa4\"" },
    { "\"key", "\":\"a,b:c\\u0022,\\u0022\"" },
    { "\"key", "\":[\"x\",\"y\"]" },
    { "\"key", "\":{\"x\":\"y\",\"z\":\"w\"}" }
};


int
main(void)
{
    size_t  i;

    test_numbers();

    for (i = 0; i < sizeof(odds) / sizeof(odds[0]); i++) {
        test_odd(&odds[i]);
    }

    test_changed();

    return done_testing();
}


static void
test_numbers(void)
{
    int     good;
    size_t  n;

    good = 1;

    for (n = 0; n <= FEW; n++) {
        good &= is_good(n, NONE, NULL);
    }

    for (n = FEW; n <= MANY; n = n * 3 / 2) {
        good &= is_good(n, NONE, NULL);
    }

    for (n = 510; n <= 516; n++) {
        good &= is_good(n, NONE, NULL);
    }

    ok(good, "up to %d plain members", MANY);
}


/* at each place of a few, and around the first size of an index */

static void
test_odd(const odd_t *odd)
{
    int     good;
    size_t  n, at;

    good = 1;

    for (n = 1; n <= 4; n++) {
        for (at = 0; at < n; at++) {
            good &= is_good(n, at, odd);
        }
    }

    for (at = 29; at <= 36; at++) {
        for (n = at + 1; n <= 40; n++) {
            good &= is_good(n, at, odd);
        }
    }

    good &= is_good(FEW, 0, odd) && is_good(FEW, FEW - 1, odd)
            && is_good(FEW, 127, odd) && is_good(FEW, 128, odd);

    ok(good, "one that is not plain: %s0%s", odd->before, odd->behind);
}


/* what is exchanged, added or taken out leaves the rest as it was */

static void
test_changed(void)
{
    int              good;
    char             buf[MEMBER_LEN];
    size_t           n, i;
    uint8_t         *out;
    nsess_err_t      err;
    nsess_str_t      record, result;
    nsess_change_t   change = { NSESS_CHANGE_SET, str(""), str("7"), NULL };
    nsess_writer_t   w;

    good = 1;

    for (n = 1; n <= 40; n++) {
        record = make_record(n, NONE, NULL);
        out = malloc(record.len + MEMBER_LEN);

        for (i = 0; i <= n; i++) {
            change.key = str_key(buf, i);
            change.op = i % 2 ? NSESS_CHANGE_SET : NSESS_CHANGE_UNSET;

            nsess_writer_init(&w, out, record.len + MEMBER_LEN);
            good &= json_apply(record, &change, &w, &err) == NSESS_OK;

            result.data = out;
            result.len = w.len;
            good &= json_check(result, &err) == NSESS_OK;
        }

        free(out);
        free((void *) record.data);
    }

    ok(good, "each member changed, and one more");
}


static int
is_good(size_t n, size_t at, const odd_t *odd)
{
    int                  good;
    nsess_err_t          err;
    nsess_str_t          data;
    nsess_record_t       record;
    nsess_json_index_t  *index;

    data = make_record(n, at, odd);
    record = json_record(data);

    good = json_check(data, &err) == NSESS_OK
           && nsess_json.open(&record, &err) == NSESS_OK;

    index = record.tree;
    good &= index != NULL && index->n == n;

    nsess_json.close(&record);

    good = good && are_found(data, n, at);

    free((void *) data.data);

    return good;
}


static int
are_found(nsess_str_t record, size_t n, size_t at)
{
    char         key[MEMBER_LEN], value[MEMBER_LEN];
    size_t       i;
    nsess_str_t  raw;

    /* of many, some, and those around which an index grows */

    for (i = 0; i < n; i += n > FEW && (i % 128) > 2 && (i % 128) < 120
                            ? 37 : 1)
    {
        if (json_find(record, str_key(key, i), &raw) != NSESS_OK
            || (i != at && !nsess_str_equal(raw, make_value(value, i))))
        {
            return 0;
        }
    }

    return json_find(record, str_key(key, n), &raw) == NSESS_DECLINED;
}


static nsess_str_t
make_record(size_t n, size_t at, const odd_t *odd)
{
    char         *p, key[MEMBER_LEN], value[MEMBER_LEN];
    size_t        i;
    nsess_str_t   record, k, v;

    p = malloc(n * 2 * MEMBER_LEN + MEMBER_LEN);
    record.data = (uint8_t *) p;

    *p++ = '{';

    for (i = 0; i < n; i++) {

        if (i != 0) {
            *p++ = ',';
        }

        if (i == at) {
            p += sprintf(p, "%s%zu%s", odd->before, i, odd->behind);
            continue;
        }

        k = str_key(key, i);
        v = make_value(value, i);

        p += sprintf(p, "\"%.*s\":%.*s", (int) k.len, k.data, (int) v.len,
                     v.data);
    }

    *p++ = '}';
    record.len = (size_t) ((uint8_t *) p - record.data);

    return record;
}


/* of all lengths up to 40, raw */

static nsess_str_t
make_value(char *buf, size_t i)
{
    nsess_str_t  value;

    value.data = (uint8_t *) buf;
    value.len = (size_t) snprintf(buf, MEMBER_LEN, "\"%.*s\"", (int) (i % 41),
                                  "0123456789abcdefghijABCDEFGHIJ:,{}[]0123");

    return value;
}
