/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_base64url.h"
#include "nsess_token.h"
#include "str.h"
#include "tap.h"


#define NOW      1700000000
#define RAW_LEN  84


typedef struct {
    int          secret;
    const char  *name;
    const char  *purpose;
    int64_t      created;
    int64_t      issued;
    int64_t      signed_at;
    int          id;
    const char  *text;
} vector_t;

#include "../vectors/token.h"

#define VECTORS  (sizeof(vectors) / sizeof(vectors[0]))


typedef struct {
    int64_t        created;
    int64_t        issued;
    int64_t        signed_at;
    int64_t        now;
    int64_t        max_age;
    nsess_error_e  error;
} moment_t;


static void test_vectors(void);
static void test_odd_vectors(void);
static void test_prefixes(void);
static void test_text_bits(void);
static void test_raw_bits(void);
static void test_context(void);
static void test_rotation(void);
static void test_same_key_id(void);
static void test_empty_ring(void);
static void test_time(void);
static void test_sign_range(void);
static void test_subject(void);
static void ring_init(nsess_keyring_t *ring, const char *name,
    const char *purpose, const char *secret);
static nsess_error_e verify(nsess_keyring_t *ring, const char *text,
    size_t len, size_t *key);


static size_t  length;      /* of what was signed last */


/* skew is 60 s; times of each server's clock */

static const moment_t  moments[] = {
    { NOW, NOW, NOW, NOW, 0, NSESS_E_NONE },
    { 0, 0, 0, NOW, 0, NSESS_E_NONE },

    { NOW + 60, NOW + 60, NOW + 60, NOW, 0, NSESS_E_NONE },
    { NOW + 61, NOW + 61, NOW + 61, NOW, 0, NSESS_E_FUTURE },
    { NOW, NOW, NOW + 61, NOW, 0, NSESS_E_FUTURE },
    { NOW, NOW + 61, NOW + 61, NOW, 0, NSESS_E_FUTURE },
    { NOW, NOW + 61, NOW + 1, NOW, 0, NSESS_E_FUTURE },

    { NOW, NOW - 60, NOW - 60, NOW, 0, NSESS_E_NONE },
    { NOW, NOW - 61, NOW - 61, NOW, 0, NSESS_E_FUTURE },
    { NOW - 60, NOW, NOW - 60, NOW, 0, NSESS_E_NONE },
    { NOW - 61, NOW, NOW - 61, NOW, 0, NSESS_E_FUTURE },

    { NOW, NOW, NOW, NOW + 99, 100, NSESS_E_NONE },
    { NOW, NOW, NOW, NOW + 100, 100, NSESS_E_EXPIRED },
    { NOW, NOW, NOW, NOW + 101, 100, NSESS_E_EXPIRED },
    { NOW, NOW + 99, NOW + 99, NOW + 99, 100, NSESS_E_NONE },
    { NOW, NOW + 100, NOW + 100, NOW + 100, 100, NSESS_E_EXPIRED },
    { NOW + 60, NOW + 60, NOW + 60, NOW, 1, NSESS_E_NONE },

    { NOW, NOW, NOW, INT64_MAX, 0, NSESS_E_NONE },
    { NOW, NOW, NOW, INT64_MAX, INT64_MAX, NSESS_E_NONE },
    { 0, 0, 0, INT64_MAX, INT64_MAX, NSESS_E_EXPIRED },
    { 0, 0, 0, INT64_MIN, 1, NSESS_E_FUTURE }
};

#define MOMENTS  (sizeof(moments) / sizeof(moments[0]))


int
main(void)
{
    test_vectors();
    test_odd_vectors();
    test_prefixes();
    test_text_bits();
    test_raw_bits();
    test_context();
    test_rotation();
    test_same_key_id();
    test_empty_ring();
    test_time();
    test_sign_range();
    test_subject();

    return done_testing();
}


