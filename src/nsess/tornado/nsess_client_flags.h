/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What Python's clients of memcached (python-memcached, pylibmc, pymemcache)
 * mean by the 32-bit flags that they store with a value:
 *
 *     none  raw bytes            8  a zlib stream of what the others say
 *     1     a pickle            16  UTF-8 text: python-memcached 1.59,
 *     2, 4  a decimal integer       pylibmc 1.6, pymemcache
 *
 * A bool is 2 with "1" or "0" for pylibmc, a pickle for the others.
 */


#ifndef _NSESS_CLIENT_FLAGS_H_INCLUDED_
#define _NSESS_CLIENT_FLAGS_H_INCLUDED_


#include "nsess.h"


typedef enum {
    NSESS_CLIENT_BYTES = 0,
    NSESS_CLIENT_PICKLE,
    NSESS_CLIENT_INTEGER,
    NSESS_CLIENT_TEXT
} nsess_client_kind_e;


typedef struct {
    nsess_client_kind_e   kind;
    unsigned              compressed:1;     /* for nsess_inflate() */
} nsess_client_flags_t;


#pragma GCC visibility push(hidden)


/*
 * NSESS_DECLINED: a bit of no meaning here, or bits of which one excludes the
 * other; whoever does not know what a value is must not guess.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_client_flags(uint32_t flags, nsess_client_flags_t *f);


#pragma GCC visibility pop


#endif /* _NSESS_CLIENT_FLAGS_H_INCLUDED_ */
