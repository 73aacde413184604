/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "guard.h"
#include "nsess_csrf.h"
#include "tap.h"


static const nsess_str_t  app = nsess_string("app");
static const nsess_str_t  other = nsess_string("other");
static const nsess_str_t  purpose = nsess_string("csrf token");
static const nsess_str_t  cookie = nsess_string("session cookie");
static const nsess_str_t  ada = nsess_string("session of Ada");
static const nsess_str_t  bob = nsess_string("session of Bob");

static const nsess_str_t  old =
    nsess_string("old key old key old key old key ");
static const nsess_str_t  new =
    nsess_string("new key new key new key new key ");


static nsess_rc_t
check(nsess_keyring_t *ring, nsess_str_t session, const uint8_t *text,
    size_t len)
{
    nsess_str_t  token;

    token.data = guard(text, len);
    token.len = len;

    return nsess_csrf_verify(ring, session, token);
}


static void
test_keys(const uint8_t *text)
{
    nsess_keyring_t  ring;

    nsess_keyring_init(&ring, app, purpose);

    ok(check(&ring, ada, text, NSESS_CSRF_LEN) == NSESS_DECLINED,
       "a ring without keys takes none");
    ok(nsess_csrf_make(&ring, ada, (uint8_t[NSESS_CSRF_LEN]) { 0 })
       == NSESS_ERROR, "and makes none");

    ok(nsess_keyring_add(&ring, new) == NSESS_OK
       && check(&ring, ada, text, NSESS_CSRF_LEN) == NSESS_DECLINED,
       "another key does not verify");

    ok(nsess_keyring_add(&ring, old) == NSESS_OK
       && check(&ring, ada, text, NSESS_CSRF_LEN) == NSESS_OK,
       "an older key does");

    nsess_keyring_free(&ring);

    nsess_keyring_init(&ring, other, purpose);

    ok(nsess_keyring_add(&ring, old) == NSESS_OK
       && check(&ring, ada, text, NSESS_CSRF_LEN) == NSESS_DECLINED,
       "another manager with the same key does not take it");

    nsess_keyring_free(&ring);

    nsess_keyring_init(&ring, app, cookie);

    ok(nsess_keyring_add(&ring, old) == NSESS_OK
       && check(&ring, ada, text, NSESS_CSRF_LEN) == NSESS_DECLINED,
       "nor does a ring of another purpose");

    nsess_keyring_free(&ring);
}


static void
test_text(nsess_keyring_t *ring, const uint8_t *text)
{
    size_t   i, bad;
    uint8_t  copy[NSESS_CSRF_LEN + 1];

    bad = 0;

    for (i = 0; i < NSESS_CSRF_LEN; i++) {
        bad += check(ring, ada, text, i) != NSESS_DECLINED;
    }

    ok(bad == 0, "no prefix is a token");

    memcpy(copy, text, NSESS_CSRF_LEN);
    copy[NSESS_CSRF_LEN] = 'A';

    ok(check(ring, ada, copy, NSESS_CSRF_LEN + 1) == NSESS_DECLINED,
       "nor is one with something behind it");

    for (i = 0; i < NSESS_CSRF_LEN; i++) {
        copy[i] = copy[i] == 'A' ? 'B' : 'A';
        bad += check(ring, ada, copy, NSESS_CSRF_LEN) != NSESS_DECLINED;
        copy[i] = '=';
        bad += check(ring, ada, copy, NSESS_CSRF_LEN) != NSESS_DECLINED;
        copy[i] = text[i];
    }

    ok(bad == 0, "nor with another character");

    memset(copy, 'A', NSESS_CSRF_LEN);
    ok(check(ring, ada, copy, NSESS_CSRF_LEN) == NSESS_DECLINED, "zeroes");
}


int
main(void)
{
    uint8_t          text[NSESS_CSRF_LEN], again[NSESS_CSRF_LEN];
    nsess_keyring_t  ring;

    nsess_keyring_init(&ring, app, purpose);

    ok(nsess_keyring_add(&ring, old) == NSESS_OK
       && nsess_csrf_make(&ring, ada, text) == NSESS_OK
       && nsess_csrf_make(&ring, ada, again) == NSESS_OK, "made");

    ok(check(&ring, ada, text, NSESS_CSRF_LEN) == NSESS_OK
       && check(&ring, ada, again, NSESS_CSRF_LEN) == NSESS_OK, "good");

    ok(memcmp(text, again, 24) != 0
       && memcmp(text + 24, again + 24, 24) != 0,
       "no two are the same");

    ok(check(&ring, bob, text, NSESS_CSRF_LEN) == NSESS_DECLINED,
       "not of another session");

    test_text(&ring, text);
    test_keys(text);

    nsess_keyring_free(&ring);

    return done_testing();
}
