/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A memo maps the numbers that a pickle gives its values to nodes, or to
 * positions.  Its functions are in nsess_pickle_machine.c.
 */


#ifndef _NSESS_PICKLE_MEMO_H_INCLUDED_
#define _NSESS_PICKLE_MEMO_H_INCLUDED_


#include "nsess.h"


/*
 * Picklers count objects, each of which takes a byte at least, so that no
 * number reaches the record's length unless the record was cut.  A pickle may
 * have so many larger numbers.
 */
#define NSESS_PICKLE_SPARSE_MAX  4096


typedef struct {
    uint32_t                number;
    uint32_t                value;      /* 0: the place is free */
} nsess_pickle_sparse_t;


typedef struct {
    size_t                  limit;      /* smaller numbers are in .dense */
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
 * Sets a number to a value that is not 0.  NSESS_OK, or NSESS_ERROR with
 * *code.  It allocates, and takes a constant number of steps unless the memo
 * has to grow.
 */
nsess_rc_t nsess_pickle_memo_set(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code);

/* the value; 0 if the number is not set */
uint32_t nsess_pickle_memo_get(const nsess_pickle_memo_t *memo,
    uint32_t number);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_MEMO_H_INCLUDED_ */
