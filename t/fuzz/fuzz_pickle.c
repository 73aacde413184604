/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * An input is the protocol to write, as a byte; then changes, which are "s" KEY
 * VALUE, "u" KEY or "c", up to any other byte; then a record.  Keys and values
 * have their length in a byte before them.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change_find.h"
#include "nsess_codec.h"
#include "nsess_json_scan.h"
#include "nsess_pickle.h"
#include "nsess_pickle_write.h"
#include "nsess_str.h"
#include "work.h"


#define MAX_CHANGES  4
#define MAX_KEYS     8
#define MAX_LEVELS   4
#define MAX_STEPS    4
#define MAX_TEXT     65536
#define MAX_RECORD   (1 << 20)

/*
 * Steps for each byte, as t/unit/test_pickle_work.c has them.  A value may be
 * written again and again in one text, which takes so many more.
 */
#define WORK_OPEN    64
#define WORK_VALUE   16
#define WORK_CHANGE  64
#define VISITS       (16 * NSESS_PICKLE_VISITS_MIN)

#define require(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static nsess_str_t take(const uint8_t **pos, const uint8_t *last);
static size_t take_changes(nsess_change_t *changes, const uint8_t **pos,
    const uint8_t *last);
static nsess_str_t copy(const uint8_t *data, size_t len);
static nsess_str_t apply(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_err_t *err);
static void check_refused(nsess_record_t *record);
static void check_same(const nsess_record_t *record);
static void check_changed(const nsess_record_t *record,
    const nsess_change_t *changes);
static void check_result(const nsess_record_t *record, nsess_str_t data,
    const nsess_change_t *changes);
static void check_kept(const nsess_record_t *record,
    const nsess_record_t *result, const nsess_change_t *changes);
static int holds_itself(const nsess_pickle_tree_t *tree);
static void check_value(const nsess_record_t *record,
    const nsess_value_t *value, size_t level);
static nsess_rc_t text(const nsess_record_t *record,
    const nsess_value_t *value, int json, nsess_str_t *result);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t           n;
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_value_t    root;
    const uint8_t   *pos, *last;
    nsess_record_t   record;
    nsess_change_t   list[MAX_CHANGES];

    if (size == 0) {
        return 0;
    }

    pos = data + 1;
    last = data + size;

    n = take_changes(list, &pos, last);

    memset(&record, 0, sizeof(record));

    record.protocol = data[0] % (NSESS_PICKLE_PROTOCOL_MAX + 1);

    check_changed(&record, n != 0 ? list : NULL);

    record.data = copy(pos, (size_t) (last - pos));

    work_begin();
    rc = nsess_pickle.open(&record, &err);
    work_end("a pickle is opened", record.data.len, WORK_OPEN);

    if (rc == NSESS_OK) {
        check_same(&record);

        root.node = ((nsess_pickle_tree_t *) record.tree)->root;
        check_value(&record, &root, 0);

        check_changed(&record, n != 0 ? list : NULL);

    } else {
        require(err.code > NSESS_E_NONE && err.code < NSESS_E_LAST);
        require(err.pos <= record.data.len);
        check_refused(&record);
    }

    data = record.data.data;
    nsess_pickle.close(&record);
    free((void *) data);

    return 0;
}


static nsess_str_t
take(const uint8_t **pos, const uint8_t *last)
{
    nsess_str_t  part;

    part.data = *pos;
    part.len = 0;

    if (*pos < last) {
        part.len = *(*pos)++;
        part.data = *pos;
    }

    if (part.len > (size_t) (last - *pos)) {
        part.len = (size_t) (last - *pos);
    }

    *pos += part.len;

    return part;
}


static size_t
take_changes(nsess_change_t *changes, const uint8_t **pos,
    const uint8_t *last)
{
    size_t           n;
    uint8_t          op;
    nsess_change_t  *change;

    for (n = 0; n < MAX_CHANGES && *pos < last; n++) {
        op = *(*pos)++;
        change = &changes[n];

        memset(change, 0, sizeof(*change));

        switch (op) {

        case 's':
            change->op = NSESS_CHANGE_SET;
            change->key = take(pos, last);
            change->value = take(pos, last);
            break;

        case 'u':
            change->op = NSESS_CHANGE_UNSET;
            change->key = take(pos, last);
            break;

        case 'c':
            change->op = NSESS_CHANGE_CLEAR;
            break;

        default:
            return n;
        }

        if (n != 0) {
            changes[n - 1].next = change;
        }
    }

    return n;
}


