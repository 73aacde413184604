/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The input is tried as a cookie's value; and its bytes are signed as they
 * are, so that what stands behind the MAC is reached: a plain reader, with
 * libcrypto's EVP, has to come to the same result, and the value with one bit
 * turned is refused.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_base64url.h"
#include "nsess_slow.h"
#include "nsess_token.h"


#define KEYS        3
#define SIGNED_LEN  52
#define RAW_LEN     (SIGNED_LEN + NSESS_SHA256_LEN)
#define EXTRA_LEN   10      /* key, bit, time, max_age */

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void init(void);
static void fuzz_text(nsess_str_t text);
static void fuzz_signed(const uint8_t *data);
static void make(uint8_t *raw, uint8_t *text, size_t key);
static nsess_error_e plain_verify(const uint8_t *raw, int64_t now,
    int64_t max_age);
static int64_t number(const uint8_t *p, size_t len);
static void check_refused(const uint8_t *good, const uint8_t *raw,
    unsigned bit, int64_t now);


static nsess_keyring_t  ring, other, plain;


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_str_t  text;

    if (ring.nkeys == 0) {
        init();
    }

    text.data = data;
    text.len = size;

    fuzz_text(text);

    if (size >= SIGNED_LEN + EXTRA_LEN) {
        fuzz_signed(data);
    }

    return 0;
}


static void
init(void)
{
    size_t       i;
    nsess_str_t  secret;

    static const nsess_str_t  name = nsess_string("app");
    static const nsess_str_t  purpose = nsess_string("session cookie");
    static const char        *secrets[KEYS] = {
        "0123456789abcdef0123456789abcdef",
        "fedcba9876543210fedcba9876543210",
        "a secret of more than one block of SHA-256, which is 64 bytes long"
    };

    nsess_keyring_init(&ring, name, purpose);
    nsess_keyring_init(&other, purpose, name);
    nsess_keyring_init(&plain, name, purpose);

    for (i = 0; i < KEYS; i++) {
        secret.data = (const uint8_t *) secrets[i];
        secret.len = strlen(secrets[i]);

        check(nsess_keyring_add(&ring, secret) == NSESS_OK);
        check(nsess_keyring_add(&other, secret) == NSESS_OK);
        check(nsess_keyring_add(&ring, secret) == NSESS_DECLINED);

        nsess_slow = 1;
        check(nsess_keyring_add(&plain, secret) == NSESS_OK);
        nsess_slow = 0;
    }
}


/* what was taken is spelled as it would be signed */

static void
fuzz_text(nsess_str_t text)
{
    size_t         key, length;
    uint8_t        again[NSESS_TOKEN_MAX];
    nsess_rc_t     rc;
    nsess_err_t    err;
    nsess_token_t  token;

    rc = nsess_token_verify(&ring, text, 1000, 0, &token, &key, &err);

    if (rc != NSESS_OK) {
        check(rc == NSESS_ERROR && err.pos <= text.len);
        check(err.code >= NSESS_E_LENGTH && err.code <= NSESS_E_FUTURE);
        check((err.code == NSESS_E_LENGTH)
              == (text.len != NSESS_TOKEN_LEN && text.len != NSESS_TOKEN_MAX));
        return;
    }

    check(key < KEYS);

    if (key == 0) {
        check(nsess_token_sign(&ring, &token, again, &length) == NSESS_OK);
        check(length == text.len && memcmp(again, text.data, length) == 0);
    }
}


static void
fuzz_signed(const uint8_t *data)
{
    size_t         key;
    int64_t        now, max_age;
    uint8_t        raw[RAW_LEN], text[NSESS_TOKEN_LEN];
    unsigned       bit;
    nsess_rc_t     rc;
    nsess_str_t    str;
    nsess_err_t    err;
    nsess_token_t  token;
    const uint8_t *extra;

    extra = data + SIGNED_LEN;
    now = number(extra + 3, 5);
    max_age = number(extra + 8, 2);
    bit = (unsigned) number(extra + 1, 2) % (NSESS_TOKEN_LEN * 8);

    memcpy(raw, data, SIGNED_LEN);
    make(raw, text, extra[0]);

    str.data = text;
    str.len = NSESS_TOKEN_LEN;
    err.code = NSESS_E_NONE;

    rc = nsess_token_verify(&ring, str, now, max_age, &token, &key, &err);

    check(err.code == plain_verify(raw, now, max_age));
    check((rc == NSESS_OK) == (err.code == NSESS_E_NONE));

    if (err.code == NSESS_E_NONE || err.code == NSESS_E_EXPIRED) {
        check(key == extra[0] % KEYS);
        check(memcmp(token.id, raw + 20, NSESS_ID_LEN) == 0);
        check(token.created == number(raw + 5, 5));
        check(token.issued == number(raw + 10, 5));
        check(token.signed_at == number(raw + 15, 5));

        check_refused(text, raw, bit, now);
    }
}


