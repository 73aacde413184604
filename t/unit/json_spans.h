/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The functions of the JSON codec on spans of text: what they make of input
 * that did not pass, too.  Each is called twice, for a record with an index
 * and for one that has none (nsess_slow.h): both have to do the same, and the
 * one that takes more steps counts.
 */


#ifndef _JSON_SPANS_H_INCLUDED_
#define _JSON_SPANS_H_INCLUDED_


#include <stdlib.h>
#include <string.h>

#include "nsess_codec.h"
#include "nsess_json_index.h"
#include "nsess_slow.h"
#include "nsess_str.h"
#include "nsess_work.h"


#define json_same(condition)  if (!(condition)) { abort(); }


static inline nsess_record_t
json_record(nsess_str_t data)
{
    nsess_record_t  record = { { 0, NULL }, NULL, 0, NSESS_PICKLE_PROTOCOL,
                               NULL, NULL, NULL };

    record.data = data;

    return record;
}


/* from here to json_plain_end() the plain way is taken */

static inline void
json_plain(void)
{
    nsess_work_steps = 0;
    nsess_slow = 1;
}


/* steps that were taken before, and by the fast way */

static inline void
json_plain_end(uint64_t before, uint64_t fast)
{
    nsess_slow = 0;
    nsess_work_steps = before
                       + (nsess_work_steps > fast ? nsess_work_steps : fast);
}


/* the record, with an index if it is a good one, for json_done() */

static inline nsess_record_t
json_indexed(nsess_str_t data)
{
    uint64_t        steps;
    nsess_err_t     err;
    nsess_record_t  record = json_record(data);

    steps = nsess_work_steps;

    if (nsess_json.open(&record, &err) != NSESS_OK) {
        record.tree = NULL;
    }

    nsess_work_steps = steps;

    return record;
}


/* without AVX2 the same index is made */

static inline void
json_check_old(const nsess_record_t *record, nsess_rc_t rc)
{
    nsess_err_t                err;
    nsess_record_t             old = json_record(record->data);
    const nsess_json_index_t  *one, *other;

    nsess_old = 1;
    json_same(nsess_json.open(&old, &err) == rc);
    nsess_old = 0;

    one = record->tree;
    other = old.tree;

    json_same((one == NULL) == (other == NULL));
    json_same(one == NULL
              || (one->n == other->n
                  && memcmp(one->members, other->members,
                            one->n * sizeof(nsess_json_member_t)) == 0));

    nsess_json.close(&old);
}


static inline nsess_rc_t
json_check(nsess_str_t data, nsess_err_t *err)
{
    uint64_t        before, fast;
    nsess_rc_t      rc;
    nsess_err_t     plain_err = { NSESS_E_NONE, 0 };
    nsess_record_t  record = json_record(data), plain = json_record(data);

    before = nsess_work_steps;
    rc = nsess_json.open(&record, err);
    fast = nsess_work_steps - before;

    json_check_old(&record, rc);

    json_plain();
    json_same(nsess_json.open(&plain, &plain_err) == rc && plain.tree == NULL);
    json_same(rc == NSESS_OK || (plain_err.code == err->code
                                 && plain_err.pos == err->pos));
    json_plain_end(before, fast);

    nsess_json.close(&record);

    return rc;
}


static inline nsess_rc_t
json_find(nsess_str_t data, nsess_str_t key, nsess_str_t *raw)
{
    uint64_t        before, fast;
    nsess_rc_t      rc;
    nsess_value_t   value = { data, 0 }, plain = { data, 0 };
    nsess_record_t  record = json_indexed(data), scanned = json_record(data);

    before = nsess_work_steps;
    rc = nsess_json.find(&record, key, &value);
    fast = nsess_work_steps - before;

    json_plain();
    json_same(nsess_json.find(&scanned, key, &plain) == rc);
    json_same(rc != NSESS_OK || (plain.raw.data == value.raw.data
                                 && plain.raw.len == value.raw.len));
    json_plain_end(before, fast);

    *raw = value.raw;
    nsess_json.close(&record);

    return rc;
}


/* .found and .value of the keys, whose other members stay */

