/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Tokens against cross-site request forgery: base64url of 18 random bytes, and
 * of the first 18 bytes of an HMAC over the session's name, XORed with the
 * random ones.  So the token is another text each time it is read, and the
 * length of a compressed page that has it says nothing about it (BREACH).
 */


#ifndef _NSESS_CSRF_H_INCLUDED_
#define _NSESS_CSRF_H_INCLUDED_


#include "nsess_keyring.h"


#define NSESS_CSRF_LEN  48


#pragma GCC visibility push(hidden)


/*
 * Writes NSESS_CSRF_LEN characters.  The token is good for that session only,
 * whose name has up to NSESS_KEYRING_DATA_MAX bytes.  NSESS_ERROR: the ring is
 * empty, or libcrypto or the system's random source failed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_csrf_make(nsess_keyring_t *ring, nsess_str_t session,
    uint8_t text[NSESS_CSRF_LEN]);

/*
 * Is it a token of this session, made by any key of the ring?  NSESS_OK;
 * NSESS_DECLINED: it is not; NSESS_ERROR: libcrypto failed.  Compares in
 * constant time.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_csrf_verify(nsess_keyring_t *ring, nsess_str_t session,
    nsess_str_t text);


#pragma GCC visibility pop


#endif /* _NSESS_CSRF_H_INCLUDED_ */
