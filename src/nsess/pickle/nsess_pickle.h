/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A pickle as a tree.  A pickle is a program for a stack machine; it is run
 * symbolically: nothing is imported, called or built.  What is not plain data
 * becomes an opaque node without contents.
 *
 * Source of the format: CPython's Lib/pickletools.py and Modules/_pickle.c,
 * protocols 0 to 5.
 */


#ifndef _NSESS_PICKLE_H_INCLUDED_
#define _NSESS_PICKLE_H_INCLUDED_


#include "nsess_codec.h"


/*
 * Memcached takes items of up to 1 MiB (its option -I), and an opcode, which
 * has at least a byte, makes at most one node, link or value on the stack
 */
#define NSESS_PICKLE_NODES_MAX  (1 << 20)
#define NSESS_PICKLE_LINKS_MAX  (1 << 20)
#define NSESS_PICKLE_STACK_MAX  (1 << 20)

/*
 * Links for a byte of the record: a value that an opcode has put on the stack
 * goes into one container, from there once more where a set is made of a list
 */
#define NSESS_PICKLE_LINKS  2

/* positions and lengths are kept in 32 bits */
#define NSESS_PICKLE_SIZE_MAX  INT32_MAX

/*
 * Bytes of decoded strings for a byte of the record: Latin-1 as UTF-8 doubles
 * it, bytes spelled as text repeat it
 */
#define NSESS_PICKLE_ARENA_MAX  4

/* CPython's picklers write containers in groups of so many items */
#define NSESS_PICKLE_GROUP  1000

#define NSESS_PICKLE_PROTOCOL_MAX  5


typedef enum {
    NSESS_PICKLE_NONE = 1,
    NSESS_PICKLE_TRUE,
    NSESS_PICKLE_FALSE,
    NSESS_PICKLE_INT,           /* .u.integer */
    NSESS_PICKLE_LONG,          /* little-endian two's complement, shortest;
                                   never what .u.integer could hold */
    NSESS_PICKLE_FLOAT,         /* .u.real */
    NSESS_PICKLE_STR,           /* UTF-8, surrogates have 3 bytes each */
    NSESS_PICKLE_STR8,          /* Python 2's str: any bytes */
    NSESS_PICKLE_BYTES,
    NSESS_PICKLE_BYTEARRAY,
    NSESS_PICKLE_LIST,
    NSESS_PICKLE_TUPLE,
    NSESS_PICKLE_DICT,          /* links of key, value, key, value, ... */
    NSESS_PICKLE_SET,
    NSESS_PICKLE_FROZENSET,
    NSESS_PICKLE_GLOBAL,        /* a name; .u.call if it makes data */
    NSESS_PICKLE_OPAQUE
} nsess_pickle_kind_e;


/* these names make data; all others are opaque */
typedef enum {
    NSESS_PICKLE_CALL_NONE = 0,
    NSESS_PICKLE_CALL_ENCODE,
    NSESS_PICKLE_CALL_BYTES,
    NSESS_PICKLE_CALL_BYTEARRAY,
    NSESS_PICKLE_CALL_SET,
    NSESS_PICKLE_CALL_FROZENSET
} nsess_pickle_call_e;


/* flags of a node */

#define NSESS_PICKLE_UNHASHABLE   0x01  /* no dict takes it as a key */
#define NSESS_PICKLE_HOLDS        0x02  /* a list that holds such items */
#define NSESS_PICKLE_SHORT_GROUP  0x04  /* a dict whose last group is short */
#define NSESS_PICKLE_GROWN        0x08  /* a dict with a group behind that */
#define NSESS_PICKLE_ASCII        0x10  /* a string, looked at: all ASCII */
#define NSESS_PICKLE_NOT_ASCII    0x20  /* or not */


typedef struct {
    uint8_t                kind;
    uint8_t                flags;
    uint32_t               len;     /* bytes, or links */

    union {
        int64_t            integer;
        double             real;
        const uint8_t     *data;    /* in the record, or in the arena */
        nsess_pickle_call_e  call;

        struct {
            uint32_t       first;
            uint32_t       last;
        } links;
    } u;
} nsess_pickle_node_t;


/* an item of a container */
typedef struct {
    uint32_t               node;
    uint32_t               next;
} nsess_pickle_link_t;


typedef struct nsess_pickle_block_s  nsess_pickle_block_t;


