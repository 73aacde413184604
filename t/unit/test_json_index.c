/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The index of JSON records: any number of members, names that are there
 * twice, no memory.  The functions of json_spans.h compare with what is found
 * without an index.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "json_spans.h"
#include "nsess_json_index.h"
#include "str.h"
#include "tap.h"


#define MAX_MEMBERS  20480
#define MEMBER_LEN   32         /* at most, of what make_record() writes */
#define WORK         8          /* steps for each byte, at most */
#define NEVER        SIZE_MAX


static void test_numbers(void);
static int is_record_good(nsess_str_t record, size_t n);
static int is_spliced(nsess_str_t record, nsess_str_t key);
static int apply(nsess_str_t record, nsess_change_t *change);
static void test_twice(void);
static void test_work(void);
static void test_type(void);
static void test_memory(void);
static void test_pool(void);
static void *pool_alloc(void *pool, size_t size);
static void test_ends(void);
static nsess_str_t make_record(size_t n, const char *more);


/* the linker has put these in front of those of libc */

__typeof__(malloc)   __real_malloc, __wrap_malloc;
__typeof__(realloc)  __real_realloc, __wrap_realloc;


/* so many calls succeed before one fails, and all that follow */
static size_t  left = NEVER;


int
main(void)
{
    test_numbers();
    test_twice();
    test_work();
    test_type();
    test_memory();
    test_pool();
    test_ends();

    return done_testing();
}


/* around the sizes at which an index grows */

static void
test_numbers(void)
{
    int          good;
    size_t       n;
    nsess_str_t  record;

    good = 1;

    for (n = 0; n <= 600; n += n < 140 || n > 500 ? 1 : 37) {
        record = make_record(n, "");
        good &= is_record_good(record, n);
        free((void *) record.data);
    }

    ok(good, "records of up to 600 members");
}


static int
is_record_good(nsess_str_t record, size_t n)
{
    int                  good;
    char                 buf[MEMBER_LEN];
    size_t               i;
    nsess_str_t          key, raw;
    nsess_err_t          err;
    nsess_record_t       opened = json_record(record);
    nsess_json_index_t  *index;

    good = json_check(record, &err) == NSESS_OK
           && nsess_json.open(&opened, &err) == NSESS_OK;

    index = opened.tree;
    good &= index != NULL && index->n == n;

    nsess_json.close(&opened);
    good &= opened.tree == NULL;

    for (i = 0; i < n; i += 1 + n / 50) {
        key = str_key(buf, i);

        good &= json_find(record, key, &raw) == NSESS_OK
                && raw.len == 1 && raw.data[0] == '0' + i % 10
                && is_spliced(record, key);
    }

    key = str_key(buf, n);

    return good && json_find(record, key, &raw) == NSESS_DECLINED
           && is_spliced(record, key);
}


static int
is_spliced(nsess_str_t record, nsess_str_t key)
{
    nsess_change_t  set = { NSESS_CHANGE_SET, key, str("a \"new\" one"), NULL };
    nsess_change_t  number = { NSESS_CHANGE_NUMBER, key, str("-1"), NULL };
    nsess_change_t  unset = { NSESS_CHANGE_UNSET, key, str(""), NULL };

    return apply(record, &set) && apply(record, &number)
           && apply(record, &unset);
}


static int
apply(nsess_str_t record, nsess_change_t *change)
{
    int             good;
    uint8_t        *out;
    nsess_err_t     err;
    nsess_str_t     result, raw;
    nsess_writer_t  count, w;

    nsess_writer_init(&count, NULL, SIZE_MAX);

    if (json_apply(record, change, &count, &err) != NSESS_OK) {
        return 0;
    }

    out = malloc(count.len);
    nsess_writer_init(&w, out, count.len);

    good = json_apply(record, change, &w, &err) == NSESS_OK
           && w.len == count.len;

    result.data = out;
    result.len = w.len;

    good &= json_check(result, &err) == NSESS_OK
            && json_find(result, change->key, &raw)
               == (change->op == NSESS_CHANGE_UNSET ? NSESS_DECLINED
                                                    : NSESS_OK);
    free(out);

    return good;
}


/* the last one of a name counts; a change leaves one of them */

static void
test_twice(void)
{
    char         buf[MEMBER_LEN];
    size_t       i;
    nsess_str_t  record, key, raw;

    static const char  *more[] = {
        "\"key0\":\"last\"", "\"k\\u0065y0\":\"last\"",
        "\"\\u006bey0\" : \"last\" , \"x\":{}"
    };

    key = str_key(buf, 0);

    for (i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
        record = make_record(40, more[i]);

        ok(json_find(record, key, &raw) == NSESS_OK, "found: %s", more[i]);
        is_str(raw.data, raw.len, "\"last\"", "it is the last one");
        ok(is_spliced(record, key), "changed in the same way");

        free((void *) record.data);
    }
}


/* each step of json_spans.h counts the slower of two ways */

static void
test_work(void)
{
    int             good;
    char            buf[MEMBER_LEN];
    size_t          n, len;
    nsess_err_t     err;
    nsess_str_t     record, key, raw;
    nsess_change_t  set = { NSESS_CHANGE_SET, str(""), str("value"), NULL };
    nsess_writer_t  w;

    for (n = 5; n <= MAX_MEMBERS; n *= 4) {
        record = make_record(n, "");
        key = str_key(buf, n);
        set.key = key;
        len = record.len;

        nsess_work_steps = 0;
        good = json_check(record, &err) == NSESS_OK
               && nsess_work_steps <= WORK * len;

        nsess_work_steps = 0;
        good &= json_find(record, key, &raw) == NSESS_DECLINED
                && nsess_work_steps <= WORK * len;

        nsess_work_steps = 0;
        nsess_writer_init(&w, NULL, SIZE_MAX);
        good &= json_apply(record, &set, &w, &err) == NSESS_OK
                && nsess_work_steps <= WORK * len;

        ok(good, "%zu members take steps in proportion", n);

        free((void *) record.data);
    }
}


