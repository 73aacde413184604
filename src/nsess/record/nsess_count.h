/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Counting: what increments of a list come to, beside the record that they
 * are applied to.
 */


#ifndef _NSESS_COUNT_H_INCLUDED_
#define _NSESS_COUNT_H_INCLUDED_


#include "nsess_codec.h"


/* an int64_t in decimal: -9223372036854775808 */
#define NSESS_COUNT_LEN  20


typedef struct {
    nsess_change_t   change;
    uint8_t          digits[NSESS_COUNT_LEN];
} nsess_counted_t;


#pragma GCC visibility push(hidden)


/*
 * Copies a list into counted, which has room for all of it: the list then
 * begins at &counted[0].change, and must not move.  An INCR becomes what sets
 * its key to the sum: a NUMBER if the key has an integer, or nothing, up to
 * there; a SET if it has a string that is one, in decimal without leading
 * zeros.  A record without data has no keys.
 *
 * NSESS_OK, or NSESS_ERROR with *err: NSESS_E_INTEGER (there is something
 * else), NSESS_E_RANGE (it, or the sum, is no int64_t), NSESS_E_MEMORY.
 */
nsess_rc_t nsess_count(const nsess_codec_t *codec,
    const nsess_record_t *record, const nsess_change_t *changes,
    nsess_counted_t *counted, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_COUNT_H_INCLUDED_ */
