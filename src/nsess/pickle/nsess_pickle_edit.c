/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Changes of a record, in one of four ways.  A new one is written.  Pairs are
 * appended to what another program wrote, or what holds opaque values: the
 * rest stays as it is, byte for byte.  What has grown that way, or loses
 * keys, is written anew when all of it is data.  Beside opaque values keys
 * are cut out.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_number.h"
#include "nsess_pickle_codec.h"
#include "nsess_pickle_key.h"
#include "nsess_pickle_write.h"
#include "nsess_work.h"


/*
 * A record that would be more than so many times longer when written anew, in
 * another protocol, is appended to; not so small ones
 */
#define NSESS_PICKLE_REWRITE_MAX  4
#define NSESS_PICKLE_REWRITE_MIN  4096

/*
 * From one that loses keys these are cut out if it would be longer than that:
 * then its bytes are shared in a way that no pickler makes (an empty set, a
 * byte in protocol 4, has 23 in protocol 0)
 */
#define NSESS_PICKLE_REWRITE_SHARED  32


typedef struct {
    const nsess_record_t       *record;
    const nsess_pickle_tree_t  *tree;       /* NULL: a new record */
    const nsess_change_t       *changes;    /* behind the last CLEAR */
    nsess_keyset_t              keys;       /* that they change */
    nsess_writer_t             *w;
    nsess_err_t                *err;
    size_t                      sets;       /* keys that get a value */
    size_t                      unsets;     /* keys that go */
    size_t                      kept;       /* keys that keep their place */
} nsess_pickle_edit_t;


static void nsess_pickle_look(nsess_pickle_edit_t *edit);
static int nsess_pickle_sets(const nsess_wanted_t *key);
static nsess_rc_t nsess_pickle_change(nsess_pickle_edit_t *edit);
static void nsess_pickle_create_record(nsess_pickle_edit_t *edit);
static void nsess_pickle_append(nsess_pickle_edit_t *edit);
static void nsess_pickle_append_value(nsess_writer_t *w,
    const nsess_change_t *change);
static nsess_rc_t nsess_pickle_append_or_cut(nsess_pickle_edit_t *edit);
static nsess_rc_t nsess_pickle_rewrite(nsess_pickle_edit_t *edit,
    size_t limit);
