/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The JSON codec.  A record is a JSON object; what is not changed is copied
 * as it stands.
 */


#include "nsess_codec.h"
#include "nsess_json_apply.h"
#include "nsess_json_index.h"
#include "nsess_json_iter.h"
#include "nsess_json_scan.h"
#include "nsess_json_text.h"
#include "nsess_slow.h"


static nsess_rc_t nsess_json_open(nsess_record_t *record, nsess_err_t *err);
static void nsess_json_close(nsess_record_t *record);
static nsess_rc_t nsess_json_find(const nsess_record_t *record,
    nsess_str_t key, nsess_value_t *value);
static nsess_rc_t nsess_json_find_all(const nsess_record_t *record,
    nsess_keyset_t *keys);
static nsess_rc_t nsess_json_step(const nsess_record_t *record,
    const nsess_value_t *value, nsess_str_t step, nsess_value_t *result);
static nsess_rc_t nsess_json_text(const nsess_record_t *record,
    const nsess_value_t *value, nsess_writer_t *w);
static nsess_rc_t nsess_json_json(const nsess_record_t *record,
    const nsess_value_t *value, nsess_writer_t *w);
static int nsess_json_is_false(const nsess_record_t *record,
    const nsess_value_t *value);
static nsess_rc_t nsess_json_has_text(const nsess_record_t *record,
    const nsess_value_t *value, nsess_str_t text);
static nsess_rc_t nsess_json_member(nsess_str_t object, nsess_str_t key,
    nsess_str_t *value);
static nsess_rc_t nsess_json_write_value(nsess_str_t value,
    nsess_writer_t *w);


const nsess_codec_t  nsess_json = {
    "json",
    nsess_json_open,
    nsess_json_close,
    nsess_json_find,
    nsess_json_find_all,
    nsess_json_step,
    nsess_json_text,
    nsess_json_json,
    nsess_json_is_false,
    nsess_json_has_text,
    nsess_json_apply
};


static nsess_rc_t
nsess_json_open(nsess_record_t *record, nsess_err_t *err)
{
    nsess_rc_t      rc;
    nsess_str_t     data;
    const uint8_t  *pos, *last;

    data = record->data;
    last = data.data + data.len;
    pos = nsess_json_blank(data.data, last);

    record->tree = NULL;
    record->opaque = 0;

    if (!nsess_slow && pos < last && *pos == '{') {
        return nsess_json_index_make(record, pos, err);
    }

    rc = nsess_json_scan(data, NSESS_DEPTH_MAX, err);

    if (rc == NSESS_OK && *pos != '{') {
        err->code = NSESS_E_TYPE;
        err->pos = (size_t) (pos - data.data);

        return NSESS_ERROR;
    }

    return rc;
}


static void
nsess_json_close(nsess_record_t *record)
{
    nsess_json_index_free(record->tree);

    record->tree = NULL;
    record->data.len = 0;
}


static nsess_rc_t
nsess_json_find(const nsess_record_t *record, nsess_str_t key,
    nsess_value_t *value)
{
    const nsess_json_index_t   *index;
    const nsess_json_member_t  *member;

    index = record->tree;

    if (index == NULL) {
        return nsess_json_member(record->data, key, &value->raw);
    }

    member = nsess_json_index_find(index, record->data, key);
    if (member == NULL) {
        return NSESS_DECLINED;
    }

    value->raw = nsess_json_index_value(record->data, member);

    return NSESS_OK;
}


static nsess_rc_t
nsess_json_member(nsess_str_t object, nsess_str_t key, nsess_str_t *value)
{
    nsess_rc_t         rc;
    nsess_json_iter_t  it;
    nsess_json_item_t  item;

    rc = NSESS_DECLINED;

    nsess_json_iter(&it, object);

    while (nsess_json_next(&it, &item)) {
        if (it.object && nsess_json_equal(item.key, key)) {
            *value = item.value;
            rc = NSESS_OK;
        }
    }

    return rc;
}


