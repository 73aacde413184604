/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A value of a pickle.  What is not plain data is an opaque node without
 * contents.
 */


#ifndef _NSESS_PICKLE_NODE_H_INCLUDED_
#define _NSESS_PICKLE_NODE_H_INCLUDED_


#include "nsess.h"


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


/* flags of a node */

#define NSESS_PICKLE_UNHASHABLE        0x01  /* Python refuses it as a key */
#define NSESS_PICKLE_HOLDS_UNHASHABLE  0x02  /* a list that has such items */
#define NSESS_PICKLE_SHORT_GROUP       0x04  /* a dict whose last group of
                                                pairs is short */
#define NSESS_PICKLE_GROWN             0x08  /* a dict with a group behind a
                                                short one */
#define NSESS_PICKLE_ASCII             0x10  /* a string known to be ASCII */
#define NSESS_PICKLE_NOT_ASCII         0x20  /* or known not to be */


typedef struct {
    uint8_t                 kind;
    uint8_t                 flags;
    uint32_t                len;    /* bytes, or links */

    union {
        int64_t             integer;
        double              real;
        const uint8_t      *data;   /* in the record, or in the arena */
        unsigned            call;   /* see nsess_pickle_call.c; 0: opaque */

        struct {
            uint32_t        first;
            uint32_t        last;
        } links;
    } u;
} nsess_pickle_node_t;


/* an item of a container */
typedef struct {
    uint32_t                node;
    uint32_t                next;
} nsess_pickle_link_t;


static inline nsess_str_t
nsess_pickle_str(const nsess_pickle_node_t *node)
{
    nsess_str_t  str;

    str.data = node->u.data;
    str.len = node->len;

    return str;
}


static inline int
nsess_pickle_is_container(const nsess_pickle_node_t *node)
{
    return node->kind >= NSESS_PICKLE_LIST
           && node->kind <= NSESS_PICKLE_FROZENSET;
}


/* 1 if a text can name this key */

static inline int
nsess_pickle_is_string(const nsess_pickle_node_t *node)
{
    return node->kind == NSESS_PICKLE_STR || node->kind == NSESS_PICKLE_STR8;
}


static inline int
nsess_pickle_is_opaque(const nsess_pickle_node_t *node)
{
    return node->kind >= NSESS_PICKLE_GLOBAL;
}


#endif /* _NSESS_PICKLE_NODE_H_INCLUDED_ */
