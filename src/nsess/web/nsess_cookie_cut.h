/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cuts cookies out of a Cookie field (RFC 6265bis) before an upstream gets it.
 */


#ifndef _NSESS_COOKIE_CUT_H_INCLUDED_
#define _NSESS_COOKIE_CUT_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/*
 * Writes the value of one Cookie header without the cookies of the n names.
 * They are found as by nsess_cookie_next(): with case, without the blanks
 * around them.  The rest is written byte for byte, in its order, without the
 * ";" of a cookie that was cut, and without blanks at a new beginning.
 * NSESS_DECLINED: the field has no such cookie, and nothing is written.
 * NSESS_OK: cookies were cut; nothing is written if only ";" and blanks are
 * left.  The result is shorter than the field.
 */
nsess_rc_t nsess_cookie_cut(nsess_writer_t *w, nsess_str_t field,
    const nsess_str_t *names, size_t n);


#pragma GCC visibility pop


#endif /* _NSESS_COOKIE_CUT_H_INCLUDED_ */
