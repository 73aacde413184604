/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle.h"
#include "nsess_pickle_memo.h"


static nsess_rc_t nsess_pickle_memo_dense(nsess_pickle_memo_t *memo,
    uint32_t number, nsess_error_e *code);
static nsess_rc_t nsess_pickle_memo_sparse(nsess_pickle_memo_t *memo,
    uint32_t number, uint32_t value, nsess_error_e *code);
static size_t nsess_pickle_memo_search(const nsess_pickle_memo_t *memo,
    uint32_t number);


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
                              (size_t) number + 1, sizeof(uint32_t));

    if (dense == NULL) {
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    memset(dense + old, 0, (memo->dense_alloc - old) * sizeof(uint32_t));

    memo->dense = dense;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_memo_sparse(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code)
{
    size_t                  i;
    nsess_pickle_sparse_t  *sparse;

    i = nsess_pickle_memo_search(memo, number);

    if (i < memo->nsparse && memo->sparse[i].number == number) {
        memo->sparse[i].value = value;
        return NSESS_OK;
    }

    if (memo->nsparse == NSESS_PICKLE_SPARSE_MAX) {
        *code = NSESS_E_BUDGET;
        return NSESS_ERROR;
    }

    sparse = nsess_pickle_room(memo->sparse, &memo->sparse_alloc,
                               memo->nsparse + 1,
                               sizeof(nsess_pickle_sparse_t));

    if (sparse == NULL) {
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    memo->sparse = sparse;

    memmove(&sparse[i + 1], &sparse[i],
            (memo->nsparse - i) * sizeof(nsess_pickle_sparse_t));

    sparse[i].number = number;
    sparse[i].value = value;

    memo->nsparse++;
    memo->count++;

    return NSESS_OK;
}


uint32_t
nsess_pickle_memo_get(const nsess_pickle_memo_t *memo, uint32_t number)
{
    size_t  i;

    if (number < memo->limit) {
        return number < memo->dense_alloc ? memo->dense[number] : 0;
    }

    i = nsess_pickle_memo_search(memo, number);

    if (i < memo->nsparse && memo->sparse[i].number == number) {
        return memo->sparse[i].value;
    }

    return 0;
}


/* where the number is, or has to be put */

static size_t
nsess_pickle_memo_search(const nsess_pickle_memo_t *memo, uint32_t number)
{
    size_t  low, high, middle;

    low = 0;
    high = memo->nsparse;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (memo->sparse[middle].number < number) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return low;
}
