/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The memory of a tree: arrays of nodes and links, and an arena for strings
 * that do not stand in the record as they are.  And a walk over the finished
 * tree, which finds out how many pairs of the record hold opaque values.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle_tree.h"
#include "nsess_work.h"


#define NSESS_PICKLE_ALLOC_MIN   32     /* nodes or links of a small session */
#define NSESS_PICKLE_BLOCK_SIZE  4000   /* with malloc()'s head, a page */

/*
 * Links for each byte of the record: a value that an opcode has put on the
 * stack goes into one container, and from there into a second one where a
 * set is made of a list
 */
#define NSESS_PICKLE_LINKS  2


struct nsess_pickle_block_s {
    nsess_pickle_block_t  *next;
    size_t                 used;
    size_t                 size;
    uint8_t                data[];
};


/* the containers that hold each node, sorted by node */
typedef struct {
    uint32_t              *begin;       /* of a node's; one more than nodes */
    uint32_t              *holders;
    uint32_t              *queue;
    uint8_t               *found;       /* nodes that hold opaque values */
} nsess_pickle_holders_t;


static size_t nsess_pickle_min(size_t a, size_t b);

static nsess_rc_t nsess_pickle_holders_init(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree);
static void nsess_pickle_holders_free(nsess_pickle_holders_t *h);
static void nsess_pickle_holders_fill(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree);
static void nsess_pickle_holders_each(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree, int fill);
static void nsess_pickle_holders_spread(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree);


nsess_pickle_tree_t *
nsess_pickle_tree_create(size_t len)
{
    nsess_pickle_tree_t  *tree;

    tree = calloc(1, sizeof(nsess_pickle_tree_t));

    if (tree == NULL) {
        return NULL;
    }

    tree->size = len;

    if (nsess_pickle_tree_begin(tree) != NSESS_OK) {
        nsess_pickle_tree_free(tree);
        return NULL;
    }

    return tree;
}


nsess_rc_t
nsess_pickle_tree_begin(nsess_pickle_tree_t *tree)
{
    size_t         i, n;
    nsess_error_e  code;

    static const nsess_pickle_kind_e  kinds[] = {
        NSESS_PICKLE_NONE,
        NSESS_PICKLE_TRUE,
        NSESS_PICKLE_FALSE,
        NSESS_PICKLE_TUPLE
    };

    n = sizeof(kinds) / sizeof(kinds[0]);

    /* an opcode has at least a byte, and makes at most one node */

    tree->nnodes = 1;
    tree->nodes_max = nsess_pickle_min(1 + n + tree->size,
                                       NSESS_PICKLE_VALUES_MAX);

    tree->nlinks = 1;
    tree->links_max = nsess_pickle_min(1 + NSESS_PICKLE_LINKS * tree->size,
                                       NSESS_PICKLE_VALUES_MAX);

    tree->arena_left = NSESS_PICKLE_ARENA_MAX * tree->size;

    for (i = 0; i < n; i++) {
        if (nsess_pickle_node(tree, kinds[i], &code) == 0) {
            return NSESS_ERROR;
        }
    }

    return NSESS_OK;
}


static size_t
nsess_pickle_min(size_t a, size_t b)
{
    return a < b ? a : b;
}


void
nsess_pickle_tree_free(nsess_pickle_tree_t *tree)
{
    if (tree == NULL) {
        return;
    }

    nsess_pickle_tree_clear(tree);
    free(tree);
}


void
nsess_pickle_tree_clear(nsess_pickle_tree_t *tree)
{
    nsess_pickle_block_t  *block, *next;

    for (block = tree->blocks; block != NULL; block = next) {
        next = block->next;
        free(block);
    }

    free(tree->nodes);
    free(tree->links);

    tree->nodes = NULL;
    tree->nodes_alloc = 0;
    tree->links = NULL;
    tree->links_alloc = 0;
    tree->blocks = NULL;
}


void *
nsess_pickle_grow(void *p, size_t *alloc, size_t n, size_t max, size_t size)
{
    void    *new;
    size_t   more;

    more = *alloc * 2;

    if (more < n) {
        more = n;
    }

    if (more < NSESS_PICKLE_ALLOC_MIN) {
        more = NSESS_PICKLE_ALLOC_MIN;
    }

    if (more > max) {
        more = max;
    }

    new = realloc(p, more * size);

    if (new != NULL) {
        *alloc = more;
    }

    return new;
}


uint32_t
nsess_pickle_node(nsess_pickle_tree_t *tree, nsess_pickle_kind_e kind,
    nsess_error_e *code)
{
    nsess_pickle_node_t  *node;

    if (tree->nnodes == tree->nodes_max) {
        *code = NSESS_E_BUDGET;
        return 0;
    }

    node = nsess_pickle_room(tree->nodes, &tree->nodes_alloc,
                             tree->nnodes + 1, tree->nodes_max,
                             sizeof(nsess_pickle_node_t));

    if (node == NULL) {
        *code = NSESS_E_MEMORY;
        return 0;
    }

    tree->nodes = node;

    node = &node[tree->nnodes];

    memset(node, 0, sizeof(nsess_pickle_node_t));

    node->kind = (uint8_t) kind;

    if (kind == NSESS_PICKLE_LIST || kind == NSESS_PICKLE_DICT
        || kind == NSESS_PICKLE_SET || kind == NSESS_PICKLE_BYTEARRAY)
    {
        node->flags = NSESS_PICKLE_UNHASHABLE;
    }

    if (nsess_pickle_is_opaque(node)) {
        tree->opaque = 1;
    }

    return (uint32_t) tree->nnodes++;
}


