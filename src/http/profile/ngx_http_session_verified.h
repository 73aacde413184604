/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cookies whose signature was found right, and what they name: of a manager,
 * in one worker.  So the next request with the same value costs no HMAC and
 * no SHA-256.  Their times are not judged here.
 *
 * A value is found by characters of its MAC, which nobody can choose, and is
 * compared as a whole, in a time that tells nothing of where it differs.  So
 * who does not have a good cookie learns nothing.  There is one place for
 * each value: another one takes it over, and good ones alone are put there.
 */


#ifndef _NGX_HTTP_SESSION_VERIFIED_H_INCLUDED_
#define _NGX_HTTP_SESSION_VERIFIED_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identity.h"

#include "nsess.h"
#include "nsess_token.h"


#define NGX_HTTP_SESSION_VERIFIED_DEFAULT  512
#define NGX_HTTP_SESSION_VERIFIED_MAX      65536


/* 256 bytes, in four lines of the processor's cache: most are cold there */
typedef struct {
    nsess_token_t                 token;        /* zeros: the place is free */
    u_char                        value[NSESS_TOKEN_MAX];
    u_char                        name[NGX_HTTP_SESSION_NAME_LEN];
    u_char                        old_key;
} ngx_http_session_verified_t;


/* zero-fill; n is the configuration's */
typedef struct {
    ngx_uint_t                    n;            /* places; 0: it is off */
    ngx_http_session_verified_t  *places;       /* NULL: none is used yet */
} ngx_http_session_verifieds_t;


#pragma GCC visibility push(hidden)


/* 1: it is there, and *identity is filled in, but for its key */
ngx_uint_t ngx_http_session_find_verified(
    const ngx_http_session_verifieds_t *cache, nsess_str_t value,
    ngx_http_session_identity_t *identity);

/* value: NSESS_TOKEN_LEN or NSESS_TOKEN_MAX characters; copied, if it can */
void ngx_http_session_add_verified(ngx_http_session_verifieds_t *cache,
    nsess_str_t value, const ngx_http_session_identity_t *identity);

/* wipes and frees all of them */
void ngx_http_session_free_verified(ngx_http_session_verifieds_t *cache);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_VERIFIED_H_INCLUDED_ */