static nsess_rc_t nsess_pickle_count_uses(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static nsess_rc_t nsess_pickle_write_record(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static nsess_rc_t nsess_pickle_write_pairs(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static void nsess_pickle_write_new(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out);
static const nsess_change_t *nsess_pickle_fate(nsess_pickle_edit_t *edit,
    const nsess_pickle_node_t *key);
static void nsess_pickle_write_change(nsess_pickle_output_t *out,
    const nsess_change_t *change);


nsess_rc_t
nsess_pickle_apply(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_writer_t *w, nsess_err_t *err)
{
    nsess_rc_t             rc;
    nsess_pickle_edit_t    edit;
    const nsess_change_t  *clear;

    err->code = NSESS_E_NONE;
    err->pos = 0;

    if (!nsess_change_is_text(changes)) {
        err->code = NSESS_E_UTF8;
        return NSESS_ERROR;
    }

    edit.record = record;
    edit.tree = record->data.len != 0 ? nsess_pickle_tree(record) : NULL;
    edit.w = w;
    edit.err = err;
    edit.sets = 0;
    edit.unsets = 0;
    edit.kept = 0;

    if ((edit.tree == NULL && record->data.len != 0 && record->tree != NULL)
        || nsess_keyset_of_changes(&edit.keys, changes, &clear) != NSESS_OK)
    {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    edit.changes = changes;

    if (clear != NULL) {
        edit.tree = NULL;
        edit.changes = clear->next;
    }

    nsess_pickle_look(&edit);

    rc = nsess_pickle_change(&edit);

    nsess_keyset_done(&edit.keys);

    if (rc == NSESS_OK && w->error != NSESS_E_NONE) {
        err->code = w->error;
        return NSESS_ERROR;
    }

    return rc;
}


static void
nsess_pickle_look(nsess_pickle_edit_t *edit)
{
    size_t  i;

    if (edit->tree != NULL) {
        (void) nsess_pickle.find_all(edit->record, &edit->keys);
    }

    for (i = 0; i < edit->keys.n; i++) {

        if (nsess_pickle_sets(&edit->keys.keys[i])) {
            edit->sets++;

        } else {
            edit->unsets += edit->keys.keys[i].found;
        }
    }
}


/* else it is unset in the end */

static int
nsess_pickle_sets(const nsess_wanted_t *key)
{
    return key->last->op != NSESS_CHANGE_UNSET;
}


static nsess_rc_t
nsess_pickle_change(nsess_pickle_edit_t *edit)
{
    int                         grown;
    size_t                      limit;
    nsess_rc_t                  rc;
    const nsess_pickle_tree_t  *tree;

    tree = edit->tree;

    if (tree == NULL) {
        nsess_pickle_create_record(edit);
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

    if (rc == NSESS_DECLINED) {
        return nsess_pickle_append_or_cut(edit);
    }

    return rc;
}


static void
nsess_pickle_create_record(nsess_pickle_edit_t *edit)
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

    if (edit->unsets == 0) {
        data = edit->record->data;
        data.len--;
        nsess_write_str(edit->w, data);

    } else if (nsess_pickle_cut(edit->record, &edit->keys, edit->w, edit->err)
               != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    nsess_pickle_append(edit);

    return NSESS_OK;
}


/* the dict is on the stack; STOP becomes MARK, so that frames stay true */

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
            key = nsess_keyset_find(&edit->keys, change->key);

            if (key->first == change && nsess_pickle_sets(key)) {
                nsess_pickle_write_binunicode(w, key->key);
                nsess_pickle_append_value(w, key->last);
            }
        }

        nsess_write_char(w, 'u');
    }

    nsess_write_char(w, '.');
}


/* by opcodes that every Python reads, in a record of any protocol */

static void
nsess_pickle_append_value(nsess_writer_t *w, const nsess_change_t *change)
{
    if (change->op != NSESS_CHANGE_NUMBER) {
        nsess_pickle_write_binunicode(w, change->value);
        return;
    }

    nsess_write_char(w, 'I');
    nsess_write_str(w, change->value);
    nsess_write_char(w, '\n');
}


/* NSESS_DECLINED, and nothing is written: it cannot be, or is too long */

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

    if (rc == NSESS_OK && count.error != NSESS_E_NONE) {
        return NSESS_DECLINED;
    }

    if (rc != NSESS_OK) {
        return rc;
    }

    if (edit->w->start == NULL
        || count.len > edit->w->size - edit->w->len)
    {
        /* it is counted, or has no room */

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

    if (out->uses == NULL) {
        edit->err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    rc = nsess_pickle_count_uses(edit, out);

    if (rc == NSESS_OK) {
        rc = nsess_pickle_write_pairs(edit, out);

    } else {
        edit->err->code = NSESS_E_MEMORY;
    }

    free(out->uses);

    return rc;
}


static nsess_rc_t
nsess_pickle_count_uses(nsess_pickle_edit_t *edit,
    nsess_pickle_output_t *out)
{
    uint32_t                    i, link, key, value;
    const nsess_change_t       *change;
    const nsess_pickle_node_t  *root;

    root = &out->tree->nodes[out->tree->root];
    link = root->u.links.first;

    /* the record itself, whose items are counted here */

    out->uses[out->tree->root] = 1;
    edit->kept = 0;

    for (i = 0; i < root->len; i += 2) {
        key = out->tree->links[link].node;
        link = out->tree->links[link].next;

        value = out->tree->links[link].node;
        link = out->tree->links[link].next;

        change = nsess_pickle_fate(edit, &out->tree->nodes[key]);

        if (change != NULL && change->op == NSESS_CHANGE_UNSET) {
            continue;
        }

        edit->kept++;

        if (nsess_pickle_dump_count(out, key) != NSESS_OK
            || (change == NULL
                && nsess_pickle_dump_count(out, value) != NSESS_OK))
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
    int                         empty;
    uint32_t                    i, link, key, value;
    const nsess_change_t       *change;
    const nsess_pickle_node_t  *root;

    root = &out->tree->nodes[out->tree->root];
    empty = (edit->sets == 0 && edit->kept == 0);

    nsess_pickle_write_header(out);
    nsess_pickle_write_open(out, NSESS_PICKLE_DICT);
    nsess_pickle_dump_put(out, out->tree->root);
    nsess_pickle_write_mark(out, NSESS_PICKLE_DICT, empty);

    link = root->u.links.first;

    for (i = 0; i < root->len; i += 2) {
        key = out->tree->links[link].node;
        link = out->tree->links[link].next;

        value = out->tree->links[link].node;
        link = out->tree->links[link].next;

        change = nsess_pickle_fate(edit, &out->tree->nodes[key]);

        if (change != NULL && change->op == NSESS_CHANGE_UNSET) {
            continue;
        }

        if (nsess_pickle_dump(out, key) != NSESS_OK) {
            return NSESS_DECLINED;
        }

        if (change != NULL) {
            nsess_pickle_write_change(out, change);

        } else if (nsess_pickle_dump(out, value) != NSESS_OK) {
            return NSESS_DECLINED;
        }

        nsess_pickle_write_item(out, NSESS_PICKLE_DICT);
    }

    nsess_pickle_write_new(edit, out);
    nsess_pickle_write_close(out, NSESS_PICKLE_DICT, empty);
    nsess_write_char(out->w, '.');

    return NSESS_OK;
}


/* the pairs that have no place yet */

static void
nsess_pickle_write_new(nsess_pickle_edit_t *edit, nsess_pickle_output_t *out)
{
    nsess_wanted_t        *key;
    const nsess_change_t  *change;

    for (change = edit->changes; change != NULL; change = change->next) {
        key = nsess_keyset_find(&edit->keys, change->key);

        if (key->first == change && nsess_pickle_sets(key) && !key->found) {
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
    nsess_err_t          err;
    nsess_pickle_node_t  node;

    if (change->op != NSESS_CHANGE_NUMBER) {
        nsess_pickle_write_str(out, change->value);
        return;
    }

    memset(&node, 0, sizeof(nsess_pickle_node_t));

    node.kind = NSESS_PICKLE_INT;

    if (nsess_int_read64(change->value, &node.u.integer, &err) == NSESS_OK) {
        (void) nsess_pickle_write_scalar(out, &node);
    }
}


/* the change that decides of a pair; NULL: it stays as it is */

static const nsess_change_t *
nsess_pickle_fate(nsess_pickle_edit_t *edit, const nsess_pickle_node_t *key)
{
    nsess_wanted_t  *wanted;

    if (key->kind != NSESS_PICKLE_STR && key->kind != NSESS_PICKLE_STR8) {
        return NULL;
    }

    wanted = nsess_keyset_find(&edit->keys, nsess_pickle_str(key));

    return wanted != NULL ? wanted->last : NULL;
}
