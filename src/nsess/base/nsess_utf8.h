/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * UTF-8: RFC 3629.
 */


#ifndef _NSESS_UTF8_H_INCLUDED_
#define _NSESS_UTF8_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/*
 * The length of the sequence at pos, pos < last: 1 to 4, or 0 if it is not
 * well-formed (overlong forms, surrogates and code points above U+10FFFF are
 * not).
 */
size_t nsess_utf8_step(const uint8_t *pos, const uint8_t *last);

/* 1 if all of str is well-formed; the empty string is */
int nsess_utf8_valid(nsess_str_t str);

/* a code point up to U+10FFFF; the 3 bytes of a surrogate are not UTF-8 */
void nsess_utf8_write(nsess_writer_t *w, uint32_t code);


#pragma GCC visibility pop


#endif /* _NSESS_UTF8_H_INCLUDED_ */