/* node 0 and link 0 are not used */
typedef struct {
    nsess_pickle_node_t   *nodes;
    size_t                 nnodes;
    size_t                 nodes_alloc;
    size_t                 nodes_max;

    nsess_pickle_link_t   *links;
    size_t                 nlinks;
    size_t                 links_alloc;
    size_t                 links_max;

    nsess_pickle_block_t  *blocks;
    size_t                 arena_left;

    size_t                 size;        /* of the record */
    nsess_keeper_t        *keeper;

    uint32_t               root;
    size_t                 root_pos;    /* where its first opcode is */

    unsigned               opaque:1;    /* there are opaque nodes */
    unsigned               memo:1;      /* the memo was used */
} nsess_pickle_tree_t;


/* the nodes that every tree begins with */

#define NSESS_PICKLE_NODE_NONE   1
#define NSESS_PICKLE_NODE_TRUE   2
#define NSESS_PICKLE_NODE_FALSE  3
#define NSESS_PICKLE_NODE_EMPTY  4      /* the empty tuple */


#pragma GCC visibility push(hidden)


/*
 * Runs a pickle of any value.  NSESS_OK: *tree is to be freed by
 * nsess_pickle_free(), and points into data; its dicts and sets have no key
 * twice.  NSESS_ERROR with *err: the offset is that of the opcode, or of the
 * byte that is no UTF-8.
 */
nsess_rc_t nsess_pickle_parse(nsess_str_t data, nsess_pickle_tree_t **tree,
    nsess_err_t *err);

/* of a record of len bytes; NULL, if malloc() fails */
nsess_pickle_tree_t *nsess_pickle_create(size_t len);

/* tree may be NULL */
void nsess_pickle_free(nsess_pickle_tree_t *tree);

/*
 * Frees all that is in a tree but .root, .root_pos, .opaque and .memo, and
 * leaves .nodes NULL.  nsess_pickle_renew() makes it anew, with the same
 * numbers of nodes, from the data that it was made from.  NSESS_OK, or
 * NSESS_ERROR with *err.
 */
void nsess_pickle_clear(nsess_pickle_tree_t *tree);
nsess_rc_t nsess_pickle_renew(nsess_pickle_tree_t *tree, nsess_str_t data,
    nsess_err_t *err);

/*
 * A new node, zeros but for its kind; 0 with *code set, if there is no room
 * for it.  Pointers to nodes live until the next call.
 */
uint32_t nsess_pickle_node(nsess_pickle_tree_t *tree,
    nsess_pickle_kind_e kind, nsess_error_e *code);

/* one more item of a container; NSESS_OK, or NSESS_ERROR with *code */
nsess_rc_t nsess_pickle_link(nsess_pickle_tree_t *tree, uint32_t container,
    uint32_t item, nsess_error_e *code);

/* len bytes that live as long as the tree; NULL with *code set */
uint8_t *nsess_pickle_arena(nsess_pickle_tree_t *tree, size_t len,
    nsess_error_e *code);

/*
 * Room for n elements of so many bytes, and for no more than max, n <= max:
 * p, or what it was moved to; NULL, if there is none, and p is as it was.
 */
void *nsess_pickle_room(void *p, size_t *alloc, size_t n, size_t max,
    size_t size);

/*
 * Python's rule for keys, in all dicts and sets: of equal ones the first
 * stays, with the last one's value.  Each key is looked at once.  NSESS_OK,
 * or NSESS_ERROR with *code.
 */
nsess_rc_t nsess_pickle_unique(nsess_pickle_tree_t *tree,
    nsess_error_e *code);

/*
 * The number of keys of the dict at the root which are opaque, or hold what
 * is, or whose value does.  NSESS_OK, or NSESS_ERROR: malloc() failed.
 */
nsess_rc_t nsess_pickle_count_opaque(const nsess_pickle_tree_t *tree,
    size_t *n);


#pragma GCC visibility pop


static inline nsess_str_t
nsess_pickle_str(const nsess_pickle_node_t *node)
{
    nsess_str_t  str;

    str.data = node->u.data;
    str.len = node->len;

    return str;
}


/* 1 for kinds that have links */

static inline int
nsess_pickle_is_container(const nsess_pickle_node_t *node)
{
    return node->kind >= NSESS_PICKLE_LIST
           && node->kind <= NSESS_PICKLE_FROZENSET;
}


#endif /* _NSESS_PICKLE_H_INCLUDED_ */
