/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The pickle codec.  A record is a pickled dict.
 */


#include "nsess_number.h"
#include "nsess_pickle.h"
#include "nsess_pickle_codec.h"
#include "nsess_pickle_key.h"
#include "nsess_work.h"


/* a key that is an int has the text of one of 64 bits */
#define NSESS_PICKLE_INT_LEN  20

/*
 * The tree of a longer record is left to its keeper; those of most sessions
 * are small, and are kept
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

static void nsess_pickle_keep(nsess_pickle_tree_t *tree);
static void nsess_pickle_drop(void *tree);
static nsess_rc_t nsess_pickle_refuse(const nsess_pickle_tree_t *tree,
    nsess_err_t *err);
static nsess_rc_t nsess_pickle_member(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t step, nsess_value_t *value);
static nsess_rc_t nsess_pickle_element(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *list, nsess_str_t step, nsess_value_t *value);


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
    nsess_pickle_apply
};


static nsess_rc_t
nsess_pickle_open(nsess_record_t *record, nsess_err_t *err)
{
    nsess_pickle_tree_t  *tree;

    record->tree = NULL;
    record->opaque = 0;

    if (nsess_pickle_parse(record->data, &tree, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (tree->nodes[tree->root].kind != NSESS_PICKLE_DICT) {
        (void) nsess_pickle_refuse(tree, err);
        nsess_pickle_free(tree);
        return NSESS_ERROR;
    }

    if (nsess_pickle_count_opaque(tree, &record->opaque) != NSESS_OK) {
        err->code = NSESS_E_MEMORY;
        err->pos = 0;
        nsess_pickle_free(tree);
        return NSESS_ERROR;
    }

    record->tree = tree;

    tree->keeper = record->data.len > NSESS_PICKLE_KEPT_MAX ? record->keeper
                                                            : NULL;
    nsess_pickle_keep(tree);

    return NSESS_OK;
}


/* no other large one stays */

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
    nsess_pickle_clear(tree);
}


const nsess_pickle_tree_t *
nsess_pickle_tree(const nsess_record_t *record)
{
    nsess_err_t           err;
    nsess_pickle_tree_t  *tree;

    tree = record->tree;

    if (tree == NULL || tree->nodes != NULL) {
        return tree;
    }

    /* it was read before, so that memory is all that can be missing */

    if (nsess_pickle_renew(tree, record->data, &err) != NSESS_OK) {
        nsess_pickle_clear(tree);
        return NULL;
    }

    nsess_pickle_keep(tree);

    return tree;
}


static nsess_rc_t
nsess_pickle_refuse(const nsess_pickle_tree_t *tree, nsess_err_t *err)
{
    const nsess_pickle_node_t  *root;

    root = &tree->nodes[tree->root];

    err->code = root->kind == NSESS_PICKLE_OPAQUE
                || root->kind == NSESS_PICKLE_GLOBAL ? NSESS_E_OPAQUE
                                                     : NSESS_E_TYPE;
    err->pos = tree->root_pos;

    return NSESS_ERROR;
}


static void
nsess_pickle_close(nsess_record_t *record)
{
    nsess_pickle_tree_t  *tree;

    tree = record->tree;

    if (tree != NULL && tree->keeper != NULL && tree->keeper->tree == tree) {
        tree->keeper->tree = NULL;
    }

    nsess_pickle_free(tree);

    record->tree = NULL;
    record->data.len = 0;
    record->opaque = 0;
}


static nsess_rc_t
nsess_pickle_find(const nsess_record_t *record, nsess_str_t key,
    nsess_value_t *value)
{
    uint32_t                    link;
    const nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree(record);

    if (tree == NULL) {
        return record->tree == NULL ? NSESS_DECLINED : NSESS_ERROR;
    }

    link = nsess_pickle_key_find(tree, &tree->nodes[tree->root], key);

    if (link == 0) {
        return NSESS_DECLINED;
    }

    value->raw.len = 0;
    value->raw.data = NULL;
    value->node = tree->links[link].node;

    return NSESS_OK;
}


/* a str goes before an 8-bit string, as in nsess_pickle_key_find() */

static nsess_rc_t
nsess_pickle_find_all(const nsess_record_t *record, nsess_keyset_t *keys)
{
    uint32_t                    i, link;
    nsess_wanted_t             *k;
    const nsess_pickle_node_t  *key, *root;
    const nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree(record);

    if (tree == NULL) {
        return record->tree == NULL ? NSESS_OK : NSESS_ERROR;
    }

    root = &tree->nodes[tree->root];
    link = root->u.links.first;

    for (i = 0; i < root->len; i += 2) {
        key = &tree->nodes[tree->links[link].node];
        link = tree->links[link].next;

        if (key->kind == NSESS_PICKLE_STR || key->kind == NSESS_PICKLE_STR8) {
            k = nsess_keyset_find(keys, nsess_pickle_str(key));

            if (k != NULL && (!k->found || key->kind == NSESS_PICKLE_STR)) {
                k->value.raw.len = 0;
                k->value.raw.data = NULL;
                k->value.node = tree->links[link].node;
                k->found = 1;
            }
        }

        link = tree->links[link].next;
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

    result->raw.len = 0;
    result->raw.data = NULL;

    switch (node->kind) {

    case NSESS_PICKLE_DICT:
        return nsess_pickle_member(tree, node, step, result);

    case NSESS_PICKLE_LIST:
    case NSESS_PICKLE_TUPLE:
        return nsess_pickle_element(tree, node, step, result);

    default:
        return NSESS_DECLINED;
    }
}


/* by a key that is a string, or else an int */

static nsess_rc_t
nsess_pickle_member(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t step, nsess_value_t *value)
{
    int64_t                     n;
    uint32_t                    i, link;
    uint8_t                     text[NSESS_PICKLE_INT_LEN];
    nsess_err_t                 err;
    nsess_writer_t              w;
    const nsess_pickle_node_t  *key;

    link = nsess_pickle_key_find(tree, dict, step);

    if (link != 0) {
        value->node = tree->links[link].node;
        return NSESS_OK;
    }

    if (nsess_int_read64(step, &n, &err) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    /* as Python prints it, and not "+1" or "-0" */

    nsess_writer_init(&w, text, sizeof(text));
    nsess_write_int(&w, n);

    if (w.len != step.len || (n == 0 && step.data[0] != '0')
        || (n > 0 && step.data[0] == '+'))
    {
        return NSESS_DECLINED;
    }

    link = dict->u.links.first;

    for (i = 0; i < dict->len; i += 2) {
        nsess_work(1);

        key = &tree->nodes[tree->links[link].node];
        link = tree->links[link].next;

        if (key->kind == NSESS_PICKLE_INT && key->u.integer == n) {
            value->node = tree->links[link].node;
            return NSESS_OK;
        }

        link = tree->links[link].next;
    }

    return NSESS_DECLINED;
}


static nsess_rc_t
nsess_pickle_element(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *list, nsess_str_t step, nsess_value_t *value)
{
    size_t    index;
    uint32_t  link;

    if (nsess_codec_index(step, &index) != NSESS_OK || index >= list->len) {
        return NSESS_DECLINED;
    }

    link = list->u.links.first;

    nsess_work(index);

    while (index-- > 0) {
        link = tree->links[link].next;
    }

    value->node = tree->links[link].node;

    return NSESS_OK;
}
