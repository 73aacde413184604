/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Writes a JSON record with changes.
 */


#ifndef _NSESS_JSON_APPLY_H_INCLUDED_
#define _NSESS_JSON_APPLY_H_INCLUDED_


#include "nsess_codec.h"


#pragma GCC visibility push(hidden)


/* .apply() of nsess_codec_t */
nsess_rc_t nsess_json_apply(const nsess_record_t *record,
    const nsess_change_t *changes, nsess_writer_t *w, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_JSON_APPLY_H_INCLUDED_ */
