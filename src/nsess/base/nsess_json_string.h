/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Writes a string of JSON: RFC 8259, section 7.
 */


#ifndef _NSESS_JSON_STRING_H_INCLUDED_
#define _NSESS_JSON_STRING_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/* text is valid UTF-8; only what must be escaped is */
void nsess_json_write_string(nsess_writer_t *w, nsess_str_t text);


#pragma GCC visibility pop


#endif /* _NSESS_JSON_STRING_H_INCLUDED_ */
