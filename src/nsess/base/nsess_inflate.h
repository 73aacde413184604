/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The only user of zlib: RFC 1950 streams that memcached's clients store.
 */


#ifndef _NSESS_INFLATE_H_INCLUDED_
#define _NSESS_INFLATE_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/*
 * Writes what the stream holds to w, whose size is the limit: a stream may
 * hold 1032 times its own length.  With a counting writer, w->len tells how
 * much room is needed, at the price of a second run.  zlib allocates about
 * 40 KB by malloc(), freed on return.
 *
 * NSESS_ERROR, and what w has is of no use: NSESS_E_SYNTAX, it is not a zlib
 * stream, or it is damaged, or needs a dictionary; NSESS_E_TRUNCATED;
 * NSESS_E_TRAILING, there are bytes behind the stream (Python's
 * zlib.decompress() ignores them, but no client writes them); NSESS_E_SIZE, it
 * holds more than the limit; NSESS_E_MEMORY.  err->pos is how much of the
 * stream was read.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_inflate(nsess_writer_t *w, nsess_str_t stream,
    nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_INFLATE_H_INCLUDED_ */
