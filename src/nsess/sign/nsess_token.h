/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The session cookie's value: signed, versioned, of a fixed length.
 *
 *     offset  bytes
 *     0       1      version, 1
 *     1       4      key id: the first bytes of HMAC-SHA256(secret, "key id")
 *     5       5      created: when the session began, Unix seconds, big endian
 *     10      5      issued: when this id was made
 *     15      5      signed: when this value was written
 *     20      32     id
 *     52      32     HMAC-SHA256(secret, len(name) name len(purpose) purpose
 *                    bytes 0..51), where len() is one byte
 *
 * base64url of these 84 bytes: 112 characters, no padding, no spare bits.
 * Version 2 has 15 bytes more before its MAC, 132 characters in all:
 *
 *     52      9      subject: a hash that stands for the user
 *     61      6      epoch: that of the subject at login
 *     67      32     the MAC, over bytes 0..66
 */


#ifndef _NSESS_TOKEN_H_INCLUDED_
#define _NSESS_TOKEN_H_INCLUDED_


#include "nsess_crypto.h"
#include "nsess_keyring.h"


#define NSESS_TOKEN_LEN       112
#define NSESS_TOKEN_MAX       132   /* with a subject */
#define NSESS_SUBJECT_LEN     9
#define NSESS_CLOCK_SKEW      60    /* s; between servers that share secrets */


typedef struct {
    int64_t         created;
    int64_t         issued;
    int64_t         signed_at;
    int64_t         epoch;
    uint8_t         id[NSESS_ID_LEN];
    uint8_t         subject[NSESS_SUBJECT_LEN];
    uint8_t         has_subject;
} nsess_token_t;


#pragma GCC visibility push(hidden)


/*
 * Writes *len characters, NSESS_TOKEN_LEN or, with a subject,
 * NSESS_TOKEN_MAX, signed by the first key.  NSESS_ERROR: there is no key, a
 * time is outside of 0..2^40 - 1, the epoch of 0..2^48 - 1, or libcrypto
 * failed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_token_sign(nsess_keyring_t *ring, const nsess_token_t *token,
    uint8_t *text, size_t *len);

/*
 * NSESS_OK: *token is filled in, *key is the index of the key that signed.
 * NSESS_ERROR: *err has one of the NSESS_E_ codes for signed values; *token is
 * filled in for NSESS_E_EXPIRED alone, where the signature is right (and has
 * zeros for NSESS_E_FUTURE).  The MAC is compared before any other part of the
 * value is used.  max_age (s): longest life since created; 0: no limit.
 * NSESS_E_FUTURE: a time is later than now, or than a time that must follow
 * it, by more than NSESS_CLOCK_SKEW.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_token_verify(nsess_keyring_t *ring, nsess_str_t text,
    int64_t now, int64_t max_age, nsess_token_t *token, size_t *key,
    nsess_err_t *err);

/* what nsess_token_verify() says of its times: or NSESS_E_NONE */
nsess_error_e nsess_token_times(const nsess_token_t *token, int64_t now,
    int64_t max_age);


#pragma GCC visibility pop


#endif /* _NSESS_TOKEN_H_INCLUDED_ */