/* what is no object is refused before there is an index */

static void
test_type(void)
{
    nsess_err_t     err = { NSESS_E_NONE, 0 };
    nsess_record_t  record = json_record(str(" [{\"a\":1}]"));

    ok(nsess_json.open(&record, &err) == NSESS_ERROR
       && err.code == NSESS_E_TYPE && err.pos == 1 && record.tree == NULL,
       "a list");

    nsess_json.close(&record);
}


/* a record without an index is read, and changed, all the same */

static void
test_memory(void)
{
    int             good;
    size_t          i, n;
    nsess_err_t     err;
    nsess_str_t     data;
    nsess_value_t   value;
    nsess_record_t  record;

    for (n = 5; n <= 500; n *= 10) {
        data = make_record(n, "\"last\":true");
        good = 1;

        for (i = 0; i < 4; i++) {
            record = json_record(data);

            left = i;
            good &= nsess_json.open(&record, &err) == NSESS_OK;
            good &= (left == NEVER) == (record.tree == NULL);
            left = NEVER;

            good &= nsess_json.find(&record, str("last"), &value) == NSESS_OK
                    && nsess_str_equal(value.raw, str("true"));

            nsess_json.close(&record);
        }

        ok(good, "no memory for the index of %zu members", n);
        free((void *) data.data);
    }
}


/* a small index is of the caller's memory, a large one of malloc() */

static void
test_pool(void)
{
    int             good;
    size_t          n, used;
    nsess_err_t     err;
    nsess_value_t   value;
    nsess_record_t  record;

    for (n = 0; n <= 40; n += 8) {
        record = json_record(make_record(n, "\"last\":true"));
        record.alloc = pool_alloc;
        record.pool = &used;
        used = 0;

        good = nsess_json.open(&record, &err) == NSESS_OK
               && nsess_json.find(&record, str("last"), &value) == NSESS_OK
               && used == (n < 32 ? sizeof(nsess_json_index_t)
                                    + (n + 1) * sizeof(nsess_json_member_t)
                                  : 0);

        value.raw = record.data;
        nsess_json.close(&record);

        ok(good, "where the index of %zu members lies", n + 1);
        free((void *) value.raw.data);
    }

    record = json_record(str("{\"last\":true}"));
    record.alloc = pool_alloc;
    record.pool = NULL;

    ok(nsess_json.open(&record, &err) == NSESS_OK && record.tree == NULL
       && nsess_json.find(&record, str("last"), &value) == NSESS_OK,
       "the caller has no memory");

    nsess_json.close(&record);
}


/* memory that is not to be freed; without a pool there is none */

static void *
pool_alloc(void *pool, size_t size)
{
    static uint64_t  memory[256];

    if (pool == NULL || size > sizeof(memory)) {
        return NULL;
    }

    *(size_t *) pool += size;

    return memory;
}


/* a record begins and ends with its memory: no step reads beyond */

static void
test_ends(void)
{
    int          good;
    char         text[128];
    size_t       i;
    nsess_err_t  err;
    nsess_str_t  record, raw;

    good = 1;

    for (i = 0; i < 60; i++) {
        snprintf(text, sizeof(text), "{\"%.*s\":\"%.*s\"}", (int) (i % 20),
                 "abcdefghijklmnopqrst", (int) i,
                 "0123456789012345678901234567890123456789"
                 "0123456789012345678901234567890123456789");

        record.len = strlen(text);
        record.data = guard(text, record.len);

        good &= json_check(record, &err) == NSESS_OK
                && json_find(record, str("a"), &raw)
                   == (i % 20 == 1 ? NSESS_OK : NSESS_DECLINED);

        record.len--;
        record.data = guard(text, record.len);

        good &= json_check(record, &err) == NSESS_ERROR
                && err.code == NSESS_E_TRUNCATED && err.pos == record.len;
    }

    ok(good, "strings of all lengths, at the end of memory");
}


static nsess_str_t
make_record(size_t n, const char *more)
{
    char         *p, buf[MEMBER_LEN];
    size_t        i;
    nsess_str_t   record, key;

    p = malloc(n * MEMBER_LEN + strlen(more) + MEMBER_LEN);
    record.data = (uint8_t *) p;

    *p++ = '{';

    for (i = 0; i < n; i++) {
        key = str_key(buf, i);
        p += sprintf(p, "%s\"%.*s\":%d", i == 0 ? "" : ",", (int) key.len,
                     key.data, (int) (i % 10));
    }

    p += sprintf(p, "%s%s}", n != 0 && *more != '\0' ? "," : "", more);
    record.len = (size_t) ((uint8_t *) p - record.data);

    return record;
}


void *
__wrap_malloc(size_t size)
{
    if (left == 0) {
        left = NEVER;
        return NULL;
    }

    left -= left != NEVER;

    return __real_malloc(size);
}


void *
__wrap_realloc(void *p, size_t size)
{
    if (left == 0) {
        left = NEVER;
        return NULL;
    }

    left -= left != NEVER;

    return __real_realloc(p, size);
}
