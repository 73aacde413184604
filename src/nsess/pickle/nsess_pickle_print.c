/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Prints values: numbers as Python's repr() does, containers as
 * json.dumps(value, ensure_ascii=False, separators=(',', ':')) does.
 */


#include <math.h>

#include "nsess_json_string.h"
#include "nsess_pickle.h"
#include "nsess_pickle_write.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


/* an open container */
typedef struct {
    uint32_t                    node;
    uint32_t                    link;
    int                         empty;      /* nothing is written yet */
} nsess_pickle_json_level_t;


typedef struct {
    const nsess_pickle_tree_t  *tree;
    nsess_writer_t             *w;
    size_t                      visits;
    size_t                      depth;
    nsess_pickle_json_level_t   levels[NSESS_DEPTH_MAX];
} nsess_pickle_json_t;


static nsess_rc_t nsess_pickle_scalar_text(const nsess_pickle_node_t *node,
    nsess_writer_t *w);
static nsess_rc_t nsess_pickle_json_walk(const nsess_pickle_tree_t *tree,
    uint32_t id, nsess_writer_t *w);
static nsess_rc_t nsess_pickle_json_item(nsess_pickle_json_t *json,
    nsess_pickle_json_level_t *level);
static nsess_rc_t nsess_pickle_json_value(nsess_pickle_json_t *json,
    uint32_t id);
static nsess_rc_t nsess_pickle_json_open(nsess_pickle_json_t *json,
    uint32_t id);
static nsess_rc_t nsess_pickle_json_key(const nsess_pickle_node_t *key,
    nsess_writer_t *w);
static int nsess_pickle_has_json(const nsess_pickle_node_t *node);
static nsess_rc_t nsess_pickle_json_scalar(const nsess_pickle_node_t *node,
    nsess_writer_t *w);


nsess_rc_t
nsess_pickle_print_text(const nsess_pickle_tree_t *tree, uint32_t id,
    nsess_writer_t *w)
{
    const nsess_pickle_node_t  *node;

    node = &tree->nodes[id];

    return nsess_pickle_is_container(node) ? nsess_pickle_json_walk(tree, id, w)
                                           : nsess_pickle_scalar_text(node, w);
}


nsess_rc_t
nsess_pickle_print_json(const nsess_pickle_tree_t *tree, uint32_t id,
    nsess_writer_t *w)
{
    const nsess_pickle_node_t  *node;

    node = &tree->nodes[id];

    if (nsess_pickle_is_container(node)) {
        return nsess_pickle_json_walk(tree, id, w);
    }

    return nsess_pickle_has_json(node) ? nsess_pickle_json_scalar(node, w)
                                       : NSESS_DECLINED;
}


int
nsess_pickle_node_is_false(const nsess_pickle_node_t *node)
{
    switch (node->kind) {

    case NSESS_PICKLE_NONE:
    case NSESS_PICKLE_FALSE:
        return 1;

    case NSESS_PICKLE_INT:
        return node->u.integer == 0;

    case NSESS_PICKLE_FLOAT:
        return node->u.real == 0;

    case NSESS_PICKLE_TRUE:
    case NSESS_PICKLE_LONG:
    case NSESS_PICKLE_GLOBAL:
    case NSESS_PICKLE_OPAQUE:
        return 0;

    default:

        /* strings and containers */

        return node->len == 0;
    }
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

        /* a lone surrogate has no text */

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
nsess_pickle_json_walk(const nsess_pickle_tree_t *tree, uint32_t id,
    nsess_writer_t *w)
{
    nsess_pickle_json_t         json;
    nsess_pickle_json_level_t  *level;

    json.tree = tree;
    json.w = w;
    json.visits = 0;
    json.depth = 0;

    if (nsess_pickle_json_open(&json, id) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    while (json.depth != 0 && w->error == NSESS_E_NONE) {
        level = &json.levels[json.depth - 1];

        if (level->link == 0) {
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
nsess_pickle_json_item(nsess_pickle_json_t *json,
    nsess_pickle_json_level_t *level)
{
    uint32_t  id;

    if (!level->empty) {
        nsess_write_char(json->w, ',');
    }

    level->empty = 0;
    id = nsess_pickle_next(json->tree, &level->link);

    if (json->tree->nodes[level->node].kind == NSESS_PICKLE_DICT) {

        if (nsess_pickle_json_key(&json->tree->nodes[id], json->w)
            != NSESS_OK)
        {
            return NSESS_DECLINED;
        }

        nsess_write_char(json->w, ':');
        id = nsess_pickle_next(json->tree, &level->link);
    }

    return nsess_pickle_json_value(json, id);
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


/* a cycle ends at the largest depth */

static nsess_rc_t
nsess_pickle_json_open(nsess_pickle_json_t *json, uint32_t id)
{
    nsess_pickle_json_level_t  *level;
    const nsess_pickle_node_t  *node;

    if (json->depth == NSESS_DEPTH_MAX) {
        return NSESS_DECLINED;
    }

    node = &json->tree->nodes[id];
    level = &json->levels[json->depth++];

    level->node = id;
    level->link = node->u.links.first;
    level->empty = 1;

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
        return nsess_pickle_json_scalar(key, w);

    case NSESS_PICKLE_FLOAT:
        x = key->u.real;

        if (isnan(x)) {
            nsess_write(w, "\"NaN\"", 5);
            return NSESS_OK;
        }

        if (isinf(x)) {
            nsess_write(w, x > 0 ? "\"Infinity\"" : "\"-Infinity\"",
                        x > 0 ? 10 : 11);
            return NSESS_OK;
        }

        /* fall through */

    case NSESS_PICKLE_NONE:
    case NSESS_PICKLE_TRUE:
    case NSESS_PICKLE_FALSE:
    case NSESS_PICKLE_INT:
    case NSESS_PICKLE_LONG:
        nsess_write_char(w, '"');
        rc = nsess_pickle_json_scalar(key, w);
        nsess_write_char(w, '"');
        return rc;

    default:
        return NSESS_DECLINED;
    }
}


/* 0 if a scalar has no JSON; in a container it is null */

static int
nsess_pickle_has_json(const nsess_pickle_node_t *node)
{
    switch (node->kind) {

    case NSESS_PICKLE_GLOBAL:
    case NSESS_PICKLE_OPAQUE:
        return 0;

    case NSESS_PICKLE_FLOAT:
        return isfinite(node->u.real);

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

        if (!nsess_utf8_valid(nsess_pickle_str(node))) {
            return NSESS_DECLINED;
        }

        nsess_json_write_string(w, nsess_pickle_str(node));
        return NSESS_OK;

    default:
        return nsess_pickle_scalar_text(node, w);
    }
}
