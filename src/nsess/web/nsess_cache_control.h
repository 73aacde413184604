/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cache-Control (RFC 9111, section 5.2) of a response that sets a session
 * cookie: it must not be stored by shared caches.  Nor must they be told
 * otherwise by a header that they obey before Cache-Control.
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
 * an unqualified "private" is there, it is put first, also beside "no-store",
 * which some caches do not heed (Fastly).  Quoted strings are understood, and
 * closed where the value ends inside of one; names compare without case.
 * Returns NSESS_DECLINED, having written nothing, when n == 1 and the value
 * may stay byte for byte as it is; else NSESS_OK.
 */
nsess_rc_t nsess_cache_control_private(nsess_writer_t *w,
    const nsess_str_t *values, size_t n);

/*
 * 1: some caches obey a header of that name before Cache-Control:
 * CDN-Cache-Control and whatever else ends so (RFC 9213, section 2),
 * Surrogate-Control (W3C's note "Edge Architecture Specification"),
 * Edge-Control (Akamai), X-Accel-Expires (nginx's own caches).
 */
int nsess_cache_control_is_targeted(nsess_str_t name);


#pragma GCC visibility pop


#endif /* _NSESS_CACHE_CONTROL_H_INCLUDED_ */