static void
test_vectors(void)
{
    char             text[NSESS_TOKEN_LEN + 1];
    size_t           i, key;
    nsess_str_t      value;
    nsess_err_t      err;
    nsess_token_t    token, got;
    nsess_keyring_t  ring;
    const vector_t  *v;

    for (i = 0; i < VECTORS; i++) {
        v = &vectors[i];
        ring_init(&ring, v->name, v->purpose, vector_secrets[v->secret]);

        memset(&token, 0, sizeof(token));

        token.created = v->created;
        token.issued = v->issued;
        token.signed_at = v->signed_at;
        memcpy(token.id, vector_ids[v->id], NSESS_ID_LEN);

        memset(text, '!', sizeof(text));
        ok(nsess_token_sign(&ring, &token, (uint8_t *) text, &length)
           == NSESS_OK && length == NSESS_TOKEN_LEN
           && memcmp(text, v->text, NSESS_TOKEN_LEN) == 0
           && text[NSESS_TOKEN_LEN] == '!', "vector %d signed", (int) i);

        value.data = guard(v->text, NSESS_TOKEN_LEN);
        value.len = NSESS_TOKEN_LEN;
        memset(&got, 0, sizeof(got));

        ok(nsess_token_verify(&ring, value, v->signed_at, 0, &got, &key, &err)
           == NSESS_OK && key == 0, "vector %d verified", (int) i);
        ok(got.created == v->created && got.issued == v->issued
           && got.signed_at == v->signed_at
           && memcmp(got.id, token.id, NSESS_ID_LEN) == 0, "what it says");

        nsess_keyring_free(&ring);
    }
}


static void
test_odd_vectors(void)
{
    size_t           key;
    nsess_keyring_t  ring;

    ring_init(&ring, "app", "session cookie", vector_secrets[0]);
    ok(nsess_keyring_add(&ring, str(vector_secrets[1])) == NSESS_OK,
       "a second key");

    ok(verify(&ring, vector_version_0, NSESS_TOKEN_LEN, &key)
       == NSESS_E_VERSION, "version 0");
    ok(verify(&ring, vector_version_2, NSESS_TOKEN_LEN, &key)
       == NSESS_E_VERSION, "version 2");
    ok(verify(&ring, vector_unknown_key, NSESS_TOKEN_LEN, &key)
       == NSESS_E_KEY, "an unknown key");
    ok(verify(&ring, vector_wrong_key, NSESS_TOKEN_LEN, &key)
       == NSESS_E_SIGNATURE, "signed by another key than it says");

    nsess_keyring_free(&ring);
}


static void
test_prefixes(void)
{
    int              good;
    char             text[NSESS_TOKEN_LEN + 4];
    size_t           len, key;
    nsess_keyring_t  ring;

    ring_init(&ring, "app", "session cookie", vector_secrets[0]);
    memcpy(text, vectors[0].text, NSESS_TOKEN_LEN);
    memset(text + NSESS_TOKEN_LEN, 'A', 4);

    good = 1;

    for (len = 0; len <= sizeof(text); len++) {
        good &= verify(&ring, text, len, &key)
                == (len == NSESS_TOKEN_LEN ? NSESS_E_NONE : NSESS_E_LENGTH);
    }

    ok(good, "no other length is taken");

    nsess_keyring_free(&ring);
}


static void
test_text_bits(void)
{
    int              good;
    char             text[NSESS_TOKEN_LEN];
    size_t           i, bit, key;
    nsess_error_e    error;
    nsess_keyring_t  ring;

    ring_init(&ring, "app", "session cookie", vector_secrets[0]);
    good = 1;

    for (i = 0; i < NSESS_TOKEN_LEN; i++) {
        for (bit = 0; bit < 8; bit++) {
            memcpy(text, vectors[0].text, NSESS_TOKEN_LEN);
            text[i] = (char) (text[i] ^ 1 << bit);

            error = verify(&ring, text, NSESS_TOKEN_LEN, &key);
            good &= error == NSESS_E_CHARACTER || error == NSESS_E_VERSION
                    || error == NSESS_E_KEY || error == NSESS_E_SIGNATURE;
        }
    }

    ok(good, "each bit of the text matters");

    memcpy(text, vectors[0].text, NSESS_TOKEN_LEN);
    ok(verify(&ring, text, NSESS_TOKEN_LEN, &key) == NSESS_E_NONE,
       "but for none of them");

    nsess_keyring_free(&ring);
}


