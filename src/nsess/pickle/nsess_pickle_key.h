/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Keys that are equal as Python compares them.
 */


#ifndef _NSESS_PICKLE_KEY_H_INCLUDED_
#define _NSESS_PICKLE_KEY_H_INCLUDED_


#include "nsess_pickle_tree.h"


#pragma GCC visibility push(hidden)


/*
 * Applies Python's rule for keys to all dicts and sets: of equal keys the
 * first stays, and gets the value of the last.  Each key is looked at once.
 * NSESS_OK, or NSESS_ERROR with *code.
 */
nsess_rc_t nsess_pickle_unique(nsess_pickle_tree_t *tree,
    nsess_error_e *code);

/* 1 if all of a string is ASCII; only the first call looks at its bytes */
int nsess_pickle_node_is_ascii(nsess_pickle_node_t *node);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_KEY_H_INCLUDED_ */
