/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Checks JSON of any shape (RFC 8259, UTF-8) in one pass.
 */


#ifndef _NSESS_JSON_SCAN_H_INCLUDED_
#define _NSESS_JSON_SCAN_H_INCLUDED_


#include "nsess_json_token.h"


#pragma GCC visibility push(hidden)


/*
 * Is doc one JSON value in UTF-8, with only white space around it, and at most
 * depth (up to NSESS_DEPTH_MAX) containers deep?  NSESS_OK, or NSESS_ERROR
 * with *err.
 */
nsess_rc_t nsess_json_scan(nsess_str_t doc, size_t depth, nsess_err_t *err);

/*
 * Takes the value at pos, up to doc->last, at most depth containers deep.
 * Returns its end, or NULL as the functions of nsess_json_token.h do.
 */
const uint8_t *nsess_json_scan_value(nsess_json_doc_t *doc,
    const uint8_t *pos, size_t depth);

/* nothing but white space stands behind pos; returns as the one above */
const uint8_t *nsess_json_scan_end(nsess_json_doc_t *doc, const uint8_t *pos);


#pragma GCC visibility pop


#endif /* _NSESS_JSON_SCAN_H_INCLUDED_ */
