/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values as text: numbers as Python's repr() prints them, containers as
 * json.dumps(value, ensure_ascii=False, separators=(',', ':')) does.
 */


#include "nsess_json_text.h"
#include "nsess_number.h"
#include "nsess_pickle.h"
#include "nsess_pickle_codec.h"
#include "nsess_pickle_write.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


typedef struct {
    uint32_t                    node;
    uint32_t                    link;
    uint32_t                    left;
} nsess_pickle_level_t;


typedef struct {
    const nsess_pickle_tree_t  *tree;
    nsess_writer_t             *w;
    size_t                      visits;
    size_t                      depth;
    nsess_pickle_level_t        levels[NSESS_DEPTH_MAX];
} nsess_pickle_json_t;


static int nsess_pickle_is_zero(nsess_str_t bytes);
static nsess_rc_t nsess_pickle_scalar_text(const nsess_pickle_node_t *node,
    nsess_writer_t *w);
static nsess_rc_t nsess_pickle_json_walk(const nsess_pickle_tree_t *tree,
    uint32_t node, nsess_writer_t *w);
static nsess_rc_t nsess_pickle_json_item(nsess_pickle_json_t *json,
    nsess_pickle_level_t *level);
static nsess_rc_t nsess_pickle_json_value(nsess_pickle_json_t *json,
    uint32_t id);
static int nsess_pickle_has_json(const nsess_pickle_node_t *node);
static nsess_rc_t nsess_pickle_json_scalar(const nsess_pickle_node_t *node,
    nsess_writer_t *w);
static nsess_rc_t nsess_pickle_json_open(nsess_pickle_json_t *json,
    uint32_t id);
static nsess_rc_t nsess_pickle_json_key(const nsess_pickle_node_t *key,
    nsess_writer_t *w);
static nsess_rc_t nsess_pickle_json_string(nsess_str_t str,
    nsess_writer_t *w);
static int nsess_pickle_is_finite(double x);


nsess_rc_t
nsess_pickle_text(const nsess_record_t *record, const nsess_value_t *value,
    nsess_writer_t *w)
{
    const nsess_pickle_tree_t  *tree;
    const nsess_pickle_node_t  *node;

    tree = nsess_pickle_tree(record);

    if (tree == NULL) {
        return NSESS_DECLINED;
    }

    node = &tree->nodes[value->node];

    if (nsess_pickle_is_container(node)) {
        return nsess_pickle_json_walk(tree, (uint32_t) value->node, w);
    }

    return nsess_pickle_scalar_text(node, w);
}


nsess_rc_t
nsess_pickle_json(const nsess_record_t *record, const nsess_value_t *value,
    nsess_writer_t *w)
{
    const nsess_pickle_tree_t  *tree;
    const nsess_pickle_node_t  *node;

    tree = nsess_pickle_tree(record);

    if (tree == NULL) {
        return NSESS_DECLINED;
    }

    node = &tree->nodes[value->node];

    if (nsess_pickle_is_container(node)) {
        return nsess_pickle_json_walk(tree, (uint32_t) value->node, w);
    }

    if (!nsess_pickle_has_json(node)) {
        return NSESS_DECLINED;
    }

    return nsess_pickle_json_scalar(node, w);
}


int
nsess_pickle_is_false(const nsess_record_t *record, const nsess_value_t *value)
{
    const nsess_pickle_tree_t  *tree;
    const nsess_pickle_node_t  *node;

    tree = record->tree;
    node = &tree->nodes[value->node];

    switch (node->kind) {

    case NSESS_PICKLE_NONE:
    case NSESS_PICKLE_FALSE:
        return 1;

    case NSESS_PICKLE_INT:
        return node->u.integer == 0;

    case NSESS_PICKLE_FLOAT:
        return node->u.real == 0;

    case NSESS_PICKLE_TRUE:
    case NSESS_PICKLE_GLOBAL:
    case NSESS_PICKLE_OPAQUE:
        return 0;

    case NSESS_PICKLE_LONG:
        return nsess_pickle_is_zero(nsess_pickle_str(node));

    default:

        /* strings and containers */

        return node->len == 0;
    }
}


