/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Writing a signed JSON Web Token: RFC 7519, in the compact form of RFC 7515,
 * signed by HMAC-SHA256 ("HS256" of RFC 7518, section 3.2).
 */


#ifndef _NSESS_JWT_H_INCLUDED_
#define _NSESS_JWT_H_INCLUDED_


#include "nsess_base64url.h"
#include "nsess_buf.h"
#include "nsess_hmac.h"


#define NSESS_JWT_KEY_MIN  32   /* bytes; RFC 7518, 3.2: at least the hash */

#define NSESS_JWT_HEADER_LEN                                                  \
    (sizeof("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9") - 1)

/* the length of a token whose claims have n bytes */
#define nsess_jwt_len(n)                                                      \
    (NSESS_JWT_HEADER_LEN + 1 + nsess_base64url_len(n)                        \
     + 1 + nsess_base64url_len(NSESS_SHA256_LEN))


#pragma GCC visibility push(hidden)


/*
 * Claims are a JSON object, which is written one by one: open, any number of
 * claims, close.  The writer is empty at open, and does not only count; names
 * and texts are valid UTF-8, and no name comes twice.  After nsess_jwt_claim()
 * the caller writes one JSON value, or sets w->len to what it was before, to
 * leave the claim out.
 */
void nsess_jwt_open(nsess_writer_t *w);
void nsess_jwt_claim(nsess_writer_t *w, nsess_str_t name);
void nsess_jwt_text(nsess_writer_t *w, nsess_str_t name, nsess_str_t text);
void nsess_jwt_number(nsess_writer_t *w, nsess_str_t name, int64_t n);
void nsess_jwt_close(nsess_writer_t *w);

/*
 * Writes the token of these claims, nsess_jwt_len(claims.len) characters; w
 * does not only count.  NSESS_OK, or NSESS_ERROR: libcrypto failed, or there is
 * no room (w->error); what is written is not a token then.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_jwt_sign(nsess_writer_t *w, nsess_hmac_t *hmac,
    nsess_str_t claims);


#pragma GCC visibility pop


#endif /* _NSESS_JWT_H_INCLUDED_ */
