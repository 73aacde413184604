/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A codec reads the bytes of a record in the store as a map of keys.  A record
 * is opened, read, written with changes, and closed.  What did not change is
 * copied byte for byte, as far as the format allows.
 */


#ifndef _NSESS_CODEC_H_INCLUDED_
#define _NSESS_CODEC_H_INCLUDED_


#include "nsess_buf.h"
#include "nsess_keeper.h"
#include "nsess_keyset.h"


/*
 * CPython's json fails near 1000 levels (its recursion limit); documents of the
 * public conformance tests have up to 500
 */
#define NSESS_DEPTH_MAX  512


/* the default of what the pickle codec writes: each Python reads it */
#define NSESS_PICKLE_PROTOCOL  2


/*
 * data belongs to the caller, who must not move or change it while the record
 * is open.  A record without data is that of a new session: it need not be
 * opened, and its other members are zeros, except for protocol.
 *
 * alloc() gives memory that is there as long as data, or NULL; an open asks
 * for up to some 500 bytes.
 */
typedef struct {
    nsess_str_t     data;
    void           *tree;       /* the codec's own; freed by close() */
    size_t          opaque;     /* top-level keys with more than plain data */
    unsigned        protocol;   /* of pickle, 0 to 5: what apply() writes */
    nsess_keeper_t *keeper;     /* NULL: all is kept while it is open */
    void         *(*alloc)(void *pool, size_t size);   /* NULL: malloc() */
    void           *pool;       /* of alloc() */
} nsess_record_t;


typedef struct {
    const char     *name;

    /*
     * Is .data a well-formed record?  NSESS_OK: .tree and .opaque are set;
     * NSESS_ERROR: *err says what is wrong and where, and there is nothing to
     * close.  May allocate.
     */
    nsess_rc_t    (*open)(nsess_record_t *record, nsess_err_t *err);

    /* frees what open() allocated; harmless on a record that is not open */
    void          (*close)(nsess_record_t *record);

    /*
     * The value of a top-level key; of duplicate keys the last one.
     * NSESS_OK or NSESS_DECLINED; NSESS_ERROR: a keeper had dropped the tree,
     * and malloc() failed to make it again.  The functions below decline then,
     * except for apply().
     */
    nsess_rc_t    (*find)(const nsess_record_t *record, nsess_str_t key,
                      nsess_value_t *value);

    /*
     * The same for all keys of a set, in one pass over the record: sets .found
     * and .value.  A record without data has no keys.  NSESS_OK, or
     * NSESS_ERROR, as above.
     */
    nsess_rc_t    (*find_all)(const nsess_record_t *record,
                      nsess_keyset_t *keys);

    /*
     * Descends from a value: step is a member's key, or a decimal index into
     * a list.  NSESS_OK or NSESS_DECLINED.
     */
    nsess_rc_t    (*step)(const nsess_record_t *record,
                      const nsess_value_t *value, nsess_str_t step,
                      nsess_value_t *result);

    /*
     * A value as text: string as UTF-8, number as the language of the record
     * prints it, true as "1", false as "", list and map as compact JSON.
     * NSESS_DECLINED: null, or a value without a text (an opaque value, a lone
     * surrogate, a cycle); what is written up to there is of no use.  The
     * writer's error does not matter here.
     */
    nsess_rc_t    (*text)(const nsess_record_t *record,
                      const nsess_value_t *value, nsess_writer_t *w);

    /*
     * The same as compact JSON (RFC 8259), which keeps the type of a value:
     * null, true and false are themselves.  NSESS_DECLINED: what text()
     * declines, except for null, and what JSON does not have (NaN, the
     * infinities; of pickle a lone surrogate).
     */
    nsess_rc_t    (*json)(const nsess_record_t *record,
                      const nsess_value_t *value, nsess_writer_t *w);

    /* is it false for Python and PHP: null, false, a zero of any type (0, -0,
       0.0), an empty list, map or string? */
    int           (*is_false)(const nsess_record_t *record,
                      const nsess_value_t *value);

    /* is this its text()?  NSESS_AGAIN: it has to be written to know that */
    nsess_rc_t    (*has_text)(const nsess_record_t *record,
                      const nsess_value_t *value, nsess_str_t text);

    /*
     * Writes the record with the changes.  Keys that stay keep their order and
     * spelling; new keys come last, in the order of their first set.  The same
     * record and changes give the same bytes each time.  NSESS_OK, or
     * NSESS_ERROR with *err: NSESS_E_OVERFLOW, NSESS_E_UTF8 (of a key or value
     * that is set), NSESS_E_OPAQUE (a key cannot be unset beside opaque
     * values), NSESS_E_MEMORY.
     */
    nsess_rc_t    (*apply)(const nsess_record_t *record,
                      const nsess_change_t *changes, nsess_writer_t *w,
                      nsess_err_t *err);
} nsess_codec_t;


#pragma GCC visibility push(hidden)


extern const nsess_codec_t  nsess_json;     /* RFC 8259, UTF-8 */
extern const nsess_codec_t  nsess_pickle;   /* Python's, protocols 0 to 5 */


/*
 * A step into a list: a decimal number, without leading zeros, which would
 * give an element a second name.  NSESS_OK or NSESS_DECLINED.
 */
nsess_rc_t nsess_codec_index(nsess_str_t step, size_t *index);


#pragma GCC visibility pop


#endif /* _NSESS_CODEC_H_INCLUDED_ */
