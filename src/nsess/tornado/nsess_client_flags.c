/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Reads the flags that Python's clients of memcached store. */


#include "nsess_client_flags.h"


/* the same numbers in python-memcached, pylibmc and pymemcache */
#define NSESS_CLIENT_FLAG_PICKLE   1
#define NSESS_CLIENT_FLAG_INTEGER  2
#define NSESS_CLIENT_FLAG_LONG     4
#define NSESS_CLIENT_FLAG_ZLIB     8
#define NSESS_CLIENT_FLAG_TEXT     16


nsess_rc_t
nsess_client_flags(uint32_t flags, nsess_client_flags_t *f)
{
    f->compressed = (flags & NSESS_CLIENT_FLAG_ZLIB) != 0;

    switch (flags & ~(uint32_t) NSESS_CLIENT_FLAG_ZLIB) {

    case 0:
        f->kind = NSESS_CLIENT_BYTES;
        return NSESS_OK;

    case NSESS_CLIENT_FLAG_PICKLE:
        f->kind = NSESS_CLIENT_PICKLE;
        return NSESS_OK;

    case NSESS_CLIENT_FLAG_INTEGER:
    case NSESS_CLIENT_FLAG_LONG:
        f->kind = NSESS_CLIENT_INTEGER;
        return NSESS_OK;

    case NSESS_CLIENT_FLAG_TEXT:
        f->kind = NSESS_CLIENT_TEXT;
        return NSESS_OK;

    default:
        return NSESS_DECLINED;
    }
}
