/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A JSON record with one changed key: what stands before and behind it is
 * copied in one piece each.
 */


#ifndef _NSESS_JSON_SPLICE_H_INCLUDED_
#define _NSESS_JSON_SPLICE_H_INCLUDED_


#include "nsess_codec.h"


#pragma GCC visibility push(hidden)


/*
 * Writes the record with the change, in the bytes of nsess_codec_t.apply().
 * NSESS_DECLINED, and nothing is written: it is not a single change, or the
 * record has no index, or no member, or the key twice; or what is set is not
 * UTF-8.
 */
nsess_rc_t nsess_json_splice(const nsess_record_t *record,
    const nsess_change_t *change, nsess_writer_t *w);

/* the value of a SET or a NUMBER, which is UTF-8 */
void nsess_json_write_change(nsess_writer_t *w, const nsess_change_t *change);


#pragma GCC visibility pop


#endif /* _NSESS_JSON_SPLICE_H_INCLUDED_ */
