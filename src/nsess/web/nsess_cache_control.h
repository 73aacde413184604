/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Shared caches must not store a response that sets a session's cookie.  So
 * its Cache-Control (RFC 9111, section 5.2) must say so, and headers that some
 * caches obey before Cache-Control must not say otherwise.
 */


#ifndef _NSESS_CACHE_CONTROL_H_INCLUDED_
#define _NSESS_CACHE_CONTROL_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/*
 * Takes the n values of a response's Cache-Control, in order (n may be 0), and
 * writes one value that keeps the response out of shared caches, and allows
 * nothing more.  "public" and "s-maxage" are dropped, and private="...", which
 * would let caches store the rest; the other directives keep their order.
 * "private" is put first, unless it is there; also beside "no-store", which
 * some caches ignore (Fastly).  Names compare without case.  Quoted strings are
 * understood; one that is not closed is closed at the end of its value.
 * NSESS_DECLINED, and nothing is written: n is 1, and the value may stay byte
 * for byte; else NSESS_OK.
 */
nsess_rc_t nsess_cache_control_private(nsess_writer_t *w,
    const nsess_str_t *values, size_t n);

/*
 * 1: some caches obey a header of that name before Cache-Control:
 * CDN-Cache-Control and other names with that end (RFC 9213, section 2),
 * Surrogate-Control (W3C's note "Edge Architecture Specification"),
 * Edge-Control (Akamai), X-Accel-Expires (nginx's own caches).
 */
int nsess_cache_control_is_targeted(nsess_str_t name);


#pragma GCC visibility pop


#endif /* _NSESS_CACHE_CONTROL_H_INCLUDED_ */