static nsess_rc_t
nsess_json_find_all(const nsess_record_t *record, nsess_keyset_t *keys)
{
    size_t              i;
    nsess_wanted_t     *k;
    nsess_json_iter_t   it;
    nsess_json_item_t   item;

    /* by the index, few keys are faster found one by one */

    if (record->tree != NULL && keys->n <= NSESS_KEYSET_SMALL) {

        for (i = 0; i < keys->n; i++) {
            k = &keys->keys[i];
            k->found = nsess_json_find(record, k->key, &k->value) == NSESS_OK;
        }

        return NSESS_OK;
    }

    nsess_json_iter_record(&it, record);

    while (it.object && nsess_json_next(&it, &item)) {
        k = nsess_json_key(item.key, keys);

        if (k != NULL) {
            k->value.raw = item.value;
            k->found = 1;
        }
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_json_step(const nsess_record_t *record, const nsess_value_t *value,
    nsess_str_t step, nsess_value_t *result)
{
    size_t             index;
    nsess_json_iter_t  it;
    nsess_json_item_t  item;

    (void) record;

    nsess_json_iter(&it, value->raw);

    if (it.object) {
        return nsess_json_member(value->raw, step, &result->raw);
    }

    if (nsess_codec_index(step, &index) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    while (nsess_json_next(&it, &item)) {
        if (index-- == 0) {
            result->raw = item.value;
            return NSESS_OK;
        }
    }

    return NSESS_DECLINED;
}


static nsess_rc_t
nsess_json_text(const nsess_record_t *record, const nsess_value_t *value,
    nsess_writer_t *w)
{
    (void) record;

    return nsess_json_write_value(value->raw, w);
}


static nsess_rc_t
nsess_json_json(const nsess_record_t *record, const nsess_value_t *value,
    nsess_writer_t *w)
{
    (void) record;

    if (value->raw.len == 0) {
        return NSESS_DECLINED;
    }

    nsess_json_write_compact(w, value->raw);

    return NSESS_OK;
}


static int
nsess_json_is_false(const nsess_record_t *record, const nsess_value_t *value)
{
    uint8_t             ch;
    const uint8_t      *pos, *last;
    nsess_json_iter_t   it;
    nsess_json_item_t   item;

    (void) record;

    pos = value->raw.data;
    last = pos + value->raw.len;

    if (pos == last) {
        return 0;
    }

    switch (*pos) {

    case '"':
        return value->raw.len == 2;

    case '{':
    case '[':
        nsess_json_iter(&it, value->raw);
        return !nsess_json_next(&it, &item);

    case 't':
        return 0;

    case 'f':
    case 'n':
        return 1;
    }

    /* a number: zero, whatever its exponent is */

    for ( /* void */ ; pos < last; pos++) {
        ch = *pos;

        if (ch == 'e' || ch == 'E') {
            break;
        }

        if (ch >= '1' && ch <= '9') {
            return 0;
        }
    }

    return 1;
}


static nsess_rc_t
nsess_json_has_text(const nsess_record_t *record, const nsess_value_t *value,
    nsess_str_t text)
{
    nsess_str_t  raw;

    (void) record;

    raw = value->raw;

    if (nsess_slow || raw.len == 0 || raw.data[0] != '"') {
        return NSESS_AGAIN;
    }

    return nsess_json_equal(raw, text) ? NSESS_OK : NSESS_DECLINED;
}


static nsess_rc_t
nsess_json_write_value(nsess_str_t value, nsess_writer_t *w)
{
    if (value.len == 0) {
        return NSESS_DECLINED;
    }

    switch (value.data[0]) {

    case '"':
        return nsess_json_write_text(w, value);

    case '{':
    case '[':
        nsess_json_write_compact(w, value);
        return NSESS_OK;

    case 't':
        nsess_write_char(w, '1');
        return NSESS_OK;

    case 'f':
        return NSESS_OK;

    case 'n':
        return NSESS_DECLINED;

    default:

        /* a number */

        nsess_write_str(w, value);
        return NSESS_OK;
    }
}
