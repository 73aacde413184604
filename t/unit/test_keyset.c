/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Sets of keys, and the work of the codecs for many keys at once: in
 * proportion to the record and to the keys, not to their product.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_codec.h"
#include "nsess_increment.h"
#include "nsess_work.h"
#include "tap.h"


#define MANY      1000
#define MEMBERS   20000
#define KEY_LEN   sizeof("k0000000")
#define LENGTHS   200

/* steps that one key may cost beside the pass, its bytes included */
#define PER_KEY   256


static void test_empty(void);
static void test_add(size_t n);
static void test_lengths(void);
static void test_changes(void);
static void test_find_all(const nsess_codec_t *codec, const char *name,
    nsess_str_t data);
static void test_json_work(void);
static uint64_t work_of(const nsess_record_t *record, size_t n,
    nsess_change_e op, const char *value);
static nsess_str_t make_record(void);
static nsess_str_t key_of(char *buf, size_t i);


int
main(void)
{
    test_empty();
    test_add(NSESS_KEYSET_SMALL);
    test_add(NSESS_KEYSET_SMALL + 1);
    test_add(MANY);
    test_lengths();
    test_changes();

    test_find_all(&nsess_json, "JSON",
        (nsess_str_t) nsess_string("{\"a\":1,\"b\":2,\"\\u0061\":3,\"\":4}"));
    test_find_all(&nsess_pickle, "pickle",
        (nsess_str_t) nsess_string("}(X\1\0\0\0aK\3X\1\0\0\0bK\2X\0\0\0\0K"
                                   "\4u."));

    test_json_work();

    return done_testing();
}


static void
test_empty(void)
{
    nsess_str_t     key = nsess_string("");
    nsess_keyset_t  keys;

    ok(nsess_keyset_init(&keys, 0) == NSESS_OK, "an empty set");
    ok(nsess_keyset_find(&keys, key) == NULL, "has no key, nor the empty one");
    nsess_keyset_done(&keys);
}


static void
test_add(size_t n)
{
    char            bufs[MANY + 1][KEY_LEN];
    size_t          i, good;
    nsess_keyset_t  keys;

    ok(nsess_keyset_init(&keys, n) == NSESS_OK, "a set of %zu", n);

    for (i = 0, good = 0; i < n; i++) {
        good += nsess_keyset_find(&keys, key_of(bufs[i], i)) == NULL
                && nsess_keyset_add(&keys, key_of(bufs[i], i))
                   == &keys.keys[i];
    }

    ok(good == n && keys.n == n, "%zu: keys are added in their order", n);

    for (i = 0, good = 0; i < n; i++) {
        good += nsess_keyset_add(&keys, key_of(bufs[i], i)) == &keys.keys[i];
    }

    ok(good == n && keys.n == n, "%zu: each once", n);
    ok(nsess_keyset_find(&keys, key_of(bufs[n], n)) == NULL,
       "%zu: another one is not found", n);

    nsess_keyset_done(&keys);
}


/* a key of each length alone, and others that are one longer or shorter */

static void
test_lengths(void)
{
    size_t          len, good;
    nsess_str_t     key;
    nsess_keyset_t  keys;
    static uint8_t  text[LENGTHS + 1];

    memset(text, 'k', sizeof(text));

    key.data = text;

    for (len = 1, good = 0; len < LENGTHS; len++) {
        key.len = len;

        good += nsess_keyset_init(&keys, 1) == NSESS_OK
                && nsess_keyset_add(&keys, key) == &keys.keys[0]
                && nsess_keyset_find(&keys, key) == &keys.keys[0];

        key.len = len - 1;
        good += nsess_keyset_find(&keys, key) == NULL;

        key.len = len + 1;
        good += nsess_keyset_find(&keys, key) == NULL;

        nsess_keyset_done(&keys);
    }

    ok(good == 3 * (LENGTHS - 1), "keys of up to %d bytes", LENGTHS);
}


static void
test_changes(void)
{
    nsess_keyset_t         keys;
    nsess_change_t         list[] = {
        { NSESS_CHANGE_SET, nsess_string("a"), nsess_string("0"), NULL },
        { NSESS_CHANGE_CLEAR, nsess_string(""), nsess_string(""), NULL },
        { NSESS_CHANGE_UNSET, nsess_string("b"), nsess_string(""), NULL },
        { NSESS_CHANGE_SET, nsess_string("b"), nsess_string("1"), NULL },
        { NSESS_CHANGE_SET, nsess_string("c"), nsess_string("1"), NULL },
        { NSESS_CHANGE_INCR, nsess_string("b"), nsess_string("1"), NULL },
        { NSESS_CHANGE_UNSET, nsess_string("c"), nsess_string(""), NULL }
    };
    const nsess_change_t  *clear;

    list[0].next = &list[1];
    list[1].next = &list[2];
    list[2].next = &list[3];
    list[3].next = &list[4];
    list[4].next = &list[5];
    list[5].next = &list[6];

    ok(nsess_keyset_of_changes(&keys, list, &clear) == NSESS_OK
       && clear == &list[1] && keys.n == 2, "of changes: behind a clear");
    ok(keys.keys[0].first == &list[3] && keys.keys[0].last == &list[5],
       "the first that sets a key, and the last that decides of it");
    ok(keys.keys[1].first == &list[4] && keys.keys[1].last == &list[6],
       "which may remove it");
    nsess_keyset_done(&keys);

    ok(nsess_keyset_of_changes(&keys, NULL, &clear) == NSESS_OK
       && clear == NULL && keys.n == 0, "of no changes");
    nsess_keyset_done(&keys);
}