nsess_rc_t
nsess_pickle_link(nsess_pickle_tree_t *tree, uint32_t container,
    uint32_t item, nsess_error_e *code)
{
    uint32_t              new;
    nsess_pickle_link_t  *links;
    nsess_pickle_node_t  *node;

    if (tree->nlinks == tree->links_max) {
        *code = NSESS_E_BUDGET;
        return NSESS_ERROR;
    }

    links = nsess_pickle_room(tree->links, &tree->links_alloc,
                              tree->nlinks + 1, tree->links_max,
                              sizeof(nsess_pickle_link_t));

    if (links == NULL) {
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    tree->links = links;
    new = (uint32_t) tree->nlinks++;

    links[new].node = item;
    links[new].next = 0;

    node = &tree->nodes[container];

    if (node->len == 0) {
        node->u.links.first = new;

    } else {
        links[node->u.links.last].next = new;
    }

    node->u.links.last = new;
    node->len++;

    return NSESS_OK;
}


uint8_t *
nsess_pickle_arena(nsess_pickle_tree_t *tree, size_t len,
    nsess_error_e *code)
{
    size_t                 size;
    uint8_t               *p;
    nsess_pickle_block_t  *block;

    if (len > tree->arena_left) {
        *code = NSESS_E_BUDGET;
        return NULL;
    }

    block = tree->blocks;

    if (block == NULL || len > block->size - block->used) {

        size = len > NSESS_PICKLE_BLOCK_SIZE ? len : NSESS_PICKLE_BLOCK_SIZE;

        block = malloc(sizeof(nsess_pickle_block_t) + size);

        if (block == NULL) {
            *code = NSESS_E_MEMORY;
            return NULL;
        }

        block->next = tree->blocks;
        block->used = 0;
        block->size = size;

        tree->blocks = block;
    }

    p = block->data + block->used;

    block->used += len;
    tree->arena_left -= len;

    return p;
}


nsess_rc_t
nsess_pickle_count_opaque(const nsess_pickle_tree_t *tree, size_t *n)
{
    uint32_t                link, key, value;
    nsess_pickle_holders_t  h;

    *n = 0;

    if (!tree->opaque) {
        return NSESS_OK;
    }

    if (nsess_pickle_holders_init(&h, tree) != NSESS_OK) {
        nsess_pickle_holders_free(&h);
        return NSESS_ERROR;
    }

    nsess_pickle_holders_fill(&h, tree);
    nsess_pickle_holders_spread(&h, tree);

    link = tree->nodes[tree->root].u.links.first;

    while (link != 0) {
        key = nsess_pickle_next(tree, &link);
        value = nsess_pickle_next(tree, &link);

        *n += (h.found[key] || h.found[value]);
    }

    nsess_pickle_holders_free(&h);

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_holders_init(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree)
{
    h->begin = calloc(tree->nnodes + 1, sizeof(uint32_t));
    h->holders = calloc(tree->nlinks, sizeof(uint32_t));
    h->queue = calloc(tree->nnodes, sizeof(uint32_t));
    h->found = calloc(tree->nnodes, 1);

    if (h->begin == NULL || h->holders == NULL || h->queue == NULL
        || h->found == NULL)
    {
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


static void
nsess_pickle_holders_free(nsess_pickle_holders_t *h)
{
    free(h->begin);
    free(h->holders);
    free(h->queue);
    free(h->found);
}


/* counts the holders of each node, then sorts them by node */

static void
nsess_pickle_holders_fill(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree)
{
    size_t  i;

    nsess_pickle_holders_each(h, tree, 0);

    for (i = 1; i <= tree->nnodes; i++) {
        h->begin[i] += h->begin[i - 1];
    }

    /* each begin is where the node's holders end now, and goes down */

    nsess_pickle_holders_each(h, tree, 1);
}


static void
nsess_pickle_holders_each(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree, int fill)
{
    size_t    i;
    uint32_t  link, item;

    nsess_work(tree->nnodes + tree->nlinks);

    for (i = 1; i < tree->nnodes; i++) {

        if (!nsess_pickle_is_container(&tree->nodes[i])) {
            continue;
        }

        link = tree->nodes[i].u.links.first;

        while (link != 0) {
            item = nsess_pickle_next(tree, &link);

            if (fill) {
                h->holders[--h->begin[item]] = (uint32_t) i;

            } else {
                h->begin[item]++;
            }
        }
    }
}


/*
 * Goes from opaque nodes to those that hold them, against the direction of
 * the links.  Each node and each link is looked at once, though there may be
 * cycles, and values that are reached in many ways.
 */

static void
nsess_pickle_holders_spread(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree)
{
    size_t    head, tail, i;
    uint32_t  node, holder, j;

    tail = 0;

    for (i = 1; i < tree->nnodes; i++) {
        if (nsess_pickle_is_opaque(&tree->nodes[i])) {
            h->found[i] = 1;
            h->queue[tail++] = (uint32_t) i;
        }
    }

    for (head = 0; head < tail; head++) {
        node = h->queue[head];
        nsess_work(1 + h->begin[node + 1] - h->begin[node]);

        for (j = h->begin[node]; j < h->begin[node + 1]; j++) {
            holder = h->holders[j];

            if (!h->found[holder]) {
                h->found[holder] = 1;
                h->queue[tail++] = holder;
            }
        }
    }
}
