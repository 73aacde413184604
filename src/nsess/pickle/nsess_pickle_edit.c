/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Applies changes to a record, in one of four ways.  A new record is written.
 * Pairs are appended to a record that another program wrote, or that holds
 * opaque values: the rest stays as it is, byte for byte.  A record that has
 * grown that way, or that loses keys, is written anew if all of it is data.
 * Keys beside opaque values are cut out.
 */


#include <stdlib.h>

#include "nsess_pickle.h"
#include "nsess_pickle_write.h"


/*
 * A record is appended to if it would get more than so many times longer when
 * it is written anew, in another protocol, unless it stays small
 */
#define NSESS_PICKLE_REWRITE_MAX  4
#define NSESS_PICKLE_REWRITE_MIN  4096

/*
 * Keys are cut out of a record that would get even longer.  Its values share
 * their bytes in a way that no pickler makes: an empty set takes 1 byte in
 * protocol 4, and 23 in protocol 0.
 */
#define NSESS_PICKLE_REWRITE_SHARED  32


typedef struct {
    const nsess_record_t       *record;
    const nsess_pickle_tree_t  *tree;       /* NULL: a new record */
    const nsess_change_t       *changes;
    const nsess_keyset_t       *keys;
    nsess_writer_t             *w;
    nsess_err_t                *err;
    size_t                      sets;       /* keys that get a value */
    size_t                      unsets;     /* keys that go */
    size_t                      kept;       /* keys that keep their place */
} nsess_pickle_edit_t;


/* a pair of the record, and the change of its value */
typedef struct {
    uint32_t                    key;
    uint32_t                    value;
    const nsess_change_t       *change;     /* NULL: it stays as it is */
} nsess_pickle_edit_pair_t;


static nsess_rc_t nsess_pickle_edit_record(nsess_pickle_edit_t *edit);
static void nsess_pickle_create(nsess_pickle_edit_t *edit);
static nsess_rc_t nsess_pickle_append_or_cut(nsess_pickle_edit_t *edit);
static void nsess_pickle_append(nsess_pickle_edit_t *edit);
static nsess_rc_t nsess_pickle_rewrite(nsess_pickle_edit_t *edit,
    size_t limit);
