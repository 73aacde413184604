/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A record format: how the bytes that memcached holds are a map of keys.
 * Records are never decoded as a whole: functions return spans of the input,
 * and apply() copies what did not change byte for byte.
 */


#ifndef _NSESS_CODEC_H_INCLUDED_
#define _NSESS_CODEC_H_INCLUDED_


#include "nsess_buf.h"
#include "nsess_change.h"


/*
 * CPython's own json gives up near 1000 levels (its recursion limit); the
 * public conformance documents nest to 500
 */
#define NSESS_DEPTH_MAX  512


typedef struct {
    const char     *name;

    /*
     * Is it a well-formed record?  NSESS_OK or NSESS_ERROR (*err says what
     * and where).  All other functions may be called only with a record that
     * passed; on any other input they are memory-safe, no more.
     */
    nsess_rc_t    (*check)(nsess_str_t record, nsess_err_t *err);

    /*
     * The raw span of a top-level key's value within the record; of
     * duplicate keys the last one.  NSESS_OK or NSESS_DECLINED.
     */
    nsess_rc_t    (*find)(nsess_str_t record, nsess_str_t key,
                      nsess_str_t *value);

    /*
     * Descends from a raw value: step is a member's key, or a decimal index
     * into a list.  NSESS_OK or NSESS_DECLINED.
     */
    nsess_rc_t    (*step)(nsess_str_t value, nsess_str_t step,
                      nsess_str_t *result);

    /*
     * A raw value as text: string as UTF-8, number as spelled, true as "1",
     * false as "", list and map as compact JSON without insignificant white
     * space.  NSESS_DECLINED: null, or a text that has no UTF-8 form (lone
     * surrogates).  The writer's error is not looked at.
     */
    nsess_rc_t    (*text)(nsess_str_t value, nsess_writer_t *w);

    /*
     * Writes the record with the changes applied.  An empty record stands
     * for a new session.  Keys that keep their place keep their order,
     * spelling and bytes; new keys come last, in the order of their first
     * set; a key that is set twice is written once.  NSESS_OK, or
     * NSESS_ERROR with *err: NSESS_E_OVERFLOW, NSESS_E_UTF8 (a set key or
     * value).
     */
    nsess_rc_t    (*apply)(nsess_str_t record, const nsess_change_t *changes,
                      nsess_writer_t *w, nsess_err_t *err);
} nsess_codec_t;


#pragma GCC visibility push(hidden)


extern const nsess_codec_t  nsess_json;     /* RFC 8259, UTF-8 */


#pragma GCC visibility pop


#endif /* _NSESS_CODEC_H_INCLUDED_ */
