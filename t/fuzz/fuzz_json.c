/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A record, then changes, each part ended by a NUL byte, which no record
 * holds: "-key" unsets, "!" clears, anything else is a key to set, and the
 * next part its value.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "change_find.h"
#include "json_spans.h"
#include "nsess_json_scan.h"
#include "nsess_str.h"
#include "nsess_utf8.h"
#include "work.h"


#define MAX_CHANGES  64
#define MAX_LEVELS   4
#define MAX_STEPS    4

/*
 * steps for a byte of the record and of the changes: they are read, and the
 * record is written
 */
#define WORK  32

#define require(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static nsess_str_t take(const uint8_t **pos, const uint8_t *last);
static size_t take_changes(nsess_change_t *changes, const uint8_t *pos,
    const uint8_t *last);
static size_t length(const nsess_change_t *changes);
static nsess_str_t copy(nsess_str_t str);
static nsess_str_t apply(nsess_str_t record, const nsess_change_t *changes);
static void check_copied(nsess_str_t record, const nsess_change_t *changes);
static void check_changed(nsess_str_t record, const nsess_change_t *changes);
static void check_values(nsess_str_t record, const nsess_change_t *changes,
    int valid);
static void check_all(nsess_str_t record, const nsess_change_t *changes);
static void check_value(nsess_str_t value, int valid, size_t level);
static nsess_rc_t text(nsess_str_t value, nsess_str_t *result, int valid);
static void check_text(nsess_str_t value, nsess_str_t text, nsess_rc_t rc);
static int is_inside(nsess_str_t part, nsess_str_t whole);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int              valid;
    size_t           n;
    nsess_str_t      record;
    nsess_err_t      err;
    const uint8_t   *pos, *last;
    nsess_change_t   list[MAX_CHANGES], *changes;

    pos = data;
    last = data + size;

    record = copy(take(&pos, last));

    n = take_changes(list, pos, last);
    changes = n != 0 ? list : NULL;

    work_begin();
    valid = (json_check(record, &err) == NSESS_OK);
    work_end("JSON is read", record.len, WORK);

    if (valid) {
        require(nsess_json_scan(record, NSESS_DEPTH_MAX, &err) == NSESS_OK);
        check_copied(record, changes);
        check_changed(record, changes);

    } else {
        require(err.code > NSESS_E_NONE && err.code < NSESS_E_LAST);
        require(err.pos <= record.len);
        free((void *) apply(record, changes).data);
    }

    check_values(record, changes, valid);

    free((void *) record.data);

    return 0;
}


static nsess_str_t
take(const uint8_t **pos, const uint8_t *last)
{
    nsess_str_t     part;
    const uint8_t  *end;

    part.data = *pos;

    for (end = *pos; end < last && *end != 0; end++) { /* void */ }

    part.len = (size_t) (end - *pos);
    *pos = end < last ? end + 1 : last;

    return part;
}


static size_t
take_changes(nsess_change_t *changes, const uint8_t *pos, const uint8_t *last)
{
    size_t           n;
    nsess_str_t      part;
    nsess_change_t  *change;

    for (n = 0; n < MAX_CHANGES && pos < last; n++) {
        part = take(&pos, last);

        change = &changes[n];

        memset(change, 0, sizeof(*change));

        if (n != 0) {
            changes[n - 1].next = change;
        }

        if (part.len == 1 && part.data[0] == '!') {
            change->op = NSESS_CHANGE_CLEAR;
            change->key.data = part.data;
            continue;
        }

        if (part.len != 0 && part.data[0] == '-') {
            change->op = NSESS_CHANGE_UNSET;
            change->key.data = part.data + 1;
            change->key.len = part.len - 1;
            continue;
        }

        change->op = NSESS_CHANGE_SET;
        change->key = part;
        change->value = take(&pos, last);
    }

    return n;
}


static size_t
length(const nsess_change_t *changes)
{
    size_t  len;

    len = 0;

    for ( /* void */ ; changes != NULL; changes = changes->next) {
        len += changes->key.len + changes->value.len;
    }

    return len;
}


/* exactly so large that a sanitizer sees a read past the end */

static nsess_str_t
copy(nsess_str_t str)
{
    uint8_t  *p;

    p = malloc(str.len != 0 ? str.len : 1);
    require(p != NULL);

    memcpy(p, str.data, str.len);
    str.data = p;

    return str;
}


/* data is NULL if a change is not UTF-8 */

static nsess_str_t
apply(nsess_str_t record, const nsess_change_t *changes)
{
    uint8_t         *p;
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_str_t      result;
    nsess_writer_t   count, w;

    result.data = NULL;
    result.len = 0;

    nsess_writer_init(&count, NULL, SIZE_MAX);

    work_begin();
    rc = json_apply(record, changes, &count, &err);
    work_end("JSON is changed", record.len + length(changes), WORK);

    if (rc != NSESS_OK) {
        require(err.code == NSESS_E_UTF8);
        return result;
    }

    p = malloc(count.len);
    require(p != NULL);

    nsess_writer_init(&w, p, count.len - 1);
    require(json_apply(record, changes, &w, &err) == NSESS_ERROR);
    require(err.code == NSESS_E_OVERFLOW);

    nsess_writer_init(&w, p, count.len);
    require(json_apply(record, changes, &w, &err) == NSESS_OK);
    require(w.len == count.len);

    result.data = p;
    result.len = w.len;

    return result;
}


/* without changes: the same values, and the second time the same bytes */

