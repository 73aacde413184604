/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A pickle's strings.  Text is UTF-8 that may have surrogates, of 3 bytes
 * each, as Python's codec "utf-8" has them with "surrogatepass".
 */


#ifndef _NSESS_PICKLE_STRING_H_INCLUDED_
#define _NSESS_PICKLE_STRING_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/* the length of the code point at pos, pos < last, and itself; 0: none */
size_t nsess_pickle_code(const uint8_t *pos, const uint8_t *last,
    uint32_t *code);

/* how many bytes of str are text, up to the first that is none */
size_t nsess_pickle_text_len(nsess_str_t str);

/* 1 if all of str is ASCII */
int nsess_pickle_is_ascii(nsess_str_t str);

/*
 * The argument of UNICODE, codec "raw-unicode-escape", as text: all bytes but
 * escapes are Latin-1.  NSESS_OK, or NSESS_ERROR: a broken escape.
 */
nsess_rc_t nsess_pickle_read_unicode(nsess_writer_t *w, nsess_str_t line);

/*
 * The argument of STRING, codec "string-escape" in quotes, as bytes.
 * NSESS_OK, or NSESS_ERROR: no quotes, or a broken escape.
 */
nsess_rc_t nsess_pickle_read_string(nsess_writer_t *w, nsess_str_t line);

/* text as Latin-1; NSESS_OK, or NSESS_ERROR: a code point above U+00FF */
nsess_rc_t nsess_pickle_read_latin1(nsess_writer_t *w, nsess_str_t text);

/* the inverse; ASCII only is written by the first two */
void nsess_pickle_write_unicode(nsess_writer_t *w, nsess_str_t text);
void nsess_pickle_write_string(nsess_writer_t *w, nsess_str_t bytes);
void nsess_pickle_write_latin1(nsess_writer_t *w, nsess_str_t bytes);

/* bytes as write_unicode() would write their Latin-1 */
void nsess_pickle_write_bytes(nsess_writer_t *w, nsess_str_t bytes);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_STRING_H_INCLUDED_ */