/* in memory of its own, so that a read behind it is seen */

static nsess_str_t
copy(const uint8_t *data, size_t len)
{
    uint8_t      *p;
    nsess_str_t   str;

    p = malloc(len != 0 ? len : 1);
    require(p != NULL);

    if (len != 0) {
        memcpy(p, data, len);
    }

    str.data = p;
    str.len = len;

    return str;
}


/* what was refused may be a pickle, but not of a dict */

static void
check_refused(nsess_record_t *record)
{
    nsess_err_t           err;
    nsess_value_t         root;
    nsess_record_t        other;
    nsess_pickle_tree_t  *tree;

    require(record->tree == NULL && record->opaque == 0);

    if (nsess_pickle_parse(record->data, &tree, &err) != NSESS_OK) {
        return;
    }

    require(tree->nodes[tree->root].kind != NSESS_PICKLE_DICT);

    other = *record;
    other.tree = tree;
    root.node = tree->root;

    check_value(&other, &root, 0);
    nsess_pickle_tree_free(tree);
}


/* a record is opened again, the same; no changes leave it as it is */

static void
check_same(const nsess_record_t *record)
{
    nsess_err_t     err;
    nsess_str_t     data;
    nsess_record_t  again;

    again = *record;

    require(nsess_pickle.open(&again, &err) == NSESS_OK);
    require(again.opaque == record->opaque);

    data = apply(record, NULL, &err);
    require(data.data != NULL && nsess_str_equal(data, record->data));

    free((void *) data.data);
    nsess_pickle.close(&again);
}


static void
check_changed(const nsess_record_t *record, const nsess_change_t *changes)
{
    nsess_str_t  data;
    nsess_err_t  err;

    data = apply(record, changes, &err);

    if (!nsess_change_is_text(changes)) {
        require(data.data == NULL && err.code == NSESS_E_UTF8);
        return;
    }

    if (data.data == NULL) {
        require(err.code == NSESS_E_OPAQUE
                || err.code == NSESS_E_OVERFLOW);
        require(err.pos < record->data.len);
        return;
    }

    check_result(record, data, changes);
    free((void *) data.data);
}


static void
check_result(const nsess_record_t *record, nsess_str_t data,
    const nsess_change_t *changes)
{
    size_t                 n;
    nsess_rc_t             rc;
    nsess_str_t            wanted, got;
    nsess_err_t            err;
    nsess_value_t          value;
    nsess_record_t         result;
    const nsess_change_t  *change;

    result = *record;
    result.data = data;

    require(nsess_pickle.open(&result, &err) == NSESS_OK);

    n = 0;

    for (change = changes; change != NULL; change = change->next) {

        if (change->op == NSESS_CHANGE_CLEAR) {
            n = SIZE_MAX / 2;
            continue;
        }

        /* Python 2 may have a str and an 8-bit string of this text */

        n += 2;

        rc = change_find(changes, change->key, &wanted);
        require(nsess_pickle.find(&result, change->key, &value) == rc);

        if (rc == NSESS_OK) {
            require(text(&result, &value, 0, &got) == NSESS_OK);
            require(nsess_str_equal(got, wanted));
            free((void *) got.data);
        }
    }

    require(result.opaque + n >= record->opaque);

    check_kept(record, &result, changes);
    nsess_pickle.close(&result);
}


/* what was not changed has the JSON that it had */

