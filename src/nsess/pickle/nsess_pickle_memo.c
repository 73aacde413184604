/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle.h"
#include "nsess_pickle_memo.h"
#include "nsess_work.h"


#define NSESS_PICKLE_SPARSE_BITS  6     /* places at first, as a power of 2 */

/* Knuth's multiplicative hash: numbers in a row are spread evenly */
#define NSESS_PICKLE_GOLDEN       2654435769u


static nsess_rc_t nsess_pickle_memo_dense(nsess_pickle_memo_t *memo,
    uint32_t number, nsess_error_e *code);
static nsess_rc_t nsess_pickle_memo_sparse(nsess_pickle_memo_t *memo,
    uint32_t number, uint32_t value, nsess_error_e *code);
static nsess_rc_t nsess_pickle_memo_grow(nsess_pickle_memo_t *memo,
    nsess_error_e *code);
static nsess_pickle_sparse_t *nsess_pickle_memo_search(
    const nsess_pickle_memo_t *memo, uint32_t number);


void
nsess_pickle_memo_init(nsess_pickle_memo_t *memo, size_t limit)
{
    memset(memo, 0, sizeof(nsess_pickle_memo_t));

    memo->limit = limit;
}


void
nsess_pickle_memo_free(nsess_pickle_memo_t *memo)
{
    free(memo->dense);
    free(memo->sparse);
}


nsess_rc_t
nsess_pickle_memo_set(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code)
{
    if (number >= memo->limit) {
        return nsess_pickle_memo_sparse(memo, number, value, code);
    }

    if (nsess_pickle_memo_dense(memo, number, code) != NSESS_OK) {
        return NSESS_ERROR;
    }

    memo->count += (memo->dense[number] == 0);
    memo->dense[number] = value;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_memo_dense(nsess_pickle_memo_t *memo, uint32_t number,
    nsess_error_e *code)
{
    size_t     old;
    uint32_t  *dense;

    old = memo->dense_alloc;

    dense = nsess_pickle_room(memo->dense, &memo->dense_alloc,
                              (size_t) number + 1, memo->limit,
                              sizeof(uint32_t));

    if (dense == NULL) {
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    nsess_work(memo->dense_alloc - old);
    memset(dense + old, 0, (memo->dense_alloc - old) * sizeof(uint32_t));

    memo->dense = dense;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_memo_sparse(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code)
{
    nsess_pickle_sparse_t  *place;

    place = nsess_pickle_memo_search(memo, number);

    if (place != NULL && place->value != 0) {
        place->value = value;
        return NSESS_OK;
    }

    if (memo->nsparse == NSESS_PICKLE_SPARSE_MAX) {
        *code = NSESS_E_BUDGET;
        return NSESS_ERROR;
    }

    if (memo->sparse == NULL
        || memo->nsparse >= (size_t) 1 << memo->sparse_bits >> 2)
    {
        if (nsess_pickle_memo_grow(memo, code) != NSESS_OK) {
            return NSESS_ERROR;
        }

        place = nsess_pickle_memo_search(memo, number);
    }

    if (place == NULL) {
        *code = NSESS_E_BUDGET;
        return NSESS_ERROR;
    }

    place->number = number;
    place->value = value;

    memo->nsparse++;
    memo->count++;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_memo_grow(nsess_pickle_memo_t *memo, nsess_error_e *code)
{
    size_t                  i, n;
    nsess_pickle_memo_t     old;
    nsess_pickle_sparse_t  *place;

    old = *memo;
    n = old.sparse != NULL ? (size_t) 1 << old.sparse_bits : 0;

    memo->sparse_bits = old.sparse != NULL ? old.sparse_bits + 1
                                           : NSESS_PICKLE_SPARSE_BITS;

    memo->sparse = calloc((size_t) 1 << memo->sparse_bits,
                          sizeof(nsess_pickle_sparse_t));

    if (memo->sparse == NULL) {
        *memo = old;
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (old.sparse[i].value == 0) {
            continue;
        }

        place = nsess_pickle_memo_search(memo, old.sparse[i].number);

        if (place == NULL) {
            free(memo->sparse);
            *memo = old;
            *code = NSESS_E_BUDGET;
            return NSESS_ERROR;
        }

        *place = old.sparse[i];
    }

    free(old.sparse);

    return NSESS_OK;
}


uint32_t
nsess_pickle_memo_get(const nsess_pickle_memo_t *memo, uint32_t number)
{
    nsess_pickle_sparse_t  *place;

    if (number < memo->limit) {
        return number < memo->dense_alloc ? memo->dense[number] : 0;
    }

    place = nsess_pickle_memo_search(memo, number);

    return place != NULL ? place->value : 0;
}


/* where the number is, or has to be put; NULL: it finds no place */

static nsess_pickle_sparse_t *
nsess_pickle_memo_search(const nsess_pickle_memo_t *memo, uint32_t number)
{
    size_t                  i, n;
    nsess_pickle_sparse_t  *place;

    if (memo->sparse == NULL) {
        return NULL;
    }

    i = (uint32_t) (number * NSESS_PICKLE_GOLDEN) >> (32 - memo->sparse_bits);

    for (n = 1; n <= NSESS_PICKLE_PROBES_MAX; n++) {
        nsess_work(1);

        place = &memo->sparse[i];

        if (place->value == 0 || place->number == number) {
            return place;
        }

        i = (i + n) & (((size_t) 1 << memo->sparse_bits) - 1);
    }

    return NULL;
}
