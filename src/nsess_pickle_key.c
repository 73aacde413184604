/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle_key.h"
#include "nsess_pickle_string.h"


/* tuples as keys are compared so deep and so far, then they are different */
#define NSESS_PICKLE_KEY_DEPTH  8
#define NSESS_PICKLE_KEY_ITEMS  64

/* 2^63 as a double: what is not below has no int64_t */
#define NSESS_PICKLE_INT64_END  9223372036854775808.0


/* kinds of keys that are never equal to one of another kind */
typedef enum {
    NSESS_PICKLE_RANK_INT = 0,
    NSESS_PICKLE_RANK_FLOAT,
    NSESS_PICKLE_RANK_LONG,
    NSESS_PICKLE_RANK_TEXT,
    NSESS_PICKLE_RANK_STR8,
    NSESS_PICKLE_RANK_BYTES,
    NSESS_PICKLE_RANK_TUPLE,
    NSESS_PICKLE_RANK_SELF      /* equal to itself only, if at all */
} nsess_pickle_rank_e;


typedef struct {
    nsess_pickle_rank_e          rank;
    int64_t                      integer;
} nsess_pickle_class_t;


/* a key while its container is sorted */
typedef struct {
    const nsess_pickle_tree_t   *tree;
    uint32_t                     node;
    uint32_t                     link;
    uint32_t                     order;
} nsess_pickle_entry_t;


typedef struct {
    uint32_t                     one;
    uint32_t                     two;
    uint32_t                     left;
} nsess_pickle_level_t;


static void nsess_pickle_unique_in(nsess_pickle_tree_t *tree,
    nsess_pickle_node_t *node, nsess_pickle_entry_t *entries);
static void nsess_pickle_unlink(nsess_pickle_tree_t *tree,
    nsess_pickle_node_t *node, uint32_t step);
static int nsess_pickle_compare_entries(const void *one, const void *two);
static int nsess_pickle_compare(const nsess_pickle_tree_t *tree, uint32_t one,
    uint32_t two);
static int nsess_pickle_compare_nodes(const nsess_pickle_tree_t *tree,
    uint32_t one, uint32_t two);
static nsess_pickle_class_t nsess_pickle_class(
    const nsess_pickle_node_t *node);
static int nsess_pickle_compare_uint(uint32_t one, uint32_t two);
static int nsess_pickle_compare_str(nsess_str_t one, nsess_str_t two);


int
nsess_pickle_key_is(const nsess_pickle_node_t *key, nsess_str_t text)
{
    return (key->kind == NSESS_PICKLE_STR || key->kind == NSESS_PICKLE_STR8)
           && nsess_pickle_compare_str(nsess_pickle_str(key), text) == 0;
}


uint32_t
nsess_pickle_key_find(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t text)
{
    uint32_t                    i, link, found;
    const nsess_pickle_node_t  *key;

    found = 0;
    link = dict->u.links.first;

    for (i = 0; i < dict->len; i += 2) {
        key = &tree->nodes[tree->links[link].node];
        link = tree->links[link].next;

        if (nsess_pickle_key_is(key, text)) {
            found = link;

            if (key->kind == NSESS_PICKLE_STR) {
                break;
            }
        }

        link = tree->links[link].next;
    }

    return found;
}


