/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Turns the increments of a list of changes into plain changes: each becomes
 * the sum of what the record has, of the changes before it, and of its own
 * number.
 */


#ifndef _NSESS_INCREMENT_H_INCLUDED_
#define _NSESS_INCREMENT_H_INCLUDED_


#include "nsess_codec.h"


/* an int64_t in decimal: -9223372036854775808 */
#define NSESS_INCREMENT_LEN  20


typedef struct {
    nsess_change_t   change;
    uint8_t          digits[NSESS_INCREMENT_LEN];
} nsess_incremented_t;


#pragma GCC visibility push(hidden)


/*
 * Copies a list into copy, which has room for all of it: the list then begins
 * at &copy[0].change, and must not move.  An INCR becomes a change that sets
 * its key to the sum: a NUMBER if the key has an integer up to there, or no
 * value; a SET if it has a string that is an integer, in decimal without
 * leading zeros.  A record without data has no keys.
 *
 * NSESS_OK, or NSESS_ERROR with *err: NSESS_E_INTEGER (the key has another
 * value), NSESS_E_RANGE (the integer, or the sum, does not fit an int64_t),
 * NSESS_E_MEMORY.
 */
nsess_rc_t nsess_increment(const nsess_codec_t *codec,
    const nsess_record_t *record, const nsess_change_t *changes,
    nsess_incremented_t *copy, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_INCREMENT_H_INCLUDED_ */
