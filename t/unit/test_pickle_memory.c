/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The codecs when malloc() fails, each time in turn.  The linker has put the
 * functions below in front of libc's.
 */


#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_codec.h"
#include "nsess_increment.h"
#include "nsess_keyset.h"
#include "nsess_pickle.h"
#include "str.h"
#include "tap.h"


#define MAX_FAILURES  1000
#define CHANGES       (NSESS_KEYSET_SMALL + 1)    /* need memory */
#define MAX_PADDING   70        /* the first arrays have room for 32 */
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
static void test_padded(const char *pad, const char *name);
static int is_told(nsess_str_t data);
static void test_again(void);
static void test_dropped(void);
static void test_json(void);
static int open_large(nsess_record_t *record, nsess_keeper_t *keeper);
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


/* values of all kinds, inside of a list */

static const nsess_str_t  parts[] = {
    bytes("I1\nL99999999999999999999L\n\x8a\x09\0\0\0\0\0\0\0\0\1"),
    bytes("F1.5\nG\x3f\xf8\0\0\0\0\0\0I01\n"),
    bytes("U\1aX\1\0\0\0aVb\nS'c'\nC\1d\x96\1\0\0\0\0\0\0\0e"),
    bytes("](K\1K\2e(K\1l)(t(K\1tK\1\x85K\1K\2\x86"),
    bytes("}(U\1aK\1u(U\1aK\1dU\1a}U\1bK\1s"),
    bytes("\x8f(K\1\x90(K\1\x91"),
    bytes("c_codecs\nencode\n(Va\xff\nVlatin1\ntR"),
    bytes("cbuiltins\nbytearray\nC\1a\x85R"),
    bytes("cbuiltins\nset\n(K\1K\2l\x85R"),
    bytes("\x8c\1m\x8c\1x\x93)R"),
    bytes("cm\nX\n)\x81}U\1aK\1sb(im\nX\n(cm\nX\no"),
    bytes("cm\nX\n)}\x92" "2"),
    bytes("Nq\1r\2\0\0\0p3\n\x94h\1j\2\0\0\0g3\n")
};


static const nsess_change_t  sets =
    { NSESS_CHANGE_SET, nsess_string("n"), nsess_string("v"), NULL };
static const nsess_change_t  unsets =
    { NSESS_CHANGE_UNSET, nsess_string("a"), nsess_string(""), &sets };


static nsess_change_t  changes[CHANGES];    /* each adds 1 to "a" */


int
main(void)
{
    size_t  i;

    for (i = 0; i < CHANGES; i++) {
        changes[i].op = NSESS_CHANGE_INCR;
        changes[i].key = str("a");
        changes[i].value = str("1");
        changes[i].next = i + 1 < CHANGES ? &changes[i + 1] : NULL;
    }

    test_again();
    test_dropped();
    test_json();

    test_padded("N", "None");
    test_padded("K\1", "one");
    test_padded("2", "the same value");

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
    nsess_rc_t       rc;
    nsess_value_t    value;
    nsess_keeper_t   keeper;
    nsess_record_t   record;

    if (!open_large(&record, &keeper)) {
        return;
    }

    rc = NSESS_ERROR;

    for (i = 0; i < MAX_FAILURES && rc == NSESS_ERROR; i++) {
        nsess_keeper_drop(&keeper);

        left = i;
        rc = nsess_pickle.find(&record, str("a"), &value);
        left = NEVER;
    }

    ok(i > 2 && rc == NSESS_OK, "is read again, after %zu failures", i - 1);

    nsess_pickle.close(&record);
}


/*
 * With each number of values before it, so that each opcode is the one for
 * which an array has to grow
 */

static void
test_padded(const char *pad, const char *name)
{
    int          good;
    size_t       i, n, k, len;
    uint8_t      buf[512], *p;
    nsess_str_t  data;

    good = 1;
    len = strlen(pad);

    for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        for (n = 0; n < MAX_PADDING; n++) {
            p = buf;

            memcpy(p, "}U\1a(N", 6);
            p += 6;

            for (k = 0; k < n; k++) {
                memcpy(p, pad, len);
                p += len;
            }

            memcpy(p, parts[i].data, parts[i].len);
            p += parts[i].len;

            memcpy(p, "ls.", 3);

            data.data = buf;
            data.len = (size_t) (p + 3 - buf);

            good &= is_told(data);
        }
    }

    ok(good, "no memory for any value, behind up to %d of %s",
       MAX_PADDING - 1, name);
}


