/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A pickle as a tree: nodes are its values, links are the items of its
 * containers.
 */


#ifndef _NSESS_PICKLE_TREE_H_INCLUDED_
#define _NSESS_PICKLE_TREE_H_INCLUDED_


#include "nsess_keeper.h"
#include "nsess_pickle_node.h"


/*
 * Memcached takes items of up to 1 MiB (its option -I), and an opcode, which
 * has at least a byte, puts at most one value on the stack
 */
#define NSESS_PICKLE_VALUES_MAX  (1 << 20)

/*
 * Bytes of decoded strings for each byte of the record: Latin-1 as UTF-8
 * takes twice its length, and bytes that are spelled as text take more
 */
#define NSESS_PICKLE_ARENA_MAX  4


typedef struct nsess_pickle_block_s  nsess_pickle_block_t;


/* node 0 and link 0 are not used */
typedef struct {
    nsess_pickle_node_t    *nodes;
    size_t                  nnodes;
    size_t                  nodes_alloc;
    size_t                  nodes_max;

    nsess_pickle_link_t    *links;
    size_t                  nlinks;
    size_t                  links_alloc;
    size_t                  links_max;

    nsess_pickle_block_t   *blocks;
    size_t                  arena_left;

    size_t                  size;       /* of the record */
    nsess_keeper_t         *keeper;

    uint32_t                root;
    size_t                  root_pos;   /* where its first opcode is */

    unsigned                opaque:1;   /* some nodes are opaque */
    unsigned                memo:1;     /* the pickle used its memo */
} nsess_pickle_tree_t;


/* the nodes that every tree begins with */

#define NSESS_PICKLE_NODE_NONE   1
#define NSESS_PICKLE_NODE_TRUE   2
#define NSESS_PICKLE_NODE_FALSE  3
#define NSESS_PICKLE_NODE_EMPTY  4      /* the empty tuple */


#pragma GCC visibility push(hidden)


/* a tree for a record of len bytes; NULL if malloc() fails */
nsess_pickle_tree_t *nsess_pickle_tree_create(size_t len);

/* tree may be NULL */
void nsess_pickle_tree_free(nsess_pickle_tree_t *tree);

/*
 * Frees all that is in a tree but .root, .root_pos, .opaque and .memo, and
 * leaves .nodes NULL.  nsess_pickle_tree_begin() makes the first nodes anew:
 * NSESS_OK, or NSESS_ERROR if malloc() fails.
 */
void nsess_pickle_tree_clear(nsess_pickle_tree_t *tree);
nsess_rc_t nsess_pickle_tree_begin(nsess_pickle_tree_t *tree);

/*
 * A new node, zeros but for its kind; 0 with *code if it finds no room.
 * Pointers to nodes live until the next call.
 */
uint32_t nsess_pickle_node(nsess_pickle_tree_t *tree,
    nsess_pickle_kind_e kind, nsess_error_e *code);

/* adds an item to a container; NSESS_OK, or NSESS_ERROR with *code */
nsess_rc_t nsess_pickle_link(nsess_pickle_tree_t *tree, uint32_t container,
    uint32_t item, nsess_error_e *code);

/* len bytes that live as long as the tree; NULL with *code */
uint8_t *nsess_pickle_arena(nsess_pickle_tree_t *tree, size_t len,
    nsess_error_e *code);

/* what nsess_pickle_room() does if there is no room yet */
void *nsess_pickle_grow(void *p, size_t *alloc, size_t n, size_t max,
    size_t size);

/*
 * Counts the pairs of the dict at the root whose key or value is opaque, or
 * holds an opaque value.  NSESS_OK, or NSESS_ERROR if malloc() fails.
 */
nsess_rc_t nsess_pickle_count_opaque(const nsess_pickle_tree_t *tree,
    size_t *n);


#pragma GCC visibility pop


/*
 * Makes room for n elements of so many bytes, and for no more than max,
 * n <= max.  Returns p, or where it was moved to; NULL if malloc() fails, and
 * p stays as it was.
 */

static inline void *
nsess_pickle_room(void *p, size_t *alloc, size_t n, size_t max, size_t size)
{
    return n <= *alloc ? p : nsess_pickle_grow(p, alloc, n, max, size);
}


/* takes the next item of a container; *link is 0 behind the last one */

static inline uint32_t
nsess_pickle_next(const nsess_pickle_tree_t *tree, uint32_t *link)
{
    uint32_t  node;

    node = tree->links[*link].node;
    *link = tree->links[*link].next;

    return node;
}


#endif /* _NSESS_PICKLE_TREE_H_INCLUDED_ */