static void
check_copied(nsess_str_t record, const nsess_change_t *changes)
{
    nsess_rc_t   rc;
    nsess_err_t  err;
    nsess_str_t  once, twice, before, after;

    once = apply(record, NULL);
    require(once.data != NULL && once.len <= record.len);
    require(json_check(once, &err) == NSESS_OK);

    twice = apply(once, NULL);
    require(nsess_str_equal(once, twice));

    for ( /* void */ ; changes != NULL; changes = changes->next) {
        rc = json_find(record, changes->key, &before);
        require(json_find(once, changes->key, &after) == rc);
        require(rc != NSESS_OK || nsess_str_equal(before, after));
    }

    free((void *) once.data);
    free((void *) twice.data);
}


static void
check_changed(nsess_str_t record, const nsess_change_t *changes)
{
    int                    good;
    nsess_rc_t             rc;
    nsess_err_t            err;
    nsess_str_t            result, value, raw, got;
    const nsess_change_t  *c;

    good = 1;

    for (c = changes; c != NULL; c = c->next) {
        good = good
               && (c->op == NSESS_CHANGE_CLEAR || nsess_utf8_valid(c->key))
               && (c->op != NSESS_CHANGE_SET || nsess_utf8_valid(c->value));
    }

    result = apply(record, changes);
    require(good == (result.data != NULL));

    if (!good) {
        return;
    }

    require(json_check(result, &err) == NSESS_OK);

    for (c = changes; c != NULL; c = c->next) {

        if (c->op == NSESS_CHANGE_CLEAR) {
            continue;
        }

        rc = change_find(changes, c->key, &value);
        require(rc == NSESS_OK || rc == NSESS_DECLINED);
        require(json_find(result, c->key, &raw) == rc);

        if (rc == NSESS_OK) {
            require(text(raw, &got, 1) == NSESS_OK);
            require(nsess_str_equal(got, value));
            free((void *) got.data);
        }
    }

    free((void *) result.data);
}


static void
check_values(nsess_str_t record, const nsess_change_t *changes, int valid)
{
    nsess_str_t  value, found;

    check_value(record, valid, 0);
    check_all(record, changes);

    for ( /* void */ ; changes != NULL; changes = changes->next) {

        if (json_find(record, changes->key, &value) != NSESS_OK) {
            continue;
        }

        require(is_inside(value, record));
        require(json_step(record, changes->key, &found) == NSESS_OK);
        require(nsess_str_equal(value, found));

        check_value(value, valid, 0);
    }
}


/* the keys of the changes are found together as they are one by one */

static void
check_all(nsess_str_t record, const nsess_change_t *changes)
{
    size_t                 i;
    nsess_rc_t             rc;
    nsess_str_t            value;
    nsess_keyset_t         keys;
    const nsess_change_t  *clear;

    rc = nsess_keyset_of_changes(&keys, changes, &clear);
    require(rc == NSESS_OK);

    work_begin();
    json_find_all(record, &keys);
    work_end("keys are found in JSON", record.len + length(changes), WORK);

    for (i = 0; i < keys.n; i++) {
        rc = json_find(record, keys.keys[i].key, &value);

        require(keys.keys[i].found == (rc == NSESS_OK));
        require(rc != NSESS_OK
                || nsess_str_equal(value, keys.keys[i].value.raw));
    }

    nsess_keyset_done(&keys);
}


static void
check_value(nsess_str_t value, int valid, size_t level)
{
    size_t       i;
    uint8_t      digit;
    nsess_err_t  err;
    nsess_str_t  result, step, inner;

    if (valid) {
        require(nsess_json_scan(value, NSESS_DEPTH_MAX, &err) == NSESS_OK);
    }

    (void) text(value, &result, valid);
    free((void *) result.data);

    if (level == MAX_LEVELS) {
        return;
    }

    for (i = 0; i < MAX_STEPS; i++) {
        digit = (uint8_t) ('0' + i);

        step.data = &digit;
        step.len = 1;

        if (json_step(value, step, &inner) == NSESS_OK) {
            require(is_inside(inner, value));
            check_value(inner, valid, level + 1);
        }
    }
}


/* the text of a value, which is never longer than the value */

static nsess_rc_t
text(nsess_str_t value, nsess_str_t *result, int valid)
{
    uint8_t         *p;
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_writer_t   count, w;

    nsess_writer_init(&count, NULL, SIZE_MAX);
    work_begin();
    rc = json_text(value, &count);
    work_end("JSON as text", value.len, WORK);
    require(count.len <= value.len);

    p = malloc(count.len != 0 ? count.len : 1);
    require(p != NULL);

    nsess_writer_init(&w, p, count.len);
    require(json_text(value, &w) == rc);
    require(w.error == NSESS_E_NONE && w.len == count.len);

    result->data = p;
    result->len = w.len;

    if (valid) {
        check_text(value, *result, rc);
    }

    if (valid && rc == NSESS_OK) {
        require(nsess_utf8_valid(*result));

        if (*value.data == '{' || *value.data == '[') {
            rc = nsess_json_scan(*result, NSESS_DEPTH_MAX, &err);
            require(rc == NSESS_OK);
        }
    }

    return rc;
}


/* it is the value's, but what is cut or is another one is not */

static void
check_text(nsess_str_t value, nsess_str_t text, nsess_rc_t rc)
{
    require(json_has_text(value, text) == rc);

    if (text.len != 0) {
        text.len--;
        require(json_has_text(value, text) == NSESS_DECLINED);

        text.data++;
        (void) json_has_text(value, text);
    }

    (void) json_has_text(value, value);
}


static int
is_inside(nsess_str_t part, nsess_str_t whole)
{
    return part.data >= whole.data
           && part.len != 0
           && part.data + part.len <= whole.data + whole.len;
}
