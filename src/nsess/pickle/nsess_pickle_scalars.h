/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A pickle's strings.  Text is UTF-8 that may have surrogates, of
 * 3 bytes each, as Python's codec "utf-8" has them with "surrogatepass".
 */


#ifndef _NSESS_PICKLE_SCALARS_H_INCLUDED_
#define _NSESS_PICKLE_SCALARS_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/* takes the first code point of text; 0 if it is empty */
int nsess_pickle_next_code(nsess_str_t *text, uint32_t *code);

/* how many bytes of str, from its beginning, are text */
size_t nsess_pickle_text_len(nsess_str_t str);

/* 1 if all of str is ASCII */
int nsess_pickle_is_ascii(nsess_str_t str);

/*
 * Writes text as Latin-1.  NSESS_OK, or NSESS_ERROR if a code point is above
 * U+00FF.
 */
nsess_rc_t nsess_pickle_read_latin1(nsess_writer_t *w, nsess_str_t text);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_SCALARS_H_INCLUDED_ */