static nsess_rc_t nsess_pickle_write_record(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static nsess_rc_t nsess_pickle_count_uses(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static nsess_rc_t nsess_pickle_write_pairs(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static int nsess_pickle_next_pair(nsess_pickle_edit_t *edit, uint32_t *link,
    nsess_pickle_edit_pair_t *pair);
static void nsess_pickle_write_new(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static void nsess_pickle_write_change(nsess_pickle_output_t *out,
    const nsess_change_t *change);
static nsess_wanted_t *nsess_pickle_first_set(nsess_pickle_edit_t *edit,
    const nsess_change_t *change);
static int nsess_pickle_is_set(const nsess_wanted_t *key);


nsess_rc_t
nsess_pickle_edit(const nsess_record_t *record,
    const nsess_pickle_tree_t *tree, const nsess_change_t *changes,
    const nsess_keyset_t *keys, nsess_writer_t *w, nsess_err_t *err)
{
    size_t               i;
    nsess_pickle_edit_t  edit;

    edit.record = record;
    edit.tree = tree;
    edit.changes = changes;
    edit.keys = keys;
    edit.w = w;
    edit.err = err;
    edit.sets = 0;
    edit.unsets = 0;
    edit.kept = 0;

    for (i = 0; i < keys->n; i++) {

        if (nsess_pickle_is_set(&keys->keys[i])) {
            edit.sets++;

        } else {
            edit.unsets += keys->keys[i].found;
        }
    }

    return nsess_pickle_edit_record(&edit);
}


static nsess_rc_t
nsess_pickle_edit_record(nsess_pickle_edit_t *edit)
{
    int                         grown;
    size_t                      limit;
    nsess_rc_t                  rc;
    const nsess_pickle_tree_t  *tree;

    tree = edit->tree;

    if (tree == NULL) {
        nsess_pickle_create(edit);
        return NSESS_OK;
    }

    if (edit->sets == 0 && edit->unsets == 0) {
        nsess_write_str(edit->w, edit->record->data);
        return NSESS_OK;
    }

    grown = (tree->nodes[tree->root].flags & NSESS_PICKLE_GROWN) != 0;

    if (edit->record->opaque != 0
        || (edit->unsets == 0 && tree->memo && !grown))
    {
        return nsess_pickle_append_or_cut(edit);
    }

    limit = edit->unsets == 0 ? NSESS_PICKLE_REWRITE_MAX
                              : NSESS_PICKLE_REWRITE_SHARED;
    limit = NSESS_PICKLE_REWRITE_MIN + limit * edit->record->data.len;

    rc = nsess_pickle_rewrite(edit, limit);

    return rc == NSESS_DECLINED ? nsess_pickle_append_or_cut(edit) : rc;
}


static void
nsess_pickle_create(nsess_pickle_edit_t *edit)
{
    nsess_pickle_output_t  out = { NULL, 0, NULL, NULL, 0, 0 };

    out.w = edit->w;
    out.protocol = edit->record->protocol;

    nsess_pickle_write_header(&out);
    nsess_pickle_write_open(&out, NSESS_PICKLE_DICT);
    nsess_pickle_write_mark(&out, NSESS_PICKLE_DICT, edit->sets == 0);
    nsess_pickle_write_new(edit, &out);
    nsess_pickle_write_close(&out, NSESS_PICKLE_DICT, edit->sets == 0);
    nsess_write_char(edit->w, '.');
}


static nsess_rc_t
nsess_pickle_append_or_cut(nsess_pickle_edit_t *edit)
{
    nsess_str_t  data;

    data = edit->record->data;

    if (edit->unsets != 0) {

        if (nsess_pickle_cut(data, edit->tree, edit->keys, edit->w, edit->err)
            != NSESS_OK)
        {
            return NSESS_ERROR;
        }

    } else {
        nsess_write(edit->w, data.data, data.len - 1);
    }

    nsess_pickle_append(edit);

    return NSESS_OK;
}


/*
 * The dict is on the stack.  MARK takes the place of STOP, so that the last
 * frame keeps its length.  Every Python reads these opcodes, in a record of
 * any protocol.
 */

static void
nsess_pickle_append(nsess_pickle_edit_t *edit)
{
    nsess_writer_t        *w;
    nsess_wanted_t        *key;
    const nsess_change_t  *change;

    w = edit->w;

    if (edit->sets != 0) {
        nsess_write_char(w, '(');

        for (change = edit->changes; change != NULL; change = change->next) {
            key = nsess_pickle_first_set(edit, change);

            if (key == NULL) {
                continue;
            }

            nsess_pickle_write_binunicode(w, key->key);

            if (key->last->op == NSESS_CHANGE_NUMBER) {
                nsess_write_char(w, 'I');
                nsess_write_str(w, key->last->value);
                nsess_write_char(w, '\n');

            } else {
                nsess_pickle_write_binunicode(w, key->last->value);
            }
        }

        nsess_write_char(w, 'u');
    }

    nsess_write_char(w, '.');
}


/*
 * NSESS_DECLINED, and nothing is written, if the record would be too long, or
 * has a value that cannot be written.
 */

static nsess_rc_t
nsess_pickle_rewrite(nsess_pickle_edit_t *edit, size_t limit)
{
    nsess_rc_t              rc;
    nsess_writer_t          count;
    nsess_pickle_output_t   out;

    nsess_writer_init(&count, NULL, limit);

    out.w = &count;
    out.protocol = edit->record->protocol;
    out.tree = edit->tree;

    rc = nsess_pickle_write_record(edit, &out);

    if (rc != NSESS_OK) {
        return rc;
    }

    if (count.error != NSESS_E_NONE) {
        return NSESS_DECLINED;
    }

    if (edit->w->start == NULL
        || count.len > edit->w->size - edit->w->len)
    {
        /* the caller only counts, or has too little room */

        nsess_write(edit->w, NULL, count.len);
        return NSESS_OK;
    }

    out.w = edit->w;

    return nsess_pickle_write_record(edit, &out);
}


static nsess_rc_t
nsess_pickle_write_record(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out)
{
    nsess_rc_t  rc;

    out->puts = 0;
    out->visits = 0;
    out->uses = calloc(out->tree->nnodes, sizeof(uint32_t));

    if (out->uses == NULL
        || nsess_pickle_count_uses(edit, out) != NSESS_OK)
    {
        edit->err->code = NSESS_E_MEMORY;
        rc = NSESS_ERROR;

    } else {
        rc = nsess_pickle_write_pairs(edit, out);
    }

    free(out->uses);

    return rc;
}


static nsess_rc_t
nsess_pickle_count_uses(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out)
{
    uint32_t                  link;
    nsess_pickle_edit_pair_t  pair;

    /* the dict at the root is written once, and a value may hold it again */

    out->uses[out->tree->root] = 1;
    edit->kept = 0;

    link = out->tree->nodes[out->tree->root].u.links.first;

    while (nsess_pickle_next_pair(edit, &link, &pair)) {
        edit->kept++;

        if (nsess_pickle_dump_count(out, pair.key) != NSESS_OK
            || (pair.change == NULL
                && nsess_pickle_dump_count(out, pair.value) != NSESS_OK))
        {
            return NSESS_ERROR;
        }
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_write_pairs(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out)
{
    int                       empty;
    uint32_t                  link;
    nsess_pickle_edit_pair_t  pair;

    empty = (edit->sets == 0 && edit->kept == 0);

    nsess_pickle_write_header(out);
    nsess_pickle_write_open(out, NSESS_PICKLE_DICT);
    nsess_pickle_dump_put(out, out->tree->root);
    nsess_pickle_write_mark(out, NSESS_PICKLE_DICT, empty);

    link = out->tree->nodes[out->tree->root].u.links.first;

    while (nsess_pickle_next_pair(edit, &link, &pair)) {

        if (nsess_pickle_dump(out, pair.key) != NSESS_OK) {
            return NSESS_DECLINED;
        }

        if (pair.change != NULL) {
            nsess_pickle_write_change(out, pair.change);

        } else if (nsess_pickle_dump(out, pair.value) != NSESS_OK) {
            return NSESS_DECLINED;
        }

        nsess_pickle_write_item(out, NSESS_PICKLE_DICT);
    }

    nsess_pickle_write_new(edit, out);
    nsess_pickle_write_close(out, NSESS_PICKLE_DICT, empty);
    nsess_write_char(out->w, '.');

    return NSESS_OK;
}


/* the next pair that the record keeps; 0 behind the last one */

static int
nsess_pickle_next_pair(nsess_pickle_edit_t *edit, uint32_t *link,
    nsess_pickle_edit_pair_t *pair)
{
    nsess_wanted_t  *wanted;

    while (*link != 0) {
        pair->key = nsess_pickle_next(edit->tree, link);
        pair->value = nsess_pickle_next(edit->tree, link);

        wanted = nsess_pickle_wanted(edit->keys,
                                     &edit->tree->nodes[pair->key]);

        if (wanted == NULL || nsess_pickle_is_set(wanted)) {
            pair->change = wanted != NULL ? wanted->last : NULL;
            return 1;
        }
    }

    return 0;
}


/* writes the pairs whose keys the record does not have yet */

static void
nsess_pickle_write_new(nsess_pickle_edit_t *edit, nsess_pickle_output_t *out)
{
    nsess_wanted_t        *key;
    const nsess_change_t  *change;

    for (change = edit->changes; change != NULL; change = change->next) {
        key = nsess_pickle_first_set(edit, change);

        if (key != NULL && !key->found) {
            nsess_pickle_write_str(out, key->key);
            nsess_pickle_write_change(out, key->last);
            nsess_pickle_write_item(out, NSESS_PICKLE_DICT);
        }
    }
}


static void
nsess_pickle_write_change(nsess_pickle_output_t *out,
    const nsess_change_t *change)
{
    int64_t      n;
    nsess_err_t  err;

    if (change->op != NSESS_CHANGE_NUMBER) {
        nsess_pickle_write_str(out, change->value);

    } else if (nsess_int_read64(change->value, &n, &err) == NSESS_OK) {
        nsess_pickle_write_int(out, n);
    }
}


/* the key of a change that is the first to set it; NULL for other changes */

static nsess_wanted_t *
nsess_pickle_first_set(nsess_pickle_edit_t *edit, const nsess_change_t *change)
{
    nsess_wanted_t  *key;

    key = nsess_keyset_find(edit->keys, change->key);

    return key->first == change && nsess_pickle_is_set(key) ? key : NULL;
}


/* 0 if the key is unset in the end */

static int
nsess_pickle_is_set(const nsess_wanted_t *key)
{
    return key->last->op != NSESS_CHANGE_UNSET;
}
