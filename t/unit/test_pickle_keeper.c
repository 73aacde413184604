/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Trees of large records that share a keeper: only the last one that was used
 * is kept, and the others are made again, with the same values.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_codec.h"
#include "nsess_pickle.h"
#include "tap.h"


#define RECORDS  3
#define ITEMS    4000

#define BUF_SIZE  (4 * ITEMS)

#define bytes(text)  { sizeof(text) - 1, (const uint8_t *) text }


static void test_large(void);
static void test_small(void);
static void test_changed(void);
static void open_all(nsess_record_t *records, nsess_keeper_t *keeper);
static void close_all(nsess_record_t *records);
static nsess_str_t large(uint8_t item);
static int is_value(const nsess_record_t *record, uint8_t digit);
static size_t trees(const nsess_record_t *records);
static void made(nsess_keeper_t *keeper);


static const nsess_str_t  key = nsess_string("u");


int
main(void)
{
    test_large();
    test_small();
    test_changed();

    return done_testing();
}


static void
test_large(void)
{
    int              i, n;
    nsess_keeper_t   keeper;
    nsess_record_t   records[RECORDS];

    open_all(records, &keeper);

    n = *(int *) keeper.data;

    ok(n == RECORDS, "each tree is told of");
    ok(trees(records) == 1, "the last one is kept");

    for (i = 0; i < RECORDS; i++) {
        ok(is_value(&records[i], (uint8_t) ('1' + i)), "record %d is read", i);
        ok(trees(records) == 1, "no other tree stays");
    }

    nsess_keeper_drop(&keeper);
    ok(trees(records) == 0, "it is dropped");

    nsess_keeper_drop(&keeper);
    ok(keeper.tree == NULL, "once");

    ok(is_value(&records[1], '2'), "a record is read all the same");

    n = *(int *) keeper.data;

    ok(is_value(&records[1], '2') && *(int *) keeper.data == n,
       "and its tree is made once");

    nsess_pickle.close(&records[1]);
    ok(keeper.tree == NULL, "a record that is closed is not kept");

    close_all(records);
}


static void
test_small(void)
{
    int              n;
    nsess_err_t      err;
    nsess_keeper_t   keeper;
    nsess_record_t   record;

    static const nsess_str_t  small = bytes("}U\1u](K\1es.");

    n = 0;

    memset(&keeper, 0, sizeof(keeper));
    memset(&record, 0, sizeof(record));

    keeper.made = made;
    keeper.data = &n;

    record.data = small;
    record.keeper = &keeper;

    ok(nsess_pickle.open(&record, &err) == NSESS_OK
       && n == 0 && keeper.tree == NULL, "a small tree has no keeper");

    nsess_pickle.close(&record);
}


static void
test_changed(void)
{
    uint8_t          buf[BUF_SIZE];
    nsess_err_t      err;
    nsess_str_t      before;
    nsess_writer_t   w;
    nsess_keeper_t   keeper;
    nsess_record_t   records[RECORDS];

    static const nsess_change_t  set =
        { NSESS_CHANGE_SET, nsess_string("v"), nsess_string("w"), NULL };

    open_all(records, &keeper);

    nsess_writer_init(&w, buf, BUF_SIZE);

    ok(nsess_pickle.apply(&records[2], &set, &w, &err) == NSESS_OK
       && w.error == NSESS_E_NONE, "a record is changed");

    before.data = malloc(w.len);
    before.len = w.len;
    memcpy((void *) before.data, buf, w.len);

    nsess_keeper_drop(&keeper);
    nsess_writer_init(&w, buf, BUF_SIZE);

    ok(nsess_pickle.apply(&records[2], &set, &w, &err) == NSESS_OK
       && w.len == before.len && memcmp(buf, before.data, w.len) == 0,
       "into the same bytes by a tree that was made again");

    free((void *) before.data);
    close_all(records);
}


static void
open_all(nsess_record_t *records, nsess_keeper_t *keeper)
{
    size_t       i;
    nsess_err_t  err;

    static int  n;

    n = 0;

    memset(keeper, 0, sizeof(*keeper));

    keeper->made = made;
    keeper->data = &n;

    for (i = 0; i < RECORDS; i++) {
        memset(&records[i], 0, sizeof(records[i]));

        records[i].protocol = NSESS_PICKLE_PROTOCOL;
        records[i].keeper = keeper;
        records[i].data = large((uint8_t) (1 + i));

        ok(nsess_pickle.open(&records[i], &err) == NSESS_OK,
           "record %zu is opened", i);
    }
}


static void
close_all(nsess_record_t *records)
{
    size_t          i;
    const uint8_t  *data;

    for (i = 0; i < RECORDS; i++) {
        data = records[i].data.data;
        nsess_pickle.close(&records[i]);
        free((void *) data);
    }
}


/* a record with a list of many equal numbers */

static nsess_str_t
large(uint8_t item)
{
    size_t       i;
    uint8_t     *p;
    nsess_str_t  str;

    str.len = 6 + 2 * ITEMS + 3;
    str.data = p = malloc(str.len);

    memcpy(p, "}U\1u](", 6);
    p += 6;

    for (i = 0; i < ITEMS; i++) {
        *p++ = 'K';
        *p++ = item;
    }

    memcpy(p, "es.", 3);

    return str;
}


static int
is_value(const nsess_record_t *record, uint8_t digit)
{
    uint8_t         buf[BUF_SIZE];
    nsess_value_t   value;
    nsess_writer_t  w;

    nsess_writer_init(&w, buf, BUF_SIZE);

    return nsess_pickle.find(record, key, &value) == NSESS_OK
           && nsess_pickle.text(record, &value, &w) == NSESS_OK
           && w.len == 1 + 2 * ITEMS && buf[1] == digit
           && buf[w.len - 2] == digit;
}


/* the number of trees that are kept */

static size_t
trees(const nsess_record_t *records)
{
    size_t                i, n;
    nsess_pickle_tree_t  *tree;

    n = 0;

    for (i = 0; i < RECORDS; i++) {
        tree = records[i].tree;
        n += (tree->nodes != NULL);
    }

    return n;
}


static void
made(nsess_keeper_t *keeper)
{
    (*(int *) keeper->data)++;
}