/* the highest bit of the choice leaves the key's id as it stands */

static void
make(uint8_t *raw, uint8_t *text, size_t key)
{
    uint8_t       message[1 + 3 + 1 + 14 + SIGNED_LEN];
    nsess_key_t  *k;
    nsess_str_t   part;

    k = &ring.keys[key % KEYS];

    if (key < 0x80) {
        memcpy(raw + 1, k->id, NSESS_KEY_ID_LEN);
    }

    memcpy(message, "\3app\16session cookie", 19);
    memcpy(message + 19, raw, SIGNED_LEN);

    part.data = message;
    part.len = sizeof(message);

    check(nsess_hmac(k->hmac, &part, 1, raw + SIGNED_LEN) == NSESS_OK);

    nsess_base64url_encode(text, raw, RAW_LEN);
}


static nsess_error_e
plain_verify(const uint8_t *raw, int64_t now, int64_t max_age)
{
    size_t       i;
    int64_t      created, issued, signed_at;
    uint8_t      message[1 + 3 + 1 + 14 + SIGNED_LEN], mac[NSESS_SHA256_LEN];
    nsess_str_t  part;

    if (raw[0] != 1) {
        return NSESS_E_VERSION;
    }

    for (i = 0; i < KEYS; i++) {
        if (memcmp(raw + 1, ring.keys[i].id, NSESS_KEY_ID_LEN) == 0) {
            break;
        }
    }

    if (i == KEYS) {
        return NSESS_E_KEY;
    }

    memcpy(message, "\3app\16session cookie", 19);
    memcpy(message + 19, raw, SIGNED_LEN);

    part.data = message;
    part.len = sizeof(message);

    check(nsess_hmac(plain.keys[i].hmac, &part, 1, mac) == NSESS_OK);

    if (memcmp(mac, raw + SIGNED_LEN, NSESS_SHA256_LEN) != 0) {
        return NSESS_E_SIGNATURE;
    }

    created = number(raw + 5, 5);
    issued = number(raw + 10, 5);
    signed_at = number(raw + 15, 5);

    if (created > now + 60 || issued > now + 60 || signed_at > now + 60
        || created > issued + 60 || issued > signed_at + 60)
    {
        return NSESS_E_FUTURE;
    }

    return max_age != 0 && created + max_age <= now ? NSESS_E_EXPIRED
                                                    : NSESS_E_NONE;
}


static int64_t
number(const uint8_t *p, size_t len)
{
    int64_t  n;

    for (n = 0; len != 0; len--) {
        n = n * 256 + *p++;
    }

    return n;
}


static void
check_refused(const uint8_t *good, const uint8_t *raw, unsigned bit,
    int64_t now)
{
    size_t         key;
    uint8_t        text[NSESS_TOKEN_LEN], turned[RAW_LEN];
    nsess_err_t    err;
    nsess_str_t    str;
    nsess_token_t  token;

    str.data = text;
    str.len = NSESS_TOKEN_LEN;

    memcpy(text, good, NSESS_TOKEN_LEN);

    check(nsess_token_verify(&other, str, now, 0, &token, &key, &err)
          == NSESS_ERROR);
    check(err.code == NSESS_E_SIGNATURE);

    text[bit / 8] ^= (uint8_t) (1 << bit % 8);

    check(nsess_token_verify(&ring, str, now, 0, &token, &key, &err)
          == NSESS_ERROR);
    check(err.code == NSESS_E_CHARACTER || err.code == NSESS_E_VERSION
          || err.code == NSESS_E_KEY || err.code == NSESS_E_SIGNATURE);

    bit %= RAW_LEN * 8;
    memcpy(turned, raw, RAW_LEN);
    turned[bit / 8] ^= (uint8_t) (1 << bit % 8);
    nsess_base64url_encode(text, turned, RAW_LEN);

    check(nsess_token_verify(&ring, str, now, 0, &token, &key, &err)
          == NSESS_ERROR);
    check(err.code == NSESS_E_VERSION || err.code == NSESS_E_KEY
          || err.code == NSESS_E_SIGNATURE);
}
