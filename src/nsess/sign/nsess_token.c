/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Signs and verifies the value of the session's cookie. */


#include <string.h>

#include "nsess_base64url.h"
#include "nsess_endian.h"
#include "nsess_token.h"


#define NSESS_TOKEN_VERSION   1
#define NSESS_TOKEN_SUBJECT   2     /* the version that has one */

#define NSESS_TOKEN_TIME_LEN  5
#define NSESS_EPOCH_LEN       6

#define NSESS_TOKEN_KEY_ID    1
#define NSESS_TOKEN_CREATED   (NSESS_TOKEN_KEY_ID + NSESS_KEY_ID_LEN)
#define NSESS_TOKEN_ISSUED    (NSESS_TOKEN_CREATED + NSESS_TOKEN_TIME_LEN)
#define NSESS_TOKEN_SIGNED    (NSESS_TOKEN_ISSUED + NSESS_TOKEN_TIME_LEN)
#define NSESS_TOKEN_ID        (NSESS_TOKEN_SIGNED + NSESS_TOKEN_TIME_LEN)
#define NSESS_TOKEN_TAIL      (NSESS_TOKEN_ID + NSESS_ID_LEN)
#define NSESS_TOKEN_EPOCH     (NSESS_TOKEN_TAIL + NSESS_SUBJECT_LEN)
#define NSESS_TOKEN_TAIL_MAX  (NSESS_TOKEN_EPOCH + NSESS_EPOCH_LEN)
#define NSESS_TOKEN_RAW_MAX   (NSESS_TOKEN_TAIL_MAX + NSESS_SHA256_LEN)


static nsess_error_e nsess_token_find_key(nsess_keyring_t *ring,
    const uint8_t *raw, size_t len, size_t *key);
static nsess_error_e nsess_token_read(const uint8_t *raw, size_t len,
    int64_t now, int64_t max_age, nsess_token_t *token);
static int64_t nsess_token_number(const uint8_t *last, size_t len);
static nsess_rc_t nsess_token_write_number(uint8_t *p, size_t len,
    int64_t n);


nsess_rc_t
nsess_token_verify(nsess_keyring_t *ring, nsess_str_t text, int64_t now,
    int64_t max_age, nsess_token_t *token, size_t *key, nsess_err_t *err)
{
    size_t      len;
    uint8_t     raw[NSESS_TOKEN_RAW_MAX];
    nsess_rc_t  rc;

    len = text.len == NSESS_TOKEN_MAX ? NSESS_TOKEN_TAIL_MAX
                                      : NSESS_TOKEN_TAIL;

    rc = nsess_base64url_decode(raw, len + NSESS_SHA256_LEN, text, err);
    if (rc != NSESS_OK) {
        return NSESS_ERROR;
    }

    err->pos = 0;
    err->code = nsess_token_find_key(ring, raw, len, key);

    if (err->code == NSESS_E_NONE) {
        err->code = nsess_token_read(raw, len, now, max_age, token);
    }

    return err->code == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR;
}


static nsess_error_e
nsess_token_find_key(nsess_keyring_t *ring, const uint8_t *raw,
    size_t len, size_t *key)
{
    size_t         i;
    uint8_t        mac[NSESS_SHA256_LEN];
    nsess_str_t    payload;
    nsess_error_e  error;

    payload.data = raw;
    payload.len = len;

    if (raw[0] != (len == NSESS_TOKEN_TAIL ? NSESS_TOKEN_VERSION
                                           : NSESS_TOKEN_SUBJECT))
    {
        return NSESS_E_VERSION;
    }

    error = NSESS_E_KEY;

    /* tries all keys of that id: two may have the same one */

    for (i = 0; i < ring->nkeys; i++) {

        if (memcmp(ring->keys[i].id, raw + NSESS_TOKEN_KEY_ID,
                   NSESS_KEY_ID_LEN)
            != 0)
        {
            continue;
        }

        if (nsess_keyring_mac(ring, i, payload, mac) != NSESS_OK) {
            error = NSESS_E_CRYPTO;
            break;
        }

        error = NSESS_E_SIGNATURE;

        if (nsess_equal(mac, raw + len, NSESS_SHA256_LEN)) {
            *key = i;
            error = NSESS_E_NONE;
            break;
        }
    }

    nsess_wipe(mac, NSESS_SHA256_LEN);

    return error;
}


/* reads a token whose MAC is good; one of the future says nothing */

