/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The memory of a tree: arrays of nodes and links, and an arena for strings
 * that are not in the record as they are.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle.h"
#include "nsess_pickle_machine.h"


#define NSESS_PICKLE_ALLOC_MIN   32     /* nodes or links of a small session */
#define NSESS_PICKLE_BLOCK_SIZE  4000   /* with malloc()'s head, a page */


struct nsess_pickle_block_s {
    nsess_pickle_block_t  *next;
    size_t                 used;
    size_t                 size;
    uint8_t                data[];
};


static nsess_rc_t nsess_pickle_begin(nsess_pickle_tree_t *tree);


nsess_pickle_tree_t *
nsess_pickle_create(size_t len)
{
    nsess_pickle_tree_t  *tree;

    tree = calloc(1, sizeof(nsess_pickle_tree_t));

    if (tree == NULL) {
        return NULL;
    }

    tree->size = len;

    if (nsess_pickle_begin(tree) != NSESS_OK) {
        nsess_pickle_free(tree);
        return NULL;
    }

    return tree;
}


/* the nodes that every tree has */

static nsess_rc_t
nsess_pickle_begin(nsess_pickle_tree_t *tree)
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

    /* an opcode, of a byte at least, makes one node at the most */

    tree->nnodes = 1;
    tree->nodes_max = 1 + n + tree->size;

    if (tree->nodes_max > NSESS_PICKLE_NODES_MAX) {
        tree->nodes_max = NSESS_PICKLE_NODES_MAX;
    }

    tree->nlinks = 1;
    tree->links_max = 1 + NSESS_PICKLE_LINKS * tree->size;

    if (tree->links_max > NSESS_PICKLE_LINKS_MAX) {
        tree->links_max = NSESS_PICKLE_LINKS_MAX;
    }

    tree->arena_left = NSESS_PICKLE_ARENA_MAX * tree->size;

    for (i = 0; i < n; i++) {
        if (nsess_pickle_node(tree, kinds[i], &code) == 0) {
            return NSESS_ERROR;
        }
    }

    return NSESS_OK;
}


void
nsess_pickle_free(nsess_pickle_tree_t *tree)
{
    if (tree == NULL) {
        return;
    }

    nsess_pickle_clear(tree);
    free(tree);
}


void
nsess_pickle_clear(nsess_pickle_tree_t *tree)
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


nsess_rc_t
nsess_pickle_renew(nsess_pickle_tree_t *tree, nsess_str_t data,
    nsess_err_t *err)
{
    nsess_error_e  code;

    if (nsess_pickle_begin(tree) != NSESS_OK) {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    if (nsess_pickle_run(data, tree, NULL, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (nsess_pickle_unique(tree, &code) != NSESS_OK) {
        err->code = code;
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


void *
nsess_pickle_room(void *p, size_t *alloc, size_t n, size_t max, size_t size)
{
    void    *new;
    size_t   more;

    if (n <= *alloc) {
        return p;
    }

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

    if (kind == NSESS_PICKLE_OPAQUE || kind == NSESS_PICKLE_GLOBAL) {
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
