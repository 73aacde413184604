/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * base64url by SSSE3, 16 characters at a time: what is left of a text, and
 * the error in a bad one, is for nsess_base64url.c.
 */


#ifndef _NSESS_BASE64URL_SSSE3_H_INCLUDED_
#define _NSESS_BASE64URL_SSSE3_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define NSESS_BASE64URL_CHARS  16   /* of a step, which stand for */
#define NSESS_BASE64URL_BYTES  12   /* so many bytes */


#pragma GCC visibility push(hidden)


/* 0: the processor has no SSSE3, and the functions below must not be called */
int nsess_base64url_has_ssse3(void);

/*
 * Encodes as many groups of 12 bytes as there are in src; returns how many
 * bytes they are.  Reads nothing behind len, writes 16 characters for each.
 */
size_t nsess_base64url_encode_ssse3(uint8_t *dst, const uint8_t *src,
    size_t len);

/*
 * Decodes groups of 16 characters, up to the first one that has a character
 * outside of the alphabet; returns how many characters it took.  Reads nothing
 * behind len, writes 12 bytes for each.
 */
size_t nsess_base64url_decode_ssse3(uint8_t *dst, const uint8_t *text,
    size_t len);


#pragma GCC visibility pop


#endif /* _NSESS_BASE64URL_SSSE3_H_INCLUDED_ */
