/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The secrets of a Tornado application: its cookie_secret setting, a string
 * or a dictionary of strings by key version.
 */


#ifndef _NSESS_TORNADO_KEYS_H_INCLUDED_
#define _NSESS_TORNADO_KEYS_H_INCLUDED_


#include "nsess_hmac.h"


#define NSESS_TORNADO_KEYS_MAX  8


typedef struct {
    uint32_t              version;
    nsess_hmac_t         *sha256;
    nsess_hmac_t         *sha1;     /* NULL with key versions: no format 1 */
} nsess_tornado_key_t;


typedef struct {
    size_t                left;     /* MACs that may still be computed;
                                       SIZE_MAX: no limit */
    unsigned              versioned:1;
    size_t                nkeys;    /* the first signs, all verify */
    nsess_tornado_key_t   keys[NSESS_TORNADO_KEYS_MAX];
} nsess_tornado_keys_t;


#pragma GCC visibility push(hidden)


void nsess_tornado_keys_init(nsess_tornado_keys_t *keys);

/*
 * Appends a secret, of at least one byte; libcrypto keeps a copy until
 * nsess_tornado_keys_free().  A plain secret is cookie_secret="...": it signs
 * with key version 0 and verifies any version.  A secret with a version is a
 * member of cookie_secret={...}: it verifies its own version, and format 1 is
 * refused.  All secrets of a ring are of one kind.
 *
 * NSESS_DECLINED: the ring is full, has secrets of the other kind, or has
 * this plain secret or this version already; NSESS_ERROR: the secret is empty,
 * or libcrypto failed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_tornado_keys_add(nsess_tornado_keys_t *keys,
    nsess_str_t secret);
NSESS_WARN_UNUSED
nsess_rc_t nsess_tornado_keys_add_version(nsess_tornado_keys_t *keys,
    nsess_str_t secret, uint32_t version);

/* wipes and frees what libcrypto keeps */
void nsess_tornado_keys_free(nsess_tornado_keys_t *keys);


#pragma GCC visibility pop


#endif /* _NSESS_TORNADO_KEYS_H_INCLUDED_ */
