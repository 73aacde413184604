/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The JSON codec.  A record is a JSON object; what is not changed is copied
 * as it stands.
 */


#include "nsess_codec.h"
#include "nsess_json_scan.h"
#include "nsess_json_string.h"
#include "nsess_json_text.h"
#include "nsess_str.h"
#include "nsess_work.h"


/* a member of an object, or an element of a list */
typedef struct {
    nsess_str_t     key;        /* raw; len 0 in a list */
    nsess_str_t     value;      /* raw */
    const uint8_t  *before;     /* the end of the item before it */
} nsess_json_item_t;


typedef struct {
    const uint8_t  *pos;
    const uint8_t  *last;
    int             object;
} nsess_json_iter_t;


/* the record that is written */
typedef struct {
    nsess_keyset_t    keys;     /* that are changed */
    nsess_writer_t   *w;
    int               empty;    /* no member is written yet */
} nsess_json_output_t;


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
static nsess_rc_t nsess_json_apply(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_writer_t *w, nsess_err_t *err);

static nsess_rc_t nsess_json_member(nsess_str_t object, nsess_str_t key,
    nsess_str_t *value);
static nsess_rc_t nsess_json_write_value(nsess_str_t value,
    nsess_writer_t *w);
static void nsess_json_iter(nsess_json_iter_t *it, nsess_str_t container);
static int nsess_json_next(nsess_json_iter_t *it, nsess_json_item_t *item);

static void nsess_json_copy(nsess_json_output_t *out, nsess_str_t record);
static void nsess_json_copy_item(nsess_json_output_t *out,
    nsess_json_item_t *item);
static void nsess_json_append(nsess_json_output_t *out,
    const nsess_change_t *changes);
static void nsess_json_write_change(nsess_writer_t *w,
    const nsess_change_t *change);


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
    nsess_json_apply
};


static nsess_rc_t
nsess_json_open(nsess_record_t *record, nsess_err_t *err)
{
    nsess_str_t     data;
    const uint8_t  *pos;

    data = record->data;

    record->tree = NULL;
    record->opaque = 0;

    if (nsess_json_scan(data, NSESS_DEPTH_MAX, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    pos = nsess_json_blank(data.data, data.data + data.len);

    if (*pos == '{') {
        return NSESS_OK;
    }

    err->code = NSESS_E_TYPE;
    err->pos = (size_t) (pos - data.data);

    return NSESS_ERROR;
}


static void
nsess_json_close(nsess_record_t *record)
{
    record->data.len = 0;
}


static nsess_rc_t
nsess_json_find(const nsess_record_t *record, nsess_str_t key,
    nsess_value_t *value)
{
    return nsess_json_member(record->data, key, &value->raw);
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
    nsess_wanted_t     *k;
    nsess_json_iter_t   it;
    nsess_json_item_t   item;

    nsess_json_iter(&it, record->data);

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


/* a value that is neither a list nor an object has no items */

static void
nsess_json_iter(nsess_json_iter_t *it, nsess_str_t container)
{
    it->last = container.data + container.len;
    it->pos = nsess_json_blank(container.data, it->last);
    it->object = 0;

    if (it->pos == it->last || (*it->pos != '{' && *it->pos != '[')) {
        it->pos = it->last;
        return;
    }

    it->object = (*it->pos == '{');
    it->pos++;
}


static int
nsess_json_next(nsess_json_iter_t *it, nsess_json_item_t *item)
{
    const uint8_t  *pos, *end;

    nsess_work(1);

    item->before = it->pos;
    item->key = nsess_str_span(it->pos, it->pos);

    pos = nsess_json_blank(it->pos, it->last);

    if (pos < it->last && *pos == ',') {
        pos = nsess_json_blank(pos + 1, it->last);
    }

    if (pos == it->last || *pos == '}' || *pos == ']') {
        return 0;
    }

    if (it->object) {
        end = nsess_json_skip(pos, it->last);
        item->key = nsess_str_span(pos, end);

        pos = nsess_json_blank(end, it->last);

        if (pos == it->last || *pos != ':') {
            return 0;
        }

        pos = nsess_json_blank(pos + 1, it->last);
    }

    it->pos = nsess_json_skip(pos, it->last);
    item->value = nsess_str_span(pos, it->pos);

    return item->value.len != 0;
}


static nsess_rc_t
nsess_json_apply(const nsess_record_t *record, const nsess_change_t *changes,
    nsess_writer_t *w, nsess_err_t *err)
{
    nsess_str_t            data;
    nsess_json_output_t    out;
    const nsess_change_t  *clear;

    err->pos = 0;

    if (!nsess_change_is_text(changes)) {
        err->code = NSESS_E_UTF8;
        return NSESS_ERROR;
    }

    if (nsess_keyset_of_changes(&out.keys, changes, &clear) != NSESS_OK) {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    data = record->data;

    if (clear != NULL) {
        data.len = 0;
        changes = clear->next;
    }

    out.w = w;
    out.empty = 1;

    nsess_write_char(w, '{');
    nsess_json_copy(&out, data);
    nsess_json_append(&out, changes);
    nsess_write_char(w, '}');

    nsess_keyset_done(&out.keys);

    err->code = w->error;

    return w->error == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR;
}


/* copies the members that stay, in their places */

static void
nsess_json_copy(nsess_json_output_t *out, nsess_str_t record)
{
    nsess_json_iter_t  it;
    nsess_json_item_t  item;

    nsess_json_iter(&it, record);

    while (out->w->error == NSESS_E_NONE && nsess_json_next(&it, &item)) {
        nsess_json_copy_item(out, &item);
    }
}


/* a name that is there twice becomes one member, in the place of the first */

static void
nsess_json_copy_item(nsess_json_output_t *out, nsess_json_item_t *item)
{
    nsess_wanted_t  *k;

    k = nsess_json_key(item->key, &out->keys);

    if (k != NULL) {

        if (k->found || k->last->op == NSESS_CHANGE_UNSET) {
            return;
        }

        k->found = 1;
    }

    if (!out->empty) {
        nsess_write_str(out->w, nsess_str_span(item->before,
                                                item->key.data));
    }

    out->empty = 0;

    nsess_write_str(out->w, nsess_str_span(item->key.data,
                                            item->value.data));

    if (k != NULL) {
        nsess_json_write_change(out->w, k->last);

    } else {
        nsess_write_str(out->w, item->value);
    }
}


/* writes the new members, in the order of their first sets */

static void
nsess_json_append(nsess_json_output_t *out, const nsess_change_t *changes)
{
    const nsess_wanted_t  *k;

    for ( /* void */ ; changes != NULL; changes = changes->next) {

        k = nsess_keyset_find(&out->keys, changes->key);

        if (k->found || k->first != changes
            || k->last->op == NSESS_CHANGE_UNSET)
        {
            continue;
        }

        if (!out->empty) {
            nsess_write_char(out->w, ',');
        }

        out->empty = 0;

        nsess_json_write_string(out->w, k->key);
        nsess_write_char(out->w, ':');
        nsess_json_write_change(out->w, k->last);
    }
}


static void
nsess_json_write_change(nsess_writer_t *w, const nsess_change_t *change)
{
    if (change->op == NSESS_CHANGE_NUMBER) {
        nsess_write_str(w, change->value);

    } else {
        nsess_json_write_string(w, change->value);
    }
}