static void
test_raw_bits(void)
{
    int              good;
    size_t           i, bit, key;
    uint8_t          raw[RAW_LEN], text[NSESS_TOKEN_LEN];
    nsess_err_t      err;
    nsess_error_e    expected;
    nsess_keyring_t  ring;

    ring_init(&ring, "app", "session cookie", vector_secrets[0]);
    ok(nsess_base64url_decode(raw, RAW_LEN, str(vectors[0].text), &err)
       == NSESS_OK, "raw value");

    good = 1;

    for (i = 0; i < RAW_LEN; i++) {
        expected = i == 0 ? NSESS_E_VERSION
                          : i < 5 ? NSESS_E_KEY : NSESS_E_SIGNATURE;

        for (bit = 0; bit < 8; bit++) {
            raw[i] ^= (uint8_t) (1 << bit);
            nsess_base64url_encode(text, raw, RAW_LEN);
            raw[i] ^= (uint8_t) (1 << bit);

            good &= verify(&ring, (char *) text, NSESS_TOKEN_LEN, &key)
                    == expected;
        }
    }

    ok(good, "each bit of the value matters");

    nsess_keyring_free(&ring);
}


/* a value is good for its manager and purpose only */

static void
test_context(void)
{
    size_t           i, key;
    nsess_keyring_t  ring;

    static const char  *others[][2] = {
        { "apq", "session cookie" },
        { "App", "session cookie" },
        { "", "session cookie" },
        { "app", "session cookiE" },
        { "app", "" },
        { "apps", "ession cookie" },
        { "ap", "psession cookie" },
        { "session cookie", "app" },
        { "app\016session cooki", "" }
    };

    for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        ring_init(&ring, others[i][0], others[i][1], vector_secrets[0]);

        ok(verify(&ring, vectors[0].text, NSESS_TOKEN_LEN, &key)
           == NSESS_E_SIGNATURE, "other context %d", (int) i);

        nsess_keyring_free(&ring);
    }
}


static void
test_rotation(void)
{
    char             text[NSESS_TOKEN_LEN];
    size_t           key;
    nsess_token_t    token = { NOW, NOW, NOW, 0, { 0 }, { 0 }, 0 };
    nsess_keyring_t  ring;

    ring_init(&ring, "app", "session cookie", vector_secrets[1]);

    ok(verify(&ring, vectors[0].text, NSESS_TOKEN_LEN, &key) == NSESS_E_KEY,
       "the old key is not there");

    ok(nsess_keyring_add(&ring, str(vector_secrets[2])) == NSESS_OK
       && nsess_keyring_add(&ring, str(vector_secrets[0])) == NSESS_OK,
       "older keys");

    ok(verify(&ring, vectors[0].text, NSESS_TOKEN_LEN, &key) == NSESS_E_NONE
       && key == 2, "signed by the third");
    ok(verify(&ring, vectors[2].text, NSESS_TOKEN_LEN, &key) == NSESS_E_NONE
       && key == 0, "signed by the first");
    ok(verify(&ring, vectors[3].text, NSESS_TOKEN_LEN, &key) == NSESS_E_NONE
       && key == 1, "signed by the second");

    memcpy(token.id, vector_ids[0], NSESS_ID_LEN);
    ok(nsess_token_sign(&ring, &token, (uint8_t *) text, &length) == NSESS_OK
       && memcmp(text, vectors[2].text, NSESS_TOKEN_LEN) == 0,
       "the first one signs");

    nsess_keyring_free(&ring);
}