static void
check_kept(const nsess_record_t *record, const nsess_record_t *result,
    const nsess_change_t *changes)
{
    size_t                      i;
    uint32_t                    link;
    nsess_rc_t                  rc;
    nsess_str_t                 key, new, before, after;
    nsess_value_t               old, kept;
    const nsess_pickle_node_t  *root, *node;
    const nsess_pickle_tree_t  *tree;

    tree = record->tree;

    if (tree == NULL || holds_itself(tree)) {
        return;
    }

    root = &tree->nodes[tree->root];
    link = root->u.links.first;

    for (i = 0; i < root->len && i < 2 * MAX_KEYS; i += 2) {
        node = &tree->nodes[tree->links[link].node];
        key = nsess_pickle_str(node);

        rc = NSESS_OK;

        if (nsess_pickle_is_string(node)) {
            rc = change_find(changes, key, &new);
        }

        link = tree->links[tree->links[link].next].next;

        if (rc != NSESS_AGAIN) {
            continue;
        }

        require(nsess_pickle.find(record, key, &old) == NSESS_OK);
        require(nsess_pickle.find(result, key, &kept) == NSESS_OK);

        rc = text(record, &old, 1, &before);
        require(text(result, &kept, 1, &after) == rc);
        require(rc != NSESS_OK || nsess_str_equal(before, after));

        free((void *) before.data);
        free((void *) after.data);
    }
}


/* what holds the record changes with it */

static int
holds_itself(const nsess_pickle_tree_t *tree)
{
    size_t  i;

    for (i = 1; i < tree->nlinks; i++) {
        if (tree->links[i].node == tree->root) {
            return 1;
        }
    }

    return 0;
}


static void
check_value(const nsess_record_t *record, const nsess_value_t *value,
    size_t level)
{
    size_t         i;
    uint8_t        digit;
    nsess_err_t    err;
    nsess_str_t    result, step;
    nsess_value_t  inner;

    (void) text(record, value, 0, &result);
    free((void *) result.data);

    if (text(record, value, 1, &result) == NSESS_OK
        && result.len < MAX_TEXT)
    {
        require(nsess_json_scan(result, NSESS_DEPTH_MAX, &err) == NSESS_OK);
    }

    free((void *) result.data);

    if (level == MAX_LEVELS) {
        return;
    }

    for (i = 0; i < MAX_STEPS; i++) {
        digit = (uint8_t) ('0' + i);

        step.data = &digit;
        step.len = 1;

        if (nsess_pickle.step(record, value, step, &inner) == NSESS_OK) {
            check_value(record, &inner, level + 1);
        }
    }
}


/* up to MAX_TEXT bytes; a text that is longer is cut */

static nsess_rc_t
text(const nsess_record_t *record, const nsess_value_t *value, int json,
    nsess_str_t *result)
{
    uint8_t         *p;
    nsess_rc_t       rc;
    nsess_writer_t   count, w;

    nsess_rc_t  (*write)(const nsess_record_t *record,
                     const nsess_value_t *value, nsess_writer_t *w);

    write = json ? nsess_pickle.json : nsess_pickle.text;

    nsess_writer_init(&count, NULL, MAX_TEXT);
    work_begin();
    rc = write(record, value, &count);
    work_end("a value as text", VISITS + MAX_TEXT + record->data.len,
             WORK_VALUE);
    require(rc == NSESS_OK || rc == NSESS_DECLINED);

    p = malloc(MAX_TEXT);
    require(p != NULL);

    nsess_writer_init(&w, p, MAX_TEXT);
    require(write(record, value, &w) == rc);
    require(w.error == count.error && w.len == count.len);

    result->data = p;
    result->len = w.error == NSESS_E_NONE ? w.len : MAX_TEXT;

    if (w.error != NSESS_E_NONE && w.len < MAX_TEXT) {
        memset(p + w.len, 0, MAX_TEXT - w.len);
    }

    return rc;
}


/* .data is NULL if it is refused */

static nsess_str_t
apply(const nsess_record_t *record, const nsess_change_t *changes,
    nsess_err_t *err)
{
    uint8_t         *p;
    nsess_rc_t       rc;
    nsess_str_t      result;
    nsess_writer_t   count, w;

    result.data = NULL;
    result.len = 0;

    nsess_writer_init(&count, NULL, MAX_RECORD);

    work_begin();
    rc = nsess_pickle.apply(record, changes, &count, err);
    work_end("a record is changed", record->data.len + count.len,
             WORK_CHANGE);

    if (rc != NSESS_OK) {
        return result;
    }

    p = malloc(count.len);
    require(p != NULL);

    nsess_writer_init(&w, p, count.len);
    require(nsess_pickle.apply(record, changes, &w, err) == NSESS_OK);
    require(w.len == count.len);

    result.data = p;
    result.len = w.len;

    return result;
}
