/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A ring of secrets, and the MACs that they make.  Each MAC is bound to what
 * it is for, so that a value signed for one purpose is not good for another:
 *
 *     HMAC-SHA256(secret, len(name) name len(purpose) purpose data)
 *
 * len() is one byte.  A key's id is the first bytes of
 * HMAC-SHA256(secret, "key id").
 */


#ifndef _NSESS_KEYRING_H_INCLUDED_
#define _NSESS_KEYRING_H_INCLUDED_


#include "nsess_hmac.h"


#define NSESS_KEY_ID_LEN        4
#define NSESS_KEYS_MAX          8   /* secrets of one manager in rotation */
#define NSESS_SECRET_MIN        32  /* bytes; RFC 2104: at least the output */
#define NSESS_SECRET_MAX        4096
#define NSESS_KEYRING_DATA_MAX  67  /* a token without its MAC: nsess_token.h */
#define NSESS_KEYRING_NAME_MAX  255 /* and of a purpose: len() is one byte */
#define NSESS_KEYRING_LABEL_MAX (2 * (1 + NSESS_KEYRING_NAME_MAX))


typedef struct {
    uint8_t         id[NSESS_KEY_ID_LEN];
    nsess_hmac_t   *hmac;
} nsess_key_t;


typedef struct {
    size_t          nkeys;      /* the first signs, all verify */
    nsess_key_t     keys[NSESS_KEYS_MAX];
    size_t          label_len;  /* 0: name or purpose is too long */

    /* all begin with the label, and the data of one is put behind it */
    uint8_t         message[NSESS_KEYRING_LABEL_MAX + NSESS_KEYRING_DATA_MAX];
} nsess_keyring_t;


#pragma GCC visibility push(hidden)


/* a ring without keys; name and purpose, of the manager, are copied */
void nsess_keyring_init(nsess_keyring_t *ring, nsess_str_t name,
    nsess_str_t purpose);

/*
 * Appends a key; the secret is not kept.  NSESS_DECLINED: the ring is full,
 * or has this secret already; NSESS_ERROR: libcrypto failed, or name or
 * purpose is too long.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_keyring_add(nsess_keyring_t *ring, nsess_str_t secret);

void nsess_keyring_free(nsess_keyring_t *ring);

/*
 * Writes the MAC of name, purpose and data by a key of the ring.  NSESS_ERROR:
 * data is longer than NSESS_KEYRING_DATA_MAX, or libcrypto failed.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_keyring_mac(nsess_keyring_t *ring, size_t key,
    nsess_str_t data, uint8_t mac[NSESS_SHA256_LEN]);


#pragma GCC visibility pop


#endif /* _NSESS_KEYRING_H_INCLUDED_ */
