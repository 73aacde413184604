/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cache-Control (RFC 9111, section 5.2) of a response that sets a session
 * cookie: it must not be stored by shared caches.
 */


#ifndef _NSESS_CACHE_CONTROL_H_INCLUDED_
#define _NSESS_CACHE_CONTROL_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/*
 * Given the n Cache-Control values of a response, in order (n may be 0),
 * writes one value that keeps it out of shared caches and is never weaker:
 * directives are kept in order, "public" and "s-maxage" are dropped, as are
 * qualified forms private="..." (which let the rest be stored), and unless
 * an unqualified "private" or "no-store" is there, "private" is put first;
 * beside "must-understand", "no-store" does not count, since caches ignore
 * it there.  Quoted strings are understood, and closed where the value ends
 * inside of one; names compare without case.  Returns
 * NSESS_DECLINED, having written nothing, when n == 1 and the value may stay
 * byte for byte as it is; else NSESS_OK.
 */
nsess_rc_t nsess_cache_control_private(nsess_writer_t *w,
    const nsess_str_t *values, size_t n);


#pragma GCC visibility pop


#endif /* _NSESS_CACHE_CONTROL_H_INCLUDED_ */
