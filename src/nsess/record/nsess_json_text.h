/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Strings and values as they stand in a JSON document ("raw"), read as text.
 */


#ifndef _NSESS_JSON_TEXT_H_INCLUDED_
#define _NSESS_JSON_TEXT_H_INCLUDED_


#include "nsess_buf.h"
#include "nsess_keyset.h"


#pragma GCC visibility push(hidden)


/* 1 if the raw string, with its quotes, is this text */
int nsess_json_equal(nsess_str_t raw, nsess_str_t text);

/* the key of the set that the raw string is; NULL: it is not in the set */
nsess_wanted_t *nsess_json_key(nsess_str_t raw, const nsess_keyset_t *keys);

/*
 * Writes the text of a raw string.  NSESS_DECLINED: a lone surrogate has no
 * UTF-8; what is written up to there is of no use.
 */
nsess_rc_t nsess_json_write_text(nsess_writer_t *w, nsess_str_t raw);

/* writes a raw value without its insignificant white space */
void nsess_json_write_compact(nsess_writer_t *w, nsess_str_t raw);


#pragma GCC visibility pop


#endif /* _NSESS_JSON_TEXT_H_INCLUDED_ */
