/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Writes a JSON record with changes, member by member. */


#include "nsess_json_apply.h"
#include "nsess_json_iter.h"
#include "nsess_json_splice.h"
#include "nsess_json_string.h"
#include "nsess_json_text.h"
#include "nsess_slow.h"
#include "nsess_str.h"


/* the record that is written */
typedef struct {
    nsess_keyset_t    keys;     /* that are changed */
    nsess_writer_t   *w;
    int               empty;    /* no member is written yet */
} nsess_json_output_t;


static nsess_error_e nsess_json_encode(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_writer_t *w);
static void nsess_json_copy(nsess_json_output_t *out,
    const nsess_record_t *record);
static void nsess_json_copy_item(nsess_json_output_t *out,
    nsess_json_item_t *item);
static void nsess_json_append(nsess_json_output_t *out,
    const nsess_change_t *changes);


nsess_rc_t
nsess_json_apply(const nsess_record_t *record, const nsess_change_t *changes,
    nsess_writer_t *w, nsess_err_t *err)
{
    err->pos = 0;

    if (!nsess_slow && nsess_json_splice(record, changes, w) == NSESS_OK) {
        err->code = w->error;

    } else {
        err->code = nsess_json_encode(record, changes, w);
    }

    return err->code == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR;
}


static nsess_error_e
nsess_json_encode(const nsess_record_t *record, const nsess_change_t *changes,
    nsess_writer_t *w)
{
    nsess_json_output_t    out;
    const nsess_change_t  *clear;

    if (!nsess_change_is_text(changes)) {
        return NSESS_E_UTF8;
    }

    if (nsess_keyset_of_changes(&out.keys, changes, &clear) != NSESS_OK) {
        return NSESS_E_MEMORY;
    }

    out.w = w;
    out.empty = 1;

    nsess_write_char(w, '{');

    if (clear == NULL) {
        nsess_json_copy(&out, record);

    } else {
        changes = clear->next;
    }

    nsess_json_append(&out, changes);
    nsess_write_char(w, '}');

    nsess_keyset_done(&out.keys);

    return w->error;
}


/* copies the members that stay, in their places */

static void
nsess_json_copy(nsess_json_output_t *out, const nsess_record_t *record)
{
    nsess_json_iter_t  it;
    nsess_json_item_t  item;

    nsess_json_iter_record(&it, record);

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
