/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_tornado_keys.h"
#include "tap.h"


static void test_plain(void);
static void test_versions(void);
static void test_kinds(void);
static void test_full(void);
static nsess_rc_t plain(nsess_tornado_keys_t *keys, const char *secret);
static nsess_rc_t version(nsess_tornado_keys_t *keys, const char *secret,
    uint32_t n);


int
main(void)
{
    test_plain();
    test_versions();
    test_kinds();
    test_full();

    return done_testing();
}


static void
test_plain(void)
{
    char                  text[5000];
    nsess_tornado_keys_t  keys;

    nsess_tornado_keys_init(&keys);

    ok(plain(&keys, "") == NSESS_ERROR && keys.nkeys == 0, "no secret");
    ok(plain(&keys, "s") == NSESS_OK, "one byte");
    ok(plain(&keys, "s") == NSESS_DECLINED, "the same once more");

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';

    ok(plain(&keys, text + sizeof(text) - 4001) == NSESS_OK, "4000 bytes");
    ok(plain(&keys, text + sizeof(text) - 4000) == NSESS_OK, "3999 bytes");
    ok(keys.nkeys == 3 && !keys.versioned, "three in the ring");

    nsess_tornado_keys_free(&keys);
    ok(keys.nkeys == 0 && plain(&keys, "s") == NSESS_OK, "used again");
    nsess_tornado_keys_free(&keys);
}


static void
test_versions(void)
{
    nsess_tornado_keys_t  keys;

    nsess_tornado_keys_init(&keys);

    ok(version(&keys, "", 1) == NSESS_ERROR && !keys.versioned, "no secret");
    ok(version(&keys, "s", 0) == NSESS_OK && keys.versioned, "version 0");
    ok(version(&keys, "s", 1) == NSESS_OK, "one secret, two versions");
    ok(version(&keys, "t", 1) == NSESS_DECLINED, "one version, two secrets");
    ok(version(&keys, "t", UINT32_MAX) == NSESS_OK, "version 2^32 - 1");
    ok(keys.nkeys == 3 && keys.keys[2].sha1 == NULL, "three in the ring");

    nsess_tornado_keys_free(&keys);
}


static void
test_kinds(void)
{
    nsess_tornado_keys_t  keys;

    nsess_tornado_keys_init(&keys);
    ok(plain(&keys, "s") == NSESS_OK
       && version(&keys, "t", 1) == NSESS_DECLINED, "a version beside none");
    nsess_tornado_keys_free(&keys);

    ok(version(&keys, "t", 1) == NSESS_OK
       && plain(&keys, "s") == NSESS_DECLINED, "none beside a version");
    nsess_tornado_keys_free(&keys);
}


static void
test_full(void)
{
    int                   good;
    char                  secret[2];
    uint32_t              i;
    nsess_tornado_keys_t  keys, versions;

    nsess_tornado_keys_init(&keys);
    nsess_tornado_keys_init(&versions);

    good = 1;
    secret[1] = '\0';

    for (i = 0; i < NSESS_TORNADO_KEYS_MAX; i++) {
        secret[0] = (char) ('a' + i);
        good &= plain(&keys, secret) == NSESS_OK
                && version(&versions, secret, i) == NSESS_OK;
    }

    ok(good, "eight of a kind");
    ok(plain(&keys, "one more") == NSESS_DECLINED
       && version(&versions, "one more", i) == NSESS_DECLINED, "not nine");

    nsess_tornado_keys_free(&keys);
    nsess_tornado_keys_free(&versions);
}


/* the secret is gone when the call returns */

static nsess_rc_t
plain(nsess_tornado_keys_t *keys, const char *secret)
{
    nsess_rc_t   rc;
    nsess_str_t  s;

    s.len = strlen(secret);
    s.data = guard(secret, s.len);

    rc = nsess_tornado_keys_add(keys, s);
    memset((void *) s.data, 0, s.len);

    return rc;
}


static nsess_rc_t
version(nsess_tornado_keys_t *keys, const char *secret, uint32_t n)
{
    nsess_rc_t   rc;
    nsess_str_t  s;

    s.len = strlen(secret);
    s.data = guard(secret, s.len);

    rc = nsess_tornado_keys_add_version(keys, s, n);
    memset((void *) s.data, 0, s.len);

    return rc;
}
