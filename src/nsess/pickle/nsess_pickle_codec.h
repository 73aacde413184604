/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Parts of the pickle codec: see nsess_codec_t.
 */


#ifndef _NSESS_PICKLE_CODEC_H_INCLUDED_
#define _NSESS_PICKLE_CODEC_H_INCLUDED_


#include "nsess_codec.h"
#include "nsess_pickle.h"


#pragma GCC visibility push(hidden)


/*
 * The tree of an open record, made again if its keeper has dropped it; NULL:
 * the record is not open, or malloc() failed
 */
const nsess_pickle_tree_t *nsess_pickle_tree(const nsess_record_t *record);

nsess_rc_t nsess_pickle_text(const nsess_record_t *record,
    const nsess_value_t *value, nsess_writer_t *w);

nsess_rc_t nsess_pickle_json(const nsess_record_t *record,
    const nsess_value_t *value, nsess_writer_t *w);

int nsess_pickle_is_false(const nsess_record_t *record,
    const nsess_value_t *value);

nsess_rc_t nsess_pickle_apply(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_writer_t *w, nsess_err_t *err);

/*
 * Writes the record with all pairs cut out whose keys the set unsets, and
 * without frames, up to but not including STOP.  What stays is not touched.
 * NSESS_OK, or NSESS_ERROR with *err: NSESS_E_OPAQUE, if what stays needs
 * what goes, NSESS_E_MEMORY.
 */
nsess_rc_t nsess_pickle_cut(const nsess_record_t *record,
    const nsess_keyset_t *keys, nsess_writer_t *w, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_CODEC_H_INCLUDED_ */