static inline void
json_find_all(nsess_str_t data, nsess_keyset_t *keys)
{
    size_t           i;
    uint64_t         before, fast;
    nsess_str_t     *found;
    nsess_record_t   record = json_indexed(data), scanned = json_record(data);

    found = calloc(keys->n + 1, sizeof(nsess_str_t));
    json_same(found != NULL);

    before = nsess_work_steps;
    json_same(nsess_json.find_all(&record, keys) == NSESS_OK);
    fast = nsess_work_steps - before;

    for (i = 0; i < keys->n; i++) {
        if (keys->keys[i].found) {
            found[i] = keys->keys[i].value.raw;
            keys->keys[i].found = 0;
        }
    }

    json_plain();
    json_same(nsess_json.find_all(&scanned, keys) == NSESS_OK);
    json_plain_end(before, fast);

    for (i = 0; i < keys->n; i++) {
        json_same(keys->keys[i].found == (found[i].data != NULL));
        json_same(!keys->keys[i].found
                  || (keys->keys[i].value.raw.data == found[i].data
                      && keys->keys[i].value.raw.len == found[i].len));
    }

    free(found);
    nsess_json.close(&record);
}


static inline nsess_rc_t
json_step(nsess_str_t raw, nsess_str_t step, nsess_str_t *result)
{
    nsess_rc_t      rc;
    nsess_value_t   value = { raw, 0 }, inner = { raw, 0 };
    nsess_record_t  record = json_record(raw);

    rc = nsess_json.step(&record, &value, step, &inner);

    *result = inner.raw;

    return rc;
}


static inline nsess_rc_t
json_text(nsess_str_t raw, nsess_writer_t *w)
{
    nsess_value_t   value = { raw, 0 };
    nsess_record_t  record = json_record(raw);

    return nsess_json.text(&record, &value, w);
}


/* is it the text of a value?  What is seen without writing it is the same */

static inline nsess_rc_t
json_has_text(nsess_str_t raw, nsess_str_t text)
{
    uint8_t         *buf;
    nsess_rc_t       seen, rc;
    nsess_value_t    value = { raw, 0 };
    nsess_writer_t   w;
    nsess_record_t   record = json_record(raw);

    buf = malloc(text.len + 1);
    json_same(buf != NULL);

    nsess_writer_init(&w, buf, text.len);

    rc = nsess_json.text(&record, &value, &w) == NSESS_OK
         && w.error == NSESS_E_NONE && w.len == text.len
         && (text.len == 0 || memcmp(buf, text.data, text.len) == 0)
         ? NSESS_OK : NSESS_DECLINED;

    seen = nsess_json.has_text(&record, &value, text);
    json_same(seen == rc || seen == NSESS_AGAIN);

    free(buf);

    return rc;
}


static inline nsess_rc_t
json_json(nsess_str_t raw, nsess_writer_t *w)
{
    nsess_value_t   value = { raw, 0 };
    nsess_record_t  record = json_record(raw);

    return nsess_json.json(&record, &value, w);
}


static inline nsess_rc_t
json_apply(nsess_str_t data, const nsess_change_t *changes,
    nsess_writer_t *w, nsess_err_t *err)
{
    uint8_t         *copy;
    uint64_t         before, fast;
    nsess_rc_t       rc;
    nsess_err_t      plain_err;
    nsess_writer_t   plain;
    nsess_record_t   record = json_indexed(data), scanned = json_record(data);

    plain = *w;
    copy = NULL;

    if (w->start != NULL) {
        copy = malloc(w->size + 1);
        json_same(copy != NULL && w->len == 0);
        plain.start = copy;
    }

    before = nsess_work_steps;
    rc = nsess_json.apply(&record, changes, w, err);
    fast = nsess_work_steps - before;

    json_plain();
    json_same(nsess_json.apply(&scanned, changes, &plain, &plain_err) == rc);
    json_same(rc == NSESS_OK ? plain.len == w->len
                             : plain_err.code == err->code);
    json_same(rc != NSESS_OK || copy == NULL
              || memcmp(copy, w->start, w->len) == 0);
    json_plain_end(before, fast);

    free(copy);
    nsess_json.close(&record);

    return rc;
}


#endif /* _JSON_SPANS_H_INCLUDED_ */
