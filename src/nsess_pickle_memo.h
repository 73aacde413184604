/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A pickle's memo: a map from numbers to nodes.
 */


#ifndef _NSESS_PICKLE_MEMO_H_INCLUDED_
#define _NSESS_PICKLE_MEMO_H_INCLUDED_


#include "nsess.h"


/*
 * Picklers count objects, which have a byte at least, so that no number
 * reaches the record's length; of those that do, a pickle may have so many
 */
#define NSESS_PICKLE_SPARSE_MAX  4096


typedef struct {
    uint32_t                number;
    uint32_t                value;
} nsess_pickle_sparse_t;


typedef struct {
    size_t                  limit;      /* numbers below are in .dense */
    size_t                  count;      /* numbers that are set */

    uint32_t               *dense;
    size_t                  dense_alloc;

    nsess_pickle_sparse_t  *sparse;     /* sorted */
    size_t                  nsparse;
    size_t                  sparse_alloc;
} nsess_pickle_memo_t;


#pragma GCC visibility push(hidden)


/* limit: the length of the record */
void nsess_pickle_memo_init(nsess_pickle_memo_t *memo, size_t limit);

void nsess_pickle_memo_free(nsess_pickle_memo_t *memo);

/* value != 0.  NSESS_OK, or NSESS_ERROR with *code; allocates */
nsess_rc_t nsess_pickle_memo_set(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code);

/* 0, if the number is not set */
uint32_t nsess_pickle_memo_get(const nsess_pickle_memo_t *memo,
    uint32_t number);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_MEMO_H_INCLUDED_ */
