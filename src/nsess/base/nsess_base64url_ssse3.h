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


/*
 * Encodes as many groups of 12 bytes as there are in src; returns how many
 * bytes they are.  Reads nothing behind len, writes 16 characters for each.
 */
size_t nsess_base64url_encode_ssse3(uint8_t *dst, const uint8_t *src,
    size_t len);

/*
 * Decodes as many groups of 16 characters as there are in text; returns how
 * many characters it took: 0 if one of them is outside of the alphabet.  Reads
 * nothing behind len, writes 12 bytes for each.
 */
size_t nsess_base64url_decode_ssse3(uint8_t *dst, const uint8_t *text,
    size_t len);


#pragma GCC visibility pop


/* 0: the processor has no SSSE3, and the functions above must not be called */

static inline int
nsess_base64url_has_ssse3(void)
{
#if defined(__x86_64__) || defined(__i386__)
    return __builtin_cpu_supports("ssse3");
#else
    return 0;
#endif
}


#endif /* _NSESS_BASE64URL_SSSE3_H_INCLUDED_ */
