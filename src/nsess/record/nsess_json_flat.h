/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The short way through a record: members whose key and value are plain
 * strings, without white space around them, as most are.
 */


#ifndef _NSESS_JSON_FLAT_H_INCLUDED_
#define _NSESS_JSON_FLAT_H_INCLUDED_


#include "nsess_json_index.h"
#include "nsess_json_token.h"


#pragma GCC visibility push(hidden)


/*
 * Takes up to max such members from pos on, and *n says how many.  Returns the
 * end of the last value that it took; pos, if it took none: it leaves some at
 * the end of a record, too.
 */
const uint8_t *nsess_json_flat(const nsess_json_doc_t *doc,
    const uint8_t *pos, nsess_json_member_t *members, size_t max, size_t *n);


#pragma GCC visibility pop


#endif /* _NSESS_JSON_FLAT_H_INCLUDED_ */