nsess_rc_t
nsess_pickle_unique(nsess_pickle_tree_t *tree, nsess_error_e *code)
{
    size_t                 i, most, n;
    nsess_pickle_node_t   *node;
    nsess_pickle_entry_t  *entries;

    most = 0;

    for (i = 1; i < tree->nnodes; i++) {
        node = &tree->nodes[i];

        n = node->kind == NSESS_PICKLE_DICT ? node->len / 2
            : node->kind == NSESS_PICKLE_SET
              || node->kind == NSESS_PICKLE_FROZENSET ? node->len : 0;

        if (n > most) {
            most = n;
        }
    }

    if (most < 2) {
        return NSESS_OK;
    }

    entries = malloc(most * sizeof(nsess_pickle_entry_t));

    if (entries == NULL) {
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    for (i = 1; i < tree->nnodes; i++) {
        node = &tree->nodes[i];

        if (node->kind == NSESS_PICKLE_DICT
            || node->kind == NSESS_PICKLE_SET
            || node->kind == NSESS_PICKLE_FROZENSET)
        {
            nsess_pickle_unique_in(tree, node, entries);
        }
    }

    free(entries);

    return NSESS_OK;
}


static void
nsess_pickle_unique_in(nsess_pickle_tree_t *tree, nsess_pickle_node_t *node,
    nsess_pickle_entry_t *entries)
{
    size_t                i, n, first, gone;
    uint32_t              link, step;
    nsess_pickle_link_t  *links;

    links = tree->links;
    step = node->kind == NSESS_PICKLE_DICT ? 2 : 1;
    n = node->len / step;
    link = node->u.links.first;

    for (i = 0; i < n; i++) {
        entries[i].tree = tree;
        entries[i].node = links[link].node;
        entries[i].link = link;
        entries[i].order = (uint32_t) i;

        link = links[link].next;

        if (step == 2) {
            link = links[link].next;
        }
    }

    qsort(entries, n, sizeof(nsess_pickle_entry_t),
          nsess_pickle_compare_entries);

    first = 0;
    gone = 0;

    for (i = 1; i < n; i++) {

        if (nsess_pickle_compare(tree, entries[first].node, entries[i].node)
            != 0)
        {
            first = i;
            continue;
        }

        if (step == 2) {
            links[links[entries[first].link].next].node =
                links[links[entries[i].link].next].node;
        }

        links[entries[i].link].node = 0;
        gone++;
    }

    if (gone != 0) {
        nsess_pickle_unlink(tree, node, step);
    }
}


/* takes out what has no key any more; the first one always has */

static void
nsess_pickle_unlink(nsess_pickle_tree_t *tree, nsess_pickle_node_t *node,
    uint32_t step)
{
    uint32_t              i, n, link, next, last;
    nsess_pickle_link_t  *links;

    links = tree->links;
    link = node->u.links.first;
    last = 0;
    n = node->len;

    for (i = 0; i < n; i += step) {
        next = step == 2 ? links[link].next : link;

        if (links[link].node == 0) {
            node->len -= step;

        } else {

            if (last != 0) {
                links[last].next = link;
            }

            last = next;
        }

        link = links[next].next;
    }

    links[last].next = 0;
    node->u.links.last = last;
}


static int
nsess_pickle_compare_entries(const void *one, const void *two)
{
    int                          rc;
    const nsess_pickle_entry_t  *a, *b;

    a = one;
    b = two;

    rc = nsess_pickle_compare(a->tree, a->node, b->node);

    return rc != 0 ? rc : nsess_pickle_compare_uint(a->order, b->order);
}


/* an order of keys, by any rule; 0: equal as Python has it */

static int
nsess_pickle_compare(const nsess_pickle_tree_t *tree, uint32_t one,
    uint32_t two)
{
    int                         rc;
    size_t                      depth, items;
    uint32_t                    a, b;
    const nsess_pickle_node_t  *x, *y;
    nsess_pickle_level_t       *level, levels[NSESS_PICKLE_KEY_DEPTH];

    a = one;
    b = two;
    depth = 0;

    for (items = 0; items < NSESS_PICKLE_KEY_ITEMS; items++) {

        rc = a != b ? nsess_pickle_compare_nodes(tree, a, b) : 0;

        if (rc != 0) {
            return rc;
        }

        x = &tree->nodes[a];
        y = &tree->nodes[b];

        if (a != b && x->kind == NSESS_PICKLE_TUPLE) {

            if (depth == NSESS_PICKLE_KEY_DEPTH) {
                break;
            }

            levels[depth].one = x->u.links.first;
            levels[depth].two = y->u.links.first;
            levels[depth].left = x->len;
            depth++;
        }

        while (depth != 0 && levels[depth - 1].left == 0) {
            depth--;
        }

        if (depth == 0) {
            return 0;
        }

        level = &levels[depth - 1];

        a = tree->links[level->one].node;
        b = tree->links[level->two].node;

        level->one = tree->links[level->one].next;
        level->two = tree->links[level->two].next;
        level->left--;
    }

    return nsess_pickle_compare_uint(one, two);
}


/* of tuples only the lengths */

static int
nsess_pickle_compare_nodes(const nsess_pickle_tree_t *tree, uint32_t one,
    uint32_t two)
{
    nsess_pickle_class_t        a, b;
    const nsess_pickle_node_t  *x, *y;

    x = &tree->nodes[one];
    y = &tree->nodes[two];

    a = nsess_pickle_class(x);
    b = nsess_pickle_class(y);

    if (a.rank != b.rank) {
        return a.rank < b.rank ? -1 : 1;
    }

    switch (a.rank) {

    case NSESS_PICKLE_RANK_INT:
        return (a.integer > b.integer) - (a.integer < b.integer);

    case NSESS_PICKLE_RANK_FLOAT:
        return (x->u.real > y->u.real) - (x->u.real < y->u.real);

    case NSESS_PICKLE_RANK_TUPLE:
        return nsess_pickle_compare_uint(x->len, y->len);

    case NSESS_PICKLE_RANK_SELF:
        return nsess_pickle_compare_uint(one, two);

    default:
        return nsess_pickle_compare_str(nsess_pickle_str(x),
                                        nsess_pickle_str(y));
    }
}


static nsess_pickle_class_t
nsess_pickle_class(const nsess_pickle_node_t *node)
{
    double                x;
    nsess_pickle_class_t  class = { NSESS_PICKLE_RANK_SELF, 0 };

    switch (node->kind) {

    case NSESS_PICKLE_TRUE:
    case NSESS_PICKLE_FALSE:
        class.rank = NSESS_PICKLE_RANK_INT;
        class.integer = (node->kind == NSESS_PICKLE_TRUE);
        break;

    case NSESS_PICKLE_INT:
        class.rank = NSESS_PICKLE_RANK_INT;
        class.integer = node->u.integer;
        break;

    case NSESS_PICKLE_LONG:
        class.rank = NSESS_PICKLE_RANK_LONG;
        break;

    case NSESS_PICKLE_FLOAT:
        x = node->u.real;

        if (x >= -NSESS_PICKLE_INT64_END && x < NSESS_PICKLE_INT64_END
            && (double) (int64_t) x == x)
        {
            class.rank = NSESS_PICKLE_RANK_INT;
            class.integer = (int64_t) x;

        } else if (x == x) {
            class.rank = NSESS_PICKLE_RANK_FLOAT;
        }

        break;

    case NSESS_PICKLE_STR:
        class.rank = NSESS_PICKLE_RANK_TEXT;
        break;

    case NSESS_PICKLE_STR8:
        class.rank = nsess_pickle_is_ascii(nsess_pickle_str(node))
                     ? NSESS_PICKLE_RANK_TEXT : NSESS_PICKLE_RANK_STR8;
        break;

    case NSESS_PICKLE_BYTES:
        class.rank = NSESS_PICKLE_RANK_BYTES;
        break;

    case NSESS_PICKLE_TUPLE:
        class.rank = NSESS_PICKLE_RANK_TUPLE;
        break;
    }

    return class;
}


static int
nsess_pickle_compare_uint(uint32_t one, uint32_t two)
{
    return (one > two) - (one < two);
}


static int
nsess_pickle_compare_str(nsess_str_t one, nsess_str_t two)
{
    if (one.len != two.len) {
        return one.len < two.len ? -1 : 1;
    }

    return one.len != 0 ? memcmp(one.data, two.data, one.len) : 0;
}