static nsess_error_e
nsess_token_read(const uint8_t *raw, size_t len, int64_t now,
    int64_t max_age, nsess_token_t *token)
{
    nsess_error_e  error;

    memset(token, 0, sizeof(nsess_token_t));

    token->created = nsess_token_number(raw + NSESS_TOKEN_ISSUED,
                                        NSESS_TOKEN_TIME_LEN);
    token->issued = nsess_token_number(raw + NSESS_TOKEN_SIGNED,
                                       NSESS_TOKEN_TIME_LEN);
    token->signed_at = nsess_token_number(raw + NSESS_TOKEN_ID,
                                          NSESS_TOKEN_TIME_LEN);

    memcpy(token->id, raw + NSESS_TOKEN_ID, NSESS_ID_LEN);

    if (len != NSESS_TOKEN_TAIL) {
        memcpy(token->subject, raw + NSESS_TOKEN_TAIL, NSESS_SUBJECT_LEN);
        token->epoch = nsess_token_number(raw + NSESS_TOKEN_TAIL_MAX,
                                          NSESS_EPOCH_LEN);
        token->has_subject = 1;
    }

    error = nsess_token_times(token, now, max_age);

    if (error == NSESS_E_FUTURE) {
        memset(token, 0, sizeof(nsess_token_t));
    }

    return error;
}


static int64_t
nsess_token_number(const uint8_t *last, size_t len)
{
    uint64_t  mask;

    mask = ((uint64_t) 1 << 8 * len) - 1;

    return (int64_t) (nsess_be64_read(last - sizeof(mask)) & mask);
}


nsess_error_e
nsess_token_times(const nsess_token_t *token, int64_t now, int64_t max_age)
{
    int64_t  latest;

    /* compares so that no value of now overflows */

    latest = token->created > token->issued ? token->created : token->issued;
    latest = latest > token->signed_at ? latest : token->signed_at;

    if (latest - NSESS_CLOCK_SKEW > now) {
        return NSESS_E_FUTURE;
    }

    /* each time may come from the clock of another server */

    if (token->created - NSESS_CLOCK_SKEW > token->issued
        || token->issued - NSESS_CLOCK_SKEW > token->signed_at)
    {
        return NSESS_E_FUTURE;
    }

    if (max_age != 0 && now - token->created >= max_age) {
        return NSESS_E_EXPIRED;
    }

    return NSESS_E_NONE;
}


nsess_rc_t
nsess_token_sign(nsess_keyring_t *ring, const nsess_token_t *token,
    uint8_t *text, size_t *len)
{
    size_t       n;
    uint8_t      raw[NSESS_TOKEN_RAW_MAX];
    nsess_rc_t   rc;
    nsess_str_t  payload;

    if (ring->nkeys == 0
        || nsess_token_write_number(raw + NSESS_TOKEN_CREATED,
                                    NSESS_TOKEN_TIME_LEN, token->created)
           != NSESS_OK
        || nsess_token_write_number(raw + NSESS_TOKEN_ISSUED,
                                    NSESS_TOKEN_TIME_LEN, token->issued)
           != NSESS_OK
        || nsess_token_write_number(raw + NSESS_TOKEN_SIGNED,
                                    NSESS_TOKEN_TIME_LEN, token->signed_at)
           != NSESS_OK
        || nsess_token_write_number(raw + NSESS_TOKEN_EPOCH, NSESS_EPOCH_LEN,
                                    token->epoch)
           != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    n = NSESS_TOKEN_TAIL;
    raw[0] = NSESS_TOKEN_VERSION;
    memcpy(raw + NSESS_TOKEN_KEY_ID, ring->keys[0].id, NSESS_KEY_ID_LEN);
    memcpy(raw + NSESS_TOKEN_ID, token->id, NSESS_ID_LEN);

    if (token->has_subject) {
        n = NSESS_TOKEN_TAIL_MAX;
        raw[0] = NSESS_TOKEN_SUBJECT;
        memcpy(raw + NSESS_TOKEN_TAIL, token->subject, NSESS_SUBJECT_LEN);
    }

    payload.data = raw;
    payload.len = n;

    rc = nsess_keyring_mac(ring, 0, payload, raw + n);

    if (rc == NSESS_OK) {
        nsess_base64url_encode(text, raw, n + NSESS_SHA256_LEN);
        *len = token->has_subject ? NSESS_TOKEN_MAX : NSESS_TOKEN_LEN;
    }

    nsess_wipe(raw, NSESS_TOKEN_RAW_MAX);

    return rc;
}


static nsess_rc_t
nsess_token_write_number(uint8_t *p, size_t len, int64_t n)
{
    if (n < 0 || n >> 8 * len != 0) {
        return NSESS_ERROR;
    }

    while (len-- != 0) {
        p[len] = (uint8_t) n;
        n >>= 8;
    }

    return NSESS_OK;
}
