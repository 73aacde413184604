/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The pickle codec: opens a record, which is a pickled dict, keeps its tree as
 * long as the keeper allows, finds values by their keys, and hands all else to
 * the other files.
 */


#include "nsess_number.h"
#include "nsess_pickle.h"
#include "nsess_pickle_key.h"
#include "nsess_pickle_trace.h"
#include "nsess_str.h"
#include "nsess_work.h"


/* positions and lengths are kept in 32 bits, and in 31 bits on the stack */
#define NSESS_PICKLE_SIZE_MAX  INT32_MAX

/* the longest text of an int of 64 bits */
#define NSESS_PICKLE_INT_LEN  20

/*
 * Only the tree of a longer record is left to its keeper: most sessions have
 * small records, whose trees are kept
 */
#define NSESS_PICKLE_KEPT_MAX  2048


static nsess_rc_t nsess_pickle_open(nsess_record_t *record, nsess_err_t *err);
static void nsess_pickle_close(nsess_record_t *record);
static nsess_rc_t nsess_pickle_find(const nsess_record_t *record,
    nsess_str_t key, nsess_value_t *value);
static nsess_rc_t nsess_pickle_find_all(const nsess_record_t *record,
    nsess_keyset_t *keys);
static nsess_rc_t nsess_pickle_step(const nsess_record_t *record,
    const nsess_value_t *value, nsess_str_t step, nsess_value_t *result);
static nsess_rc_t nsess_pickle_text(const nsess_record_t *record,
    const nsess_value_t *value, nsess_writer_t *w);
static nsess_rc_t nsess_pickle_json(const nsess_record_t *record,
    const nsess_value_t *value, nsess_writer_t *w);
static int nsess_pickle_is_false(const nsess_record_t *record,
    const nsess_value_t *value);
static nsess_rc_t nsess_pickle_has_text(const nsess_record_t *record,
    const nsess_value_t *value, nsess_str_t text);
static nsess_rc_t nsess_pickle_apply(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_writer_t *w, nsess_err_t *err);

static nsess_rc_t nsess_pickle_fill(nsess_pickle_tree_t *tree,
    nsess_str_t data, nsess_err_t *err);
static const nsess_pickle_tree_t *nsess_pickle_tree(
    const nsess_record_t *record);
static void nsess_pickle_keep(nsess_pickle_tree_t *tree);
static void nsess_pickle_drop(void *tree);
static uint32_t nsess_pickle_member(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t step);
static uint32_t nsess_pickle_member_text(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t key);
static uint32_t nsess_pickle_member_int(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, int64_t key);
static uint32_t nsess_pickle_element(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *list, nsess_str_t step);
static nsess_rc_t nsess_pickle_value(nsess_value_t *value, uint32_t node);


const nsess_codec_t  nsess_pickle = {
    "pickle",
    nsess_pickle_open,
    nsess_pickle_close,
    nsess_pickle_find,
    nsess_pickle_find_all,
    nsess_pickle_step,
    nsess_pickle_text,
    nsess_pickle_json,
    nsess_pickle_is_false,
    nsess_pickle_has_text,
    nsess_pickle_apply
};


