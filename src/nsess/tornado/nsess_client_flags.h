/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The 32-bit flags that Python's clients of memcached (python-memcached,
 * pylibmc, pymemcache) store with a value:
 *
 *     0     raw bytes            8  a zlib stream of what the other bits say
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
 * NSESS_DECLINED: a bit is not known, or two bits exclude each other; the type
 * of the value is not known then, and must not be guessed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_client_flags(uint32_t flags, nsess_client_flags_t *f);


#pragma GCC visibility pop


#endif /* _NSESS_CLIENT_FLAGS_H_INCLUDED_ */
