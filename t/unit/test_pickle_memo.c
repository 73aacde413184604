/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A pickle's memo: numbers below the limit are in an array, larger ones in a
 * hash that has room for so many.
 */


#include "nsess_pickle_memo.h"
#include "tap.h"


#define LIMIT  1000


static void test_dense(void);
static void test_sparse(void);
static void test_full(void);


int
main(void)
{
    test_dense();
    test_sparse();
    test_full();

    return done_testing();
}


static void
test_dense(void)
{
    int                  good;
    uint32_t             i;
    nsess_error_e        code;
    nsess_pickle_memo_t  memo;

    nsess_pickle_memo_init(&memo, LIMIT);

    ok(nsess_pickle_memo_get(&memo, 0) == 0, "nothing is set at first");

    good = 1;

    for (i = LIMIT; i-- > 0; /* void */ ) {
        good = good
               && nsess_pickle_memo_set(&memo, i, i + 5, &code) == NSESS_OK;
    }

    for (i = 0; i < LIMIT; i++) {
        good = good && nsess_pickle_memo_get(&memo, i) == i + 5;
    }

    ok(good && memo.count == LIMIT, "all numbers below the limit");
    ok(memo.nsparse == 0, "they are in an array");

    ok(nsess_pickle_memo_set(&memo, 7, 1, &code) == NSESS_OK
       && nsess_pickle_memo_get(&memo, 7) == 1 && memo.count == LIMIT,
       "a number is set again, and counted once");

    nsess_pickle_memo_free(&memo);
}


static void
test_sparse(void)
{
    int                  good;
    uint32_t             i, number;
    nsess_error_e        code;
    nsess_pickle_memo_t  memo;

    nsess_pickle_memo_init(&memo, LIMIT);

    good = 1;

    for (i = 0; i < LIMIT; i++) {
        number = UINT32_MAX - i * 7919 % LIMIT * 1000;
        good = good
               && nsess_pickle_memo_set(&memo, number, i + 1, &code)
                  == NSESS_OK;
    }

    for (i = 0; i < LIMIT; i++) {
        number = UINT32_MAX - i * 7919 % LIMIT * 1000;
        good = good && nsess_pickle_memo_get(&memo, number) == i + 1
               && nsess_pickle_memo_get(&memo, number - 1) == 0;
    }

    ok(good && memo.count == LIMIT, "numbers far above the limit");
    ok(memo.dense_alloc == 0, "no array is made for them");

    ok(nsess_pickle_memo_set(&memo, UINT32_MAX, 1, &code) == NSESS_OK
       && nsess_pickle_memo_get(&memo, UINT32_MAX) == 1
       && memo.count == LIMIT,
       "one of them is set again");

    nsess_pickle_memo_free(&memo);
}


static void
test_full(void)
{
    uint32_t             i;
    nsess_error_e        code;
    nsess_pickle_memo_t  memo;

    nsess_pickle_memo_init(&memo, LIMIT);

    for (i = 0; i < NSESS_PICKLE_SPARSE_MAX; i++) {
        if (nsess_pickle_memo_set(&memo, LIMIT + i, 1, &code) != NSESS_OK) {
            break;
        }
    }

    ok(i == NSESS_PICKLE_SPARSE_MAX, "%d large numbers",
       NSESS_PICKLE_SPARSE_MAX);

    ok(nsess_pickle_memo_set(&memo, UINT32_MAX, 1, &code) == NSESS_ERROR
       && code == NSESS_E_BUDGET, "there is no room for one more");

    ok(nsess_pickle_memo_set(&memo, LIMIT, 1, &code) == NSESS_OK,
       "those that are there can be set again");

    nsess_pickle_memo_free(&memo);
}