/* of a long: in two's complement, of any length */

static int
nsess_pickle_is_zero(nsess_str_t bytes)
{
    size_t  i;

    for (i = 0; i < bytes.len; i++) {
        if (bytes.data[i] != 0) {
            return 0;
        }
    }

    return 1;
}


static nsess_rc_t
nsess_pickle_scalar_text(const nsess_pickle_node_t *node, nsess_writer_t *w)
{
    switch (node->kind) {

    case NSESS_PICKLE_TRUE:
        nsess_write_char(w, '1');
        return NSESS_OK;

    case NSESS_PICKLE_FALSE:
        return NSESS_OK;

    case NSESS_PICKLE_INT:
        nsess_write_int(w, node->u.integer);
        return NSESS_OK;

    case NSESS_PICKLE_LONG:
        return nsess_int_write(w, nsess_pickle_str(node));

    case NSESS_PICKLE_FLOAT:
        nsess_float_write(w, node->u.real);
        return NSESS_OK;

    case NSESS_PICKLE_STR:

        /* a lone surrogate */

        if (!nsess_utf8_valid(nsess_pickle_str(node))) {
            return NSESS_DECLINED;
        }

        /* fall through */

    case NSESS_PICKLE_STR8:
    case NSESS_PICKLE_BYTES:
    case NSESS_PICKLE_BYTEARRAY:
        nsess_write_str(w, nsess_pickle_str(node));
        return NSESS_OK;

    default:
        return NSESS_DECLINED;
    }
}


