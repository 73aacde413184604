/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Keys of records in a store.  The limits are memcached's: protocol.txt,
 * "Keys".  Every store takes such keys.
 */


#ifndef _NSESS_KEY_H_INCLUDED_
#define _NSESS_KEY_H_INCLUDED_


#include "nsess.h"


#define NSESS_KEY_MAX  250


#pragma GCC visibility push(hidden)


/* 1: the key has 1 to NSESS_KEY_MAX bytes, without any <= 0x20 or 0x7f */
int nsess_key_valid(nsess_str_t key);


#pragma GCC visibility pop


#endif /* _NSESS_KEY_H_INCLUDED_ */
