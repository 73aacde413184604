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
 * reaches the record's length, unless the record was cut; of those that do, a
 * pickle may have so many
 */
#define NSESS_PICKLE_SPARSE_MAX  4096

/*
 * Of those a number is looked for in so many places.  A quarter of the places
 * is taken at the most, so that 4^-24 numbers not made on purpose find none.
 */
#define NSESS_PICKLE_PROBES_MAX  24


typedef struct {
    uint32_t                number;
    uint32_t                value;      /* 0: not taken */
} nsess_pickle_sparse_t;


typedef struct {
    size_t                  limit;      /* numbers below are in .dense */
    size_t                  count;      /* numbers that are set */

    uint32_t               *dense;
    size_t                  dense_alloc;

    nsess_pickle_sparse_t  *sparse;     /* a hash of 2^.sparse_bits places */
    size_t                  nsparse;
    unsigned                sparse_bits;
} nsess_pickle_memo_t;


#pragma GCC visibility push(hidden)


/* limit: the length of the record */
void nsess_pickle_memo_init(nsess_pickle_memo_t *memo, size_t limit);

void nsess_pickle_memo_free(nsess_pickle_memo_t *memo);

/*
 * value != 0.  NSESS_OK, or NSESS_ERROR with *code; allocates.  Takes a
 * constant number of steps, but for the times that the memo grows.
 */
nsess_rc_t nsess_pickle_memo_set(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code);

/* 0, if the number is not set */
uint32_t nsess_pickle_memo_get(const nsess_pickle_memo_t *memo,
    uint32_t number);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_MEMO_H_INCLUDED_ */