static nsess_rc_t
nsess_pickle_open(nsess_record_t *record, nsess_err_t *err)
{
    nsess_pickle_tree_t  *tree;
    nsess_pickle_node_t  *root;

    record->tree = NULL;
    record->opaque = 0;

    if (nsess_pickle_parse(record->data, &tree, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    root = &tree->nodes[tree->root];

    if (root->kind != NSESS_PICKLE_DICT) {
        err->code = nsess_pickle_is_opaque(root) ? NSESS_E_OPAQUE
                                                 : NSESS_E_TYPE;
        err->pos = tree->root_pos;
        nsess_pickle_tree_free(tree);
        return NSESS_ERROR;
    }

    if (nsess_pickle_count_opaque(tree, &record->opaque) != NSESS_OK) {
        err->code = NSESS_E_MEMORY;
        err->pos = 0;
        nsess_pickle_tree_free(tree);
        return NSESS_ERROR;
    }

    record->tree = tree;

    tree->keeper = record->data.len > NSESS_PICKLE_KEPT_MAX ? record->keeper
                                                            : NULL;
    nsess_pickle_keep(tree);

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_parse(nsess_str_t data, nsess_pickle_tree_t **result,
    nsess_err_t *err)
{
    nsess_pickle_tree_t  *tree;

    err->pos = 0;

    if (data.len > NSESS_PICKLE_SIZE_MAX) {
        err->code = NSESS_E_SIZE;
        return NSESS_ERROR;
    }

    tree = nsess_pickle_tree_create(data.len);

    if (tree == NULL) {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    if (nsess_pickle_fill(tree, data, err) != NSESS_OK) {
        nsess_pickle_tree_free(tree);
        return NSESS_ERROR;
    }

    *result = tree;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_fill(nsess_pickle_tree_t *tree, nsess_str_t data,
    nsess_err_t *err)
{
    nsess_error_e  code;

    if (nsess_pickle_run(data, tree, NULL, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (nsess_pickle_unique(tree, &code) != NSESS_OK) {
        err->code = code;
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


static void
nsess_pickle_close(nsess_record_t *record)
{
    nsess_pickle_tree_t  *tree;

    tree = record->tree;

    if (tree != NULL && tree->keeper != NULL && tree->keeper->tree == tree) {
        tree->keeper->tree = NULL;
    }

    nsess_pickle_tree_free(tree);

    record->tree = NULL;
    record->data.len = 0;
    record->opaque = 0;
}


/*
 * The tree of an open record, made anew if its keeper has dropped it; NULL
 * if the record is not open, or malloc() fails
 */

static const nsess_pickle_tree_t *
nsess_pickle_tree(const nsess_record_t *record)
{
    nsess_err_t           err;
    nsess_pickle_tree_t  *tree;

    tree = record->tree;

    if (tree == NULL || tree->nodes != NULL) {
        return tree;
    }

    /* the data was read before, so that only malloc() can have failed */

    if (nsess_pickle_tree_begin(tree) != NSESS_OK
        || nsess_pickle_fill(tree, record->data, &err) != NSESS_OK)
    {
        nsess_pickle_tree_clear(tree);
        return NULL;
    }

    nsess_pickle_keep(tree);

    return tree;
}


/* the keeper drops the tree that it has */

static void
nsess_pickle_keep(nsess_pickle_tree_t *tree)
{
    nsess_keeper_t  *keeper;

    keeper = tree->keeper;

    if (keeper == NULL || keeper->tree == tree) {
        return;
    }

    nsess_keeper_drop(keeper);

    keeper->tree = tree;
    keeper->drop = nsess_pickle_drop;

    keeper->made(keeper);
}


static void
nsess_pickle_drop(void *tree)
{
    nsess_pickle_tree_clear(tree);
}


static nsess_rc_t
nsess_pickle_find(const nsess_record_t *record, nsess_str_t key,
    nsess_value_t *value)
{
    const nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree(record);

    if (tree == NULL) {
        return record->tree == NULL ? NSESS_DECLINED : NSESS_ERROR;
    }

    return nsess_pickle_value(value,
               nsess_pickle_member_text(tree, &tree->nodes[tree->root], key));
}


/* a str is found rather than an 8-bit string: see nsess_pickle_member_text() */

static nsess_rc_t
nsess_pickle_find_all(const nsess_record_t *record, nsess_keyset_t *keys)
{
    uint32_t                    link, key, value;
    nsess_wanted_t             *wanted;
    const nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree(record);

    if (tree == NULL) {
        return record->tree == NULL ? NSESS_OK : NSESS_ERROR;
    }

    link = tree->nodes[tree->root].u.links.first;

    while (link != 0) {
        key = nsess_pickle_next(tree, &link);
        value = nsess_pickle_next(tree, &link);
        wanted = nsess_pickle_wanted(keys, &tree->nodes[key]);

        if (wanted != NULL
            && (!wanted->found || tree->nodes[key].kind == NSESS_PICKLE_STR))
        {
            (void) nsess_pickle_value(&wanted->value, value);
            wanted->found = 1;
        }
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_step(const nsess_record_t *record, const nsess_value_t *value,
    nsess_str_t step, nsess_value_t *result)
{
    const nsess_pickle_tree_t  *tree;
    const nsess_pickle_node_t  *node;

    tree = nsess_pickle_tree(record);

    if (tree == NULL) {
        return NSESS_DECLINED;
    }

    node = &tree->nodes[value->node];

    switch (node->kind) {

    case NSESS_PICKLE_DICT:
        return nsess_pickle_value(result,
                                  nsess_pickle_member(tree, node, step));

    case NSESS_PICKLE_LIST:
    case NSESS_PICKLE_TUPLE:
        return nsess_pickle_value(result,
                                  nsess_pickle_element(tree, node, step));

    default:
        return NSESS_DECLINED;
    }
}


/* node is 0 if it was not found */

static nsess_rc_t
nsess_pickle_value(nsess_value_t *value, uint32_t node)
{
    if (node == 0) {
        return NSESS_DECLINED;
    }

    value->raw.len = 0;
    value->raw.data = NULL;
    value->node = node;

    return NSESS_OK;
}


/* the value of a key that is a string, or else an int; 0 if it is not there */

static uint32_t
nsess_pickle_member(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t step)
{
    int64_t         n;
    uint8_t         text[NSESS_PICKLE_INT_LEN];
    uint32_t        value;
    nsess_err_t     err;
    nsess_writer_t  w;

    value = nsess_pickle_member_text(tree, dict, step);

    if (value != 0 || nsess_int_read64(step, &n, &err) != NSESS_OK) {
        return value;
    }

    /* an int has one spelling, that of Python: neither "+1" nor "-0" */

    nsess_writer_init(&w, text, sizeof(text));
    nsess_write_int(&w, n);

    return nsess_str_equal(nsess_str_span(text, text + w.len), step)
           ? nsess_pickle_member_int(tree, dict, n) : 0;
}


/*
 * A str is found rather than an 8-bit string of the same bytes: Python 2 tells
 * them apart unless they are ASCII.
 */

static uint32_t
nsess_pickle_member_text(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t text)
{
    uint32_t                    link, value, found;
    const nsess_pickle_node_t  *key;

    found = 0;
    link = dict->u.links.first;

    while (link != 0) {
        nsess_work(1);

        key = &tree->nodes[nsess_pickle_next(tree, &link)];
        value = nsess_pickle_next(tree, &link);

        if (key->len != text.len || !nsess_pickle_is_string(key)) {
            continue;
        }

        nsess_work(text.len);

        if (nsess_str_equal(nsess_pickle_str(key), text)) {

            if (key->kind == NSESS_PICKLE_STR) {
                return value;
            }

            found = value;
        }
    }

    return found;
}


static uint32_t
nsess_pickle_member_int(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, int64_t n)
{
    uint32_t                    link, value;
    const nsess_pickle_node_t  *key;

    link = dict->u.links.first;

    while (link != 0) {
        nsess_work(1);

        key = &tree->nodes[nsess_pickle_next(tree, &link)];
        value = nsess_pickle_next(tree, &link);

        if (key->kind == NSESS_PICKLE_INT && key->u.integer == n) {
            return value;
        }
    }

    return 0;
}


static uint32_t
nsess_pickle_element(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *list, nsess_str_t step)
{
    size_t    index;
    uint32_t  link;

    if (nsess_codec_index(step, &index) != NSESS_OK || index >= list->len) {
        return 0;
    }

    nsess_work(index);

    link = list->u.links.first;

    while (index-- > 0) {
        link = tree->links[link].next;
    }

    return tree->links[link].node;
}


static nsess_rc_t
nsess_pickle_text(const nsess_record_t *record, const nsess_value_t *value,
    nsess_writer_t *w)
{
    const nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree(record);

    return tree != NULL
           ? nsess_pickle_print_text(tree, (uint32_t) value->node, w)
           : NSESS_DECLINED;
}


static nsess_rc_t
nsess_pickle_json(const nsess_record_t *record, const nsess_value_t *value,
    nsess_writer_t *w)
{
    const nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree(record);

    return tree != NULL
           ? nsess_pickle_print_json(tree, (uint32_t) value->node, w)
           : NSESS_DECLINED;
}


static int
nsess_pickle_is_false(const nsess_record_t *record, const nsess_value_t *value)
{
    const nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree(record);

    return tree != NULL
           && nsess_pickle_node_is_false(&tree->nodes[value->node]);
}


static nsess_rc_t
nsess_pickle_has_text(const nsess_record_t *record, const nsess_value_t *value,
    nsess_str_t text)
{
    (void) record;
    (void) value;
    (void) text;

    return NSESS_AGAIN;
}


static nsess_rc_t
nsess_pickle_apply(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_writer_t *w, nsess_err_t *err)
{
    nsess_rc_t                  rc;
    nsess_keyset_t              keys;
    const nsess_change_t       *clear;
    const nsess_pickle_tree_t  *tree;

    err->code = NSESS_E_NONE;
    err->pos = 0;

    if (!nsess_change_is_text(changes)) {
        err->code = NSESS_E_UTF8;
        return NSESS_ERROR;
    }

    tree = nsess_pickle_tree(record);

    if ((tree == NULL && record->tree != NULL)
        || nsess_keyset_of_changes(&keys, changes, &clear) != NSESS_OK)
    {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    if (clear != NULL) {
        tree = NULL;
        changes = clear->next;
    }

    if (tree != NULL) {
        (void) nsess_pickle_find_all(record, &keys);
    }

    rc = nsess_pickle_edit(record, tree, changes, &keys, w, err);

    nsess_keyset_done(&keys);

    if (rc == NSESS_OK && w->error != NSESS_E_NONE) {
        err->code = w->error;
        return NSESS_ERROR;
    }

    return rc;
}
