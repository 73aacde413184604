/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_keyring.h"
#include "str.h"
#include "tap.h"


static void test_keys(void);
static void test_context(void);
static void test_mac(void);


static char  secret[] = "secret 0 of thirty-two bytes ...";


int
main(void)
{
    test_keys();
    test_context();
    test_mac();

    return done_testing();
}


static void
test_keys(void)
{
    size_t           i;
    nsess_keyring_t  ring;

    nsess_keyring_init(&ring, str("app"), str("session cookie"));

    for (i = 0; i < NSESS_KEYS_MAX; i++) {
        secret[7] = (char) ('0' + i);
        ok(nsess_keyring_add(&ring, str(secret)) == NSESS_OK
           && ring.nkeys == i + 1, "key %d", (int) i);

        if (i + 1 < NSESS_KEYS_MAX) {
            ok(nsess_keyring_add(&ring, str(secret)) == NSESS_DECLINED
               && ring.nkeys == i + 1, "not twice");
        }
    }

    secret[7] = 'x';
    ok(nsess_keyring_add(&ring, str(secret)) == NSESS_DECLINED
       && ring.nkeys == NSESS_KEYS_MAX, "the ring is full");

    nsess_keyring_free(&ring);
    ok(ring.nkeys == 0, "freed");
}


static void
test_context(void)
{
    char             text[256];
    nsess_str_t      name;
    nsess_keyring_t  ring;

    memset(text, 'n', sizeof(text));
    name.data = (uint8_t *) text;

    name.len = sizeof(text);
    nsess_keyring_init(&ring, name, str(""));
    ok(nsess_keyring_add(&ring, str(secret)) == NSESS_ERROR && ring.nkeys == 0,
       "name too long");

    nsess_keyring_init(&ring, str(""), name);
    ok(nsess_keyring_add(&ring, str(secret)) == NSESS_ERROR && ring.nkeys == 0,
       "purpose too long");

    name.len = 255;
    nsess_keyring_init(&ring, name, name);
    ok(nsess_keyring_add(&ring, str(secret)) == NSESS_OK, "both fit");
    nsess_keyring_free(&ring);
}


static void
test_mac(void)
{
    uint8_t          mac[NSESS_SHA256_LEN], other[NSESS_SHA256_LEN];
    uint8_t          data[NSESS_KEYRING_DATA_MAX + 1] = { 0 };
    nsess_str_t      str_data = { NSESS_KEYRING_DATA_MAX, data };
    nsess_keyring_t  ring;

    nsess_keyring_init(&ring, str("ab"), str("c"));
    ok(nsess_keyring_add(&ring, str(secret)) == NSESS_OK, "a key");
    ok(nsess_keyring_mac(&ring, 0, str_data, mac) == NSESS_OK,
       "a MAC of the longest data");

    str_data.len++;
    ok(nsess_keyring_mac(&ring, 0, str_data, other) == NSESS_ERROR,
       "no MAC of longer data");
    str_data.len--;

    nsess_keyring_free(&ring);
    nsess_keyring_init(&ring, str("a"), str("bc"));

    ok(nsess_keyring_add(&ring, str(secret)) == NSESS_OK
       && nsess_keyring_mac(&ring, 0, str_data, other) == NSESS_OK
       && memcmp(mac, other, sizeof(mac)) != 0,
       "name and purpose do not run into one another");

    nsess_keyring_free(&ring);
}
