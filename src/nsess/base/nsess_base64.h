/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * base64 with padding: RFC 4648, section 4.  It is read as base64.b64decode()
 * of Python reads it, since frameworks of that language depend on it.
 */


#ifndef _NSESS_BASE64_H_INCLUDED_
#define _NSESS_BASE64_H_INCLUDED_


#include "nsess_buf.h"


#define nsess_base64_len(n)  (((n) + 2) / 3 * 4)


#pragma GCC visibility push(hidden)


/* writes nsess_base64_len(data.len) characters */
void nsess_base64_encode(nsess_writer_t *w, nsess_str_t data);

/*
 * Writes the bytes that text stands for, never more than 3 for each 4 of its
 * own.  Python's rules: a byte outside of the alphabet is passed over, and
 * reading ends where "=" completes a group of four; the rest is not read.  So
 * a value has many spellings: decode only what a MAC has confirmed.
 *
 * NSESS_ERROR: NSESS_E_TRUNCATED, text ends inside a group of four;
 * NSESS_E_SIZE, the bytes do not fit the writer.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_base64_decode(nsess_writer_t *w, nsess_str_t text,
    nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_BASE64_H_INCLUDED_ */