static void
test_same_key_id(void)
{
    char             text[2][NSESS_TOKEN_LEN];
    size_t           i, key;
    nsess_token_t    token = { NOW, NOW, NOW, 0, { 0 }, { 0 }, 0 };
    nsess_keyring_t  ring;

    for (i = 0; i < 2; i++) {
        ring_init(&ring, "app", "session cookie", vector_same_key_id[i]);
        ok(nsess_token_sign(&ring, &token, (uint8_t *) text[i], &length)
           == NSESS_OK,
           "signed by twin %d", (int) i);
        nsess_keyring_free(&ring);
    }

    ring_init(&ring, "app", "session cookie", vector_same_key_id[0]);

    ok(verify(&ring, text[1], NSESS_TOKEN_LEN, &key) == NSESS_E_SIGNATURE,
       "a twin does not stand for the other");

    ok(nsess_keyring_add(&ring, str(vector_same_key_id[1])) == NSESS_OK,
       "twins in one ring");
    ok(memcmp(ring.keys[0].id, ring.keys[1].id, NSESS_KEY_ID_LEN) == 0,
       "they have the same id");

    for (i = 0; i < 2; i++) {
        ok(verify(&ring, text[i], NSESS_TOKEN_LEN, &key) == NSESS_E_NONE
           && key == i, "verified by twin %d", (int) i);
    }

    nsess_keyring_free(&ring);
}


static void
test_empty_ring(void)
{
    size_t           key;
    uint8_t          text[NSESS_TOKEN_LEN];
    nsess_token_t    token = { NOW, NOW, NOW, 0, { 0 }, { 0 }, 0 };
    nsess_keyring_t  ring;

    nsess_keyring_init(&ring, str("app"), str("session cookie"));

    ok(nsess_token_sign(&ring, &token, text, &length) == NSESS_ERROR,
       "an empty ring does not sign");
    ok(verify(&ring, vectors[0].text, NSESS_TOKEN_LEN, &key) == NSESS_E_KEY,
       "nor verify");
}


static void
test_time(void)
{
    size_t           i, key;
    uint8_t          text[NSESS_TOKEN_LEN];
    nsess_rc_t       rc;
    nsess_err_t      err;
    nsess_str_t      value;
    nsess_token_t    token, got;
    const moment_t  *m;
    nsess_keyring_t  ring;

    ring_init(&ring, "app", "session cookie", vector_secrets[0]);

    memset(&token, 0, sizeof(token));
    memcpy(token.id, vector_ids[0], NSESS_ID_LEN);

    value.data = text;
    value.len = NSESS_TOKEN_LEN;

    for (i = 0; i < MOMENTS; i++) {
        m = &moments[i];
        token.created = m->created;
        token.issued = m->issued;
        token.signed_at = m->signed_at;

        rc = nsess_token_sign(&ring, &token, text, &length);
        ok(rc == NSESS_OK, "moment %d signed", (int) i);

        err.code = NSESS_E_NONE;
        got.created = -1;
        rc = nsess_token_verify(&ring, value, m->now, m->max_age, &got, &key,
                                &err);

        ok(rc == (m->error == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR)
           && err.code == m->error, "moment %d: %d", (int) i, err.code);

        if (m->error == NSESS_E_FUTURE) {
            ok(got.created == 0, "it says nothing");

        } else {
            ok(got.created == m->created
               && memcmp(got.id, token.id, NSESS_ID_LEN) == 0, "what it says");
        }
    }

    nsess_keyring_free(&ring);
}


