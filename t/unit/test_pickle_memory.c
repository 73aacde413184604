/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The pickle codec when malloc() fails, each time in turn.  The linker has
 * put the functions below in front of libc's.
 */


#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_codec.h"
#include "tap.h"


#define MAX_FAILURES  1000
#define NEVER         SIZE_MAX

#define bytes(text)  { sizeof(text) - 1, (const uint8_t *) text }
#define object       "cm\nX\n)\x81"


void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);

static void test_open(nsess_str_t data);
static void test_apply(nsess_str_t data, const nsess_change_t *changes);
static void test_again(void);
static void made(nsess_keeper_t *keeper);
static int fails(void);


/* so many calls succeed before one fails */
static size_t  left = NEVER;


static const nsess_str_t  records[] = {
    bytes("}q\0(U\1aK\1r\xff\xff\xff\xffU\1b](K\1h\0)j\xff\xff\xff\xff"
          "eu."),
    bytes("}q\0(U\1aV\\u20ac\nU\1c\x8f(K\1\x90U\1bU\1dU\1aNu."),
    bytes("}q\0(U\1aK\1U\1bc_codecs\nencode\n(V\xff\nVlatin1\ntRu."),
    bytes("}q\0(U\1aL99999999999999999999L\nU\1bU\1du."),
    bytes("}q\0(U\1aK\1U\1b" object "U\1c]q\1h\1au."),
    bytes("}q\0(U\1aK\1U\1b](K\1)\x85h\0e" "U\1c}U\1xh\0su(U\1dNu.")
};


static const nsess_change_t  sets =
    { NSESS_CHANGE_SET, nsess_string("n"), nsess_string("v"), NULL };
static const nsess_change_t  unsets =
    { NSESS_CHANGE_UNSET, nsess_string("a"), nsess_string(""), &sets };


int
main(void)
{
    size_t  i;

    test_again();

    for (i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        test_open(records[i]);
        test_apply(records[i], &sets);
        test_apply(records[i], &unsets);
    }

    return done_testing();
}


static void
test_open(nsess_str_t data)
{
    size_t          i;
    nsess_rc_t      rc;
    nsess_err_t     err;
    nsess_record_t  record;

    for (i = 0; i < MAX_FAILURES; i++) {
        memset(&record, 0, sizeof(record));
        record.data = data;

        left = i;
        rc = nsess_pickle.open(&record, &err);
        left = NEVER;

        if (rc == NSESS_OK || err.code != NSESS_E_MEMORY
            || record.tree != NULL)
        {
            break;
        }
    }

    ok(i > 2 && i < MAX_FAILURES && rc == NSESS_OK,
       "a record of %zu bytes is opened when there is memory", data.len);

    nsess_pickle.close(&record);
}


static void
test_apply(nsess_str_t data, const nsess_change_t *changes)
{
    size_t          i;
    nsess_rc_t      rc;
    nsess_err_t     err;
    nsess_record_t  record;
    nsess_writer_t  w;

    memset(&record, 0, sizeof(record));

    record.protocol = NSESS_PICKLE_PROTOCOL;
    record.data = data;

    if (!ok(nsess_pickle.open(&record, &err) == NSESS_OK, "a record")) {
        return;
    }

    for (i = 0; i < MAX_FAILURES; i++) {
        nsess_writer_init(&w, NULL, SIZE_MAX);

        left = i;
        rc = nsess_pickle.apply(&record, changes, &w, &err);
        left = NEVER;

        if (rc == NSESS_OK || err.code != NSESS_E_MEMORY) {
            break;
        }
    }

    ok(i < MAX_FAILURES && rc == NSESS_OK,
       "and changed, after %zu failures", i);

    nsess_pickle.close(&record);
}


/* the tree was dropped by its keeper */

static void
test_again(void)
{
    size_t           i;
    uint8_t          data[4096];
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_value_t    value;
    nsess_keeper_t   keeper;
    nsess_record_t   record;

    static const nsess_str_t  key = nsess_string("a");

    /* one key is set again and again */

    memset(data, 'N', sizeof(data));
    memcpy(data, "}(", 2);

    for (i = 2; i + 6 < sizeof(data); i += 4) {
        memcpy(data + i, "U\1aN", 4);
    }

    memcpy(data + i, "u.", 2);

    memset(&keeper, 0, sizeof(keeper));
    memset(&record, 0, sizeof(record));

    keeper.made = made;

    record.data.data = data;
    record.data.len = i + 2;
    record.keeper = &keeper;

    if (!ok(nsess_pickle.open(&record, &err) == NSESS_OK, "a large record")) {
        return;
    }

    rc = NSESS_ERROR;

    for (i = 0; i < MAX_FAILURES && rc == NSESS_ERROR; i++) {
        nsess_keeper_drop(&keeper);

        left = i;
        rc = nsess_pickle.find(&record, key, &value);
        left = NEVER;
    }

    ok(i > 2 && rc == NSESS_OK, "is read again, after %zu failures", i - 1);

    nsess_pickle.close(&record);
}


static void
made(nsess_keeper_t *keeper)
{
    (void) keeper;
}


static int
fails(void)
{
    if (left == NEVER) {
        return 0;
    }

    if (left == 0) {
        return 1;
    }

    left--;

    return 0;
}


void *
__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}


void *
__wrap_calloc(size_t n, size_t size)
{
    return fails() ? NULL : __real_calloc(n, size);
}


void *
__wrap_realloc(void *p, size_t size)
{
    return fails() ? NULL : __real_realloc(p, size);
}
