/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Keys of a pickle's dicts.
 */


#ifndef _NSESS_PICKLE_KEY_H_INCLUDED_
#define _NSESS_PICKLE_KEY_H_INCLUDED_


#include "nsess_pickle.h"


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


#pragma GCC visibility push(hidden)


/* 1 if the key is this text: a str, or an 8-bit string of Python 2 */
int nsess_pickle_key_is(const nsess_pickle_node_t *key, nsess_str_t text);

/*
 * The link of the value of a text in a dict; 0: none.  A str goes before an
 * 8-bit string of the same bytes, which Python 2 tells apart unless they are
 * ASCII.
 */
uint32_t nsess_pickle_key_find(const nsess_pickle_tree_t *tree,
    const nsess_pickle_node_t *dict, nsess_str_t text);

/* a key is equal only to those of its rank; of an int the value, too */
nsess_pickle_class_t nsess_pickle_class(nsess_pickle_node_t *node);

/* 1 if all of a string is ASCII; it is looked at once */
int nsess_pickle_node_is_ascii(nsess_pickle_node_t *node);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_KEY_H_INCLUDED_ */