static void
test_find_all(const nsess_codec_t *codec, const char *name, nsess_str_t data)
{
    size_t           i, good;
    nsess_err_t      err;
    nsess_value_t    value;
    nsess_keyset_t   keys;
    nsess_record_t   record = { { 0, NULL }, NULL, 0, NSESS_PICKLE_PROTOCOL,
                                NULL, NULL, NULL };

    static const nsess_str_t  texts[] = {
        nsess_string("b"), nsess_string("z"), nsess_string(""),
        nsess_string("a"), nsess_string("aa")
    };

    (void) nsess_keyset_init(&keys, 5);

    for (i = 0; i < 5; i++) {
        (void) nsess_keyset_add(&keys, texts[i]);
    }

    codec->find_all(&record, &keys);
    ok(!keys.keys[0].found, "%s: a record without data has no keys", name);

    record.data = data;

    if (!ok(codec->open(&record, &err) == NSESS_OK, "%s: a record", name)) {
        return;
    }

    codec->find_all(&record, &keys);

    for (i = 0, good = 0; i < 5; i++) {
        value.raw.data = NULL;
        value.raw.len = 0;
        value.node = 0;

        if (codec->find(&record, texts[i], &value) == NSESS_OK) {
            good += keys.keys[i].found
                    && value.raw.data == keys.keys[i].value.raw.data
                    && value.node == keys.keys[i].value.node;

        } else {
            good += !keys.keys[i].found;
        }
    }

    ok(good == 5 && keys.keys[0].found && keys.keys[2].found,
       "%s: finds all keys as one by one", name);

    codec->close(&record);
    nsess_keyset_done(&keys);
}


static void
test_json_work(void)
{
    uint64_t        one, many;
    nsess_err_t     err;
    nsess_record_t  record = { { 0, NULL }, NULL, 0, NSESS_PICKLE_PROTOCOL,
                               NULL, NULL, NULL };

    record.data = make_record();

    ok(nsess_json.open(&record, &err) == NSESS_OK, "a record of many keys");

    /* a single change is spliced: a pass with many keys takes some more */

    one = work_of(&record, 1, NSESS_CHANGE_SET, "x");
    many = work_of(&record, MANY, NSESS_CHANGE_SET, "x");

    ok(one != 0 && many < 2 * one + MANY * PER_KEY,
       "%d sets cost one pass: %llu steps, one set %llu", MANY,
       (unsigned long long) many, (unsigned long long) one);

    many = work_of(&record, MANY, NSESS_CHANGE_UNSET, "");

    ok(many < 2 * one + MANY * PER_KEY, "so do unsets: %llu steps",
       (unsigned long long) many);

    many = work_of(&record, MANY, NSESS_CHANGE_INCR, "1");

    ok(many < 5 * one + MANY * PER_KEY, "increments two: %llu steps",
       (unsigned long long) many);

    nsess_json.close(&record);
    free((void *) record.data.data);
}


/* of n changes, each of another key, half of which the record has */

static uint64_t
work_of(const nsess_record_t *record, size_t n, nsess_change_e op,
    const char *value)
{
    char                 *bufs;
    size_t                i;
    nsess_rc_t            rc;
    nsess_err_t           err;
    nsess_writer_t        w;
    nsess_change_t       *list;
    nsess_incremented_t  *counted;

    bufs = malloc(n * KEY_LEN);
    list = calloc(n, sizeof(nsess_change_t));
    counted = calloc(n, sizeof(nsess_incremented_t));

    for (i = 0; i < n; i++) {
        list[i].op = op;
        list[i].key = key_of(bufs + i * KEY_LEN, MEMBERS - n / 2 + i);
        list[i].value.data = (const uint8_t *) value;
        list[i].value.len = strlen(value);
        list[i].next = i + 1 < n ? &list[i + 1] : NULL;
    }

    nsess_writer_init(&w, NULL, SIZE_MAX);
    nsess_work_steps = 0;

    rc = nsess_increment(&nsess_json, record, list, counted, &err);

    if (rc == NSESS_OK) {
        rc = nsess_json.apply(record, &counted[0].change, &w, &err);
    }

    ok(rc == NSESS_OK, "%zu changes", n);

    free(counted);
    free(list);
    free(bufs);

    return nsess_work_steps;
}


/* the keys stand twice: in the place of the first the last one counts */

static nsess_str_t
make_record(void)
{
    char         *p, *start;
    size_t        i;
    nsess_str_t   record;

    start = malloc(2 * MEMBERS * (KEY_LEN + sizeof("\"\":1,")) + 2);
    p = start;
    *p++ = '{';

    for (i = 0; i < 2 * MEMBERS; i++) {
        p += sprintf(p, "%s\"k%07zu\":1", i != 0 ? "," : "", i % MEMBERS);
    }

    *p++ = '}';

    record.data = (const uint8_t *) start;
    record.len = (size_t) (p - start);

    return record;
}


static nsess_str_t
key_of(char *buf, size_t i)
{
    nsess_str_t  key;

    key.len = (size_t) snprintf(buf, KEY_LEN, "k%07zu", i % 10000000);
    key.data = (const uint8_t *) buf;

    return key;
}
