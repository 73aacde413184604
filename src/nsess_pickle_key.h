/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Keys of a pickle's dicts.
 */


#ifndef _NSESS_PICKLE_KEY_H_INCLUDED_
#define _NSESS_PICKLE_KEY_H_INCLUDED_


#include "nsess_pickle.h"


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


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_KEY_H_INCLUDED_ */
