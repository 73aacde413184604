/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cutting cookies out of a Cookie field (RFC 6265bis) that goes on to
 * somebody who is not to see them.
 */


#ifndef _NSESS_COOKIE_CUT_H_INCLUDED_
#define _NSESS_COOKIE_CUT_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/*
 * Writes one Cookie header's value without the cookies of the n names, which
 * are found as nsess_cookie_next() finds them: with case, blanks around them
 * not counted.  All else is written byte for byte, in its order; with a
 * cookie goes the ";" that sets it off, and of a new beginning the blanks.
 * NSESS_DECLINED: there is none of them, nothing is written; NSESS_OK: cut.
 * When nothing but ";" and blanks is left nothing is written.  What is
 * written is shorter than the field.
 */
nsess_rc_t nsess_cookie_cut(nsess_writer_t *w, nsess_str_t field,
    const nsess_str_t *names, size_t n);


#pragma GCC visibility pop


#endif /* _NSESS_COOKIE_CUT_H_INCLUDED_ */