static void
test_sign_range(void)
{
    size_t           i;
    uint8_t          text[NSESS_TOKEN_LEN];
    nsess_keyring_t  ring;

    static const nsess_token_t  outside[] = {
        { -1, NOW, NOW, 0, { 0 }, { 0 }, 0 },
        { NOW, -1, NOW, 0, { 0 }, { 0 }, 0 },
        { NOW, NOW, -1, 0, { 0 }, { 0 }, 0 },
        { NOW, NOW, INT64_C(1) << 40, 0, { 0 }, { 0 }, 0 },
        { INT64_MIN, NOW, NOW, 0, { 0 }, { 0 }, 0 },
        { NOW, NOW, NOW, INT64_C(1) << 48, { 0 }, { 0 }, 1 },
        { NOW, NOW, NOW, -1, { 0 }, { 0 }, 1 }
    };

    ring_init(&ring, "app", "session cookie", vector_secrets[0]);

    for (i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        ok(nsess_token_sign(&ring, &outside[i], text, &length) == NSESS_ERROR,
           "a number outside of its bytes: %d", (int) i);
    }

    nsess_keyring_free(&ring);
}


/* version 2: with a hash of the subject, of a length of its own */

static void
test_subject(void)
{
    int              good;
    size_t           i, key;
    uint8_t          text[NSESS_TOKEN_MAX], raw[RAW_LEN + 15];
    nsess_err_t      err;
    nsess_str_t      value;
    nsess_token_t    token, got;
    nsess_keyring_t  ring;

    ring_init(&ring, "app", "test", "0123456789abcdef0123456789abcdef");

    memset(&token, 0, sizeof(token));
    token.created = token.issued = token.signed_at = NOW;
    memset(token.id, 7, NSESS_ID_LEN);
    memcpy(token.subject, "012345678", NSESS_SUBJECT_LEN);
    token.epoch = (INT64_C(1) << 48) - 1;
    token.has_subject = 1;

    ok(nsess_token_sign(&ring, &token, text, &length) == NSESS_OK
       && length == NSESS_TOKEN_MAX, "a token with a subject is longer");

    value.data = text;
    value.len = length;

    ok(nsess_token_verify(&ring, value, NOW, 0, &got, &key, &err) == NSESS_OK
       && got.has_subject && got.created == NOW && got.epoch == token.epoch
       && memcmp(got.id, token.id, NSESS_ID_LEN) == 0
       && memcmp(got.subject, token.subject, NSESS_SUBJECT_LEN) == 0,
       "and read as it was");

    good = 1;

    for (i = 0; i < NSESS_TOKEN_MAX; i++) {
        value.len = i;
        good &= nsess_token_verify(&ring, value, NOW, 0, &got, &key, &err)
                == NSESS_ERROR;
    }

    ok(good, "none of its prefixes is a token");

    value.len = length;
    good = nsess_base64url_decode(raw, sizeof(raw), value, &err) == NSESS_OK;

    for (i = 0; i < sizeof(raw); i++) {
        raw[i] ^= 1;
        nsess_base64url_encode(text, raw, sizeof(raw));
        good &= nsess_token_verify(&ring, value, NOW, 0, &got, &key, &err)
                == NSESS_ERROR;
        raw[i] ^= 1;
    }

    ok(good, "no byte can be changed, the version neither");

    nsess_keyring_free(&ring);
}


static void
ring_init(nsess_keyring_t *ring, const char *name, const char *purpose,
    const char *secret)
{
    nsess_keyring_init(ring, str(name), str(purpose));

    if (nsess_keyring_add(ring, str(secret)) != NSESS_OK) {
        ok(0, "keyring");
    }
}


static nsess_error_e
verify(nsess_keyring_t *ring, const char *text, size_t len, size_t *key)
{
    nsess_rc_t     rc;
    nsess_err_t    err;
    nsess_str_t    value;
    nsess_token_t  token;

    value.data = guard(text, len);
    value.len = len;
    err.code = NSESS_E_NONE;

    rc = nsess_token_verify(ring, value, NOW, 0, &token, key, &err);

    if ((rc == NSESS_OK) != (err.code == NSESS_E_NONE)) {
        ok(0, "result and error agree");
    }

    return err.code;
}
