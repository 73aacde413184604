/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Tokens against cross-site request forgery: base64url of 18 random bytes and
 * of the first 18 bytes of an HMAC over the session's name, XORed with them.
 * So each reading has another spelling, and a compressed page that shows it
 * beside what an attacker chooses tells nothing (BREACH).
 */


#ifndef _NSESS_CSRF_H_INCLUDED_
#define _NSESS_CSRF_H_INCLUDED_


#include "nsess_keyring.h"


#define NSESS_CSRF_LEN  48


#pragma GCC visibility push(hidden)


/*
 * Writes NSESS_CSRF_LEN characters; session: what the token is bound to, up to
 * NSESS_KEYRING_DATA_MAX bytes.  NSESS_ERROR: the ring is empty, libcrypto
 * or the system's random source failed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_csrf_make(const nsess_keyring_t *ring, nsess_str_t session,
    uint8_t text[NSESS_CSRF_LEN]);

/*
 * Is it a token of this session, by any key of the ring?  In constant time for
 * each key.  NSESS_OK, NSESS_DECLINED: it is not, NSESS_ERROR: libcrypto
 * failed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_csrf_verify(const nsess_keyring_t *ring, nsess_str_t session,
    nsess_str_t text);


#pragma GCC visibility pop


#endif /* _NSESS_CSRF_H_INCLUDED_ */