static int
is_told(nsess_str_t data)
{
    size_t                i;
    nsess_rc_t            rc;
    nsess_err_t           err;
    nsess_pickle_tree_t  *tree;

    for (i = 0; i < MAX_FAILURES; i++) {
        tree = NULL;

        left = i;
        rc = nsess_pickle_parse(data, &tree, &err);
        left = NEVER;

        if (rc == NSESS_OK) {
            nsess_pickle_tree_free(tree);
            return i > 2;
        }

        if (err.code != NSESS_E_MEMORY || err.pos > data.len) {
            return 0;
        }
    }

    return 0;
}


/* each function makes the tree again, or says that it could not */

static void
test_dropped(void)
{
    uint8_t              out[64];
    nsess_rc_t           rc;
    nsess_err_t          err;
    nsess_value_t        value;
    nsess_keeper_t       keeper;
    nsess_record_t       record;
    nsess_writer_t       w;
    nsess_incremented_t  copies[CHANGES];

    if (!open_large(&record, &keeper)
        || nsess_pickle.find(&record, str("a"), &value) != NSESS_OK)
    {
        return;
    }

    nsess_writer_init(&w, out, sizeof(out));
    nsess_keeper_drop(&keeper);

    left = 0;
    ok(nsess_pickle.text(&record, &value, &w) == NSESS_DECLINED, "no text");
    ok(nsess_pickle.json(&record, &value, &w) == NSESS_DECLINED, "no JSON");
    ok(!nsess_pickle.is_false(&record, &value), "not false");
    ok(nsess_pickle.find(&record, str("a"), &value) == NSESS_ERROR,
       "neither found nor missing");
    ok(nsess_pickle.step(&record, &value, str("a"), &value)
       == NSESS_DECLINED, "no step into it");
    rc = nsess_pickle.apply(&record, &sets, &w, &err);
    ok(rc == NSESS_ERROR && err.code == NSESS_E_MEMORY, "not changed");
    rc = nsess_increment(&nsess_pickle, &record, changes, copies, &err);
    ok(rc == NSESS_ERROR && err.code == NSESS_E_MEMORY, "nothing is counted");
    left = 1;
    rc = nsess_increment(&nsess_pickle, &record, changes, copies, &err);
    ok(rc == NSESS_ERROR && err.code == NSESS_E_MEMORY, "nor without a tree");
    left = NEVER;

    ok(nsess_pickle.text(&record, &value, &w) == NSESS_OK, "later");
    is_str(out, w.len, "1", "it has its text again");

    rc = nsess_increment(&nsess_pickle, &record, changes, copies, &err);
    ok(rc == NSESS_OK, "and is counted up");
    is_str(copies[CHANGES - 1].change.value.data,
           copies[CHANGES - 1].change.value.len, "10", "nine times");

    nsess_pickle.close(&record);
}


static void
test_json(void)
{
    uint8_t              out[64];
    nsess_rc_t           rc;
    nsess_err_t          err;
    nsess_record_t       record;
    nsess_writer_t       w;
    nsess_incremented_t  copies[CHANGES];

    memset(&record, 0, sizeof(record));
    nsess_writer_init(&w, out, sizeof(out));

    left = 0;
    rc = nsess_json.apply(&record, changes, &w, &err);
    ok(rc == NSESS_ERROR && err.code == NSESS_E_MEMORY && w.len == 0,
       "JSON is not changed");
    rc = nsess_increment(&nsess_json, &record, changes, copies, &err);
    ok(rc == NSESS_ERROR && err.code == NSESS_E_MEMORY, "nor counted up");
    left = NEVER;

    rc = nsess_increment(&nsess_json, &record, changes, copies, &err);
    ok(rc == NSESS_OK
       && nsess_json.apply(&record, &copies[0].change, &w, &err) == NSESS_OK,
       "later it is both");
    is_str(out, w.len, "{\"a\":9}", "nine times");
}


/* a record that has a keeper: one key is set again and again */

static int
open_large(nsess_record_t *record, nsess_keeper_t *keeper)
{
    size_t          i;
    nsess_err_t     err;

    static uint8_t  data[4096];

    memcpy(data, "}(", 2);

    for (i = 2; i + 7 < sizeof(data); i += 5) {
        memcpy(data + i, "U\1aK\1", 5);
    }

    memcpy(data + i, "u.", 2);

    memset(keeper, 0, sizeof(nsess_keeper_t));
    memset(record, 0, sizeof(nsess_record_t));

    keeper->made = made;

    record->protocol = NSESS_PICKLE_PROTOCOL;
    record->data.data = data;
    record->data.len = i + 2;
    record->keeper = keeper;

    return ok(nsess_pickle.open(record, &err) == NSESS_OK, "a large record");
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
