/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * base64url without padding: RFC 4648, section 5.
 */


#ifndef _NSESS_BASE64URL_H_INCLUDED_
#define _NSESS_BASE64URL_H_INCLUDED_


#include "nsess.h"


#define nsess_base64url_len(n)  (((n) * 4 + 2) / 3)


#pragma GCC visibility push(hidden)


/* writes exactly nsess_base64url_len(len) characters, no NUL */
void nsess_base64url_encode(uint8_t *dst, const uint8_t *src, size_t len);

/*
 * Decodes text into dst, which must have room for exactly len bytes.
 * NSESS_ERROR with NSESS_E_LENGTH when text is not nsess_base64url_len(len)
 * long, NSESS_E_CHARACTER for a byte outside of the alphabet or for spare
 * bits that are not zero: a value has one spelling only.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_base64url_decode(uint8_t *dst, size_t len, nsess_str_t text,
    nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_BASE64URL_H_INCLUDED_ */