static nsess_rc_t
nsess_pickle_json_walk(const nsess_pickle_tree_t *tree, uint32_t node,
    nsess_writer_t *w)
{
    nsess_pickle_json_t    json;
    nsess_pickle_level_t  *level;

    json.tree = tree;
    json.w = w;
    json.visits = 0;
    json.depth = 0;

    if (nsess_pickle_json_open(&json, node) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    while (json.depth != 0 && w->error == NSESS_E_NONE) {
        level = &json.levels[json.depth - 1];

        if (level->left == 0) {
            nsess_write_char(w, tree->nodes[level->node].kind
                                == NSESS_PICKLE_DICT ? '}' : ']');
            json.depth--;
            continue;
        }

        if (nsess_pickle_json_item(&json, level) != NSESS_OK) {
            return NSESS_DECLINED;
        }
    }

    return NSESS_OK;
}


/* an item, or a pair of key and value */

static nsess_rc_t
nsess_pickle_json_item(nsess_pickle_json_t *json, nsess_pickle_level_t *level)
{
    uint32_t                    link;
    const nsess_pickle_node_t  *container, *key;

    container = &json->tree->nodes[level->node];

    if (level->left != container->len) {
        nsess_write_char(json->w, ',');
    }

    link = level->link;

    if (container->kind == NSESS_PICKLE_DICT) {
        key = &json->tree->nodes[json->tree->links[link].node];

        if (nsess_pickle_json_key(key, json->w) != NSESS_OK) {
            return NSESS_DECLINED;
        }

        nsess_write_char(json->w, ':');

        link = json->tree->links[link].next;
        level->left--;
    }

    level->link = json->tree->links[link].next;
    level->left--;

    return nsess_pickle_json_value(json, json->tree->links[link].node);
}


static nsess_rc_t
nsess_pickle_json_value(nsess_pickle_json_t *json, uint32_t id)
{
    const nsess_pickle_node_t  *node;

    node = &json->tree->nodes[id];

    nsess_work(1);

    json->visits += nsess_pickle_cost(node);

    if (json->visits > nsess_pickle_visits_max(json->tree)) {
        return NSESS_DECLINED;
    }

    if (nsess_pickle_is_container(node)) {
        return nsess_pickle_json_open(json, id);
    }

    if (!nsess_pickle_has_json(node)) {
        nsess_write(json->w, "null", 4);
        return NSESS_OK;
    }

    return nsess_pickle_json_scalar(node, json->w);
}


/* in a container, what has none is null */

static int
nsess_pickle_has_json(const nsess_pickle_node_t *node)
{
    switch (node->kind) {

    case NSESS_PICKLE_GLOBAL:
    case NSESS_PICKLE_OPAQUE:
        return 0;

    case NSESS_PICKLE_FLOAT:
        return nsess_pickle_is_finite(node->u.real);

    default:
        return 1;
    }
}


static nsess_rc_t
nsess_pickle_json_scalar(const nsess_pickle_node_t *node, nsess_writer_t *w)
{
    switch (node->kind) {

    case NSESS_PICKLE_NONE:
        nsess_write(w, "null", 4);
        return NSESS_OK;

    case NSESS_PICKLE_TRUE:
        nsess_write(w, "true", 4);
        return NSESS_OK;

    case NSESS_PICKLE_FALSE:
        nsess_write(w, "false", 5);
        return NSESS_OK;

    case NSESS_PICKLE_STR:
    case NSESS_PICKLE_STR8:
    case NSESS_PICKLE_BYTES:
    case NSESS_PICKLE_BYTEARRAY:
        return nsess_pickle_json_string(nsess_pickle_str(node), w);

    default:
        return nsess_pickle_scalar_text(node, w);
    }
}


/* a cycle is as deep as can be */

static nsess_rc_t
nsess_pickle_json_open(nsess_pickle_json_t *json, uint32_t id)
{
    nsess_pickle_level_t       *level;
    const nsess_pickle_node_t  *node;

    if (json->depth == NSESS_DEPTH_MAX) {
        return NSESS_DECLINED;
    }

    node = &json->tree->nodes[id];
    level = &json->levels[json->depth++];

    level->node = id;
    level->link = node->u.links.first;
    level->left = node->len;

    nsess_write_char(json->w, node->kind == NSESS_PICKLE_DICT ? '{' : '[');

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_json_key(const nsess_pickle_node_t *key, nsess_writer_t *w)
{
    double      x;
    nsess_rc_t  rc;

    switch (key->kind) {

    case NSESS_PICKLE_STR:
    case NSESS_PICKLE_STR8:
    case NSESS_PICKLE_BYTES:
        return nsess_pickle_json_string(nsess_pickle_str(key), w);

    case NSESS_PICKLE_NONE:
        nsess_write(w, "\"null\"", 6);
        return NSESS_OK;

    case NSESS_PICKLE_TRUE:
        nsess_write(w, "\"true\"", 6);
        return NSESS_OK;

    case NSESS_PICKLE_FALSE:
        nsess_write(w, "\"false\"", 7);
        return NSESS_OK;

    case NSESS_PICKLE_FLOAT:
        x = key->u.real;

        if (!nsess_pickle_is_finite(x)) {

            if (x != x) {
                nsess_write(w, "\"NaN\"", 5);

            } else if (x > 0) {
                nsess_write(w, "\"Infinity\"", 10);

            } else {
                nsess_write(w, "\"-Infinity\"", 11);
            }

            return NSESS_OK;
        }

        /* fall through */

    case NSESS_PICKLE_INT:
    case NSESS_PICKLE_LONG:
        nsess_write_char(w, '"');
        rc = nsess_pickle_scalar_text(key, w);
        nsess_write_char(w, '"');
        return rc;

    default:
        return NSESS_DECLINED;
    }
}


static nsess_rc_t
nsess_pickle_json_string(nsess_str_t str, nsess_writer_t *w)
{
    if (!nsess_utf8_valid(str)) {
        return NSESS_DECLINED;
    }

    nsess_json_write_string(w, str);

    return NSESS_OK;
}


static int
nsess_pickle_is_finite(double x)
{
    return x - x == 0;
}
