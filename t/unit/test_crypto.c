/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <openssl/macros.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nsess_crypto.h"
#include "nsess_hmac.h"
#include "nsess_sha256.h"
#include "nsess_slow.h"
#include "tap.h"


#define IDS         1000
#define MILLION     1000000
#define MAX_DATA    160
#define MAX_LEN     200     /* three blocks, and some bytes */


typedef struct {
    const char  *key;       /* hex */
    const char  *data;      /* hex */
    const char  *mac;       /* hex */
    size_t       len;       /* of the MAC, one vector has a shorter one */
} hmac_vector_t;


typedef struct {
    const char  *data;
    const char  *digest;    /* hex */
} sha256_vector_t;


static void test_both(void);
static void test_hmac(void);
static void test_hmac_parts(void);
static void test_hmac_keys(void);
static void test_hmac_rekey(void);
static void test_hmac_sha1(void);
static void test_fork(void);
static void test_sha256(void);
static void test_sha256_million(void);
static void test_sha256_parts(void);
static void test_twins(void);
static void test_hmac_twins(const uint8_t *bytes);
static void test_equal(void);
static void test_random_id(void);
static void test_uuid4(void);
static void test_wipe(void);
static nsess_str_t hex(uint8_t *buf, const char *text);
static int is_hex(const uint8_t *data, size_t len, const char *text);


/* RFC 4231, test cases 1 to 7 */

static const hmac_vector_t  hmacs[] = {
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
      "4869205468657265",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", 32 },
    { "4a656665",
      "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", 32 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      "dddddddddddddddddddddddddddddddddddd",
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe", 32 },
    { "0102030405060708090a0b0c0d0e0f10111213141516171819",
      "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
      "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b", 32 },
    { "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",
      "546573742057697468205472756e636174696f6e",
      "a3b6167473100ee06e0c796c2955552b", 16 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaa",
      "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a"
      "65204b6579202d2048617368204b6579204669727374",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", 32 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaa",
      "5468697320697320612074657374207573696e672061206c6172676572207468"
      "616e20626c6f636b2d73697a65206b657920616e642061206c61726765722074"
      "68616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565"
      "647320746f20626520686173686564206265666f7265206265696e6720757365"
      "642062792074686520484d414320616c676f726974686d2e",
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2", 32 }
};

#define HMACS  (sizeof(hmacs) / sizeof(hmacs[0]))


/* RFC 2202, section 3, test cases 1, 2, 3 and 7 */

static const hmac_vector_t  hmacs_sha1[] = {
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
      "4869205468657265",
      "b617318655057264e28bc0b6fb378c8ef146be00", 20 },
    { "4a656665",
      "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", 20 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      "dddddddddddddddddddddddddddddddddddd",
      "125d7342b9ac11cd91a39af48aa17b4f63f175d3", 20 },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a"
      "65204b657920616e64204c6172676572205468616e204f6e6520426c6f636b2d"
      "53697a652044617461",
      "e8e99d0f45237d786d6bbaa7965c7808bbff1a91", 20 }
};

#define HMACS_SHA1  (sizeof(hmacs_sha1) / sizeof(hmacs_sha1[0]))


/* FIPS 180-2, appendix B, and the empty message */

static const sha256_vector_t  digests[] = {
    { "",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "abc",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" }
};

#define DIGESTS  (sizeof(digests) / sizeof(digests[0]))


int
main(void)
{
    test_both();

    nsess_slow = 1;
    test_both();
    nsess_slow = 0;

    test_twins();
    test_hmac_sha1();
    test_equal();
    test_random_id();
    test_uuid4();
    test_wipe();

    return done_testing();
}


/* by the block function of libcrypto, and by EVP */

static void
test_both(void)
{
    test_hmac();
    test_hmac_parts();
    test_hmac_keys();
    test_hmac_rekey();
    test_fork();
    test_sha256();
    test_sha256_million();
    test_sha256_parts();
}


/* twice, since the context is used again */

static void
test_hmac(void)
{
    size_t         i, again;
    uint8_t        key[MAX_DATA], data[MAX_DATA], mac[NSESS_SHA256_LEN];
    nsess_str_t    part;
    nsess_hmac_t  *hmac;

    for (i = 0; i < HMACS; i++) {
        hmac = nsess_hmac_create(hex(key, hmacs[i].key));
        ok(hmac != NULL, "RFC 4231, case %d", (int) i + 1);

        memset(key, 0, sizeof(key));
        part = hex(data, hmacs[i].data);

        for (again = 0; again < 2; again++) {
            memset(mac, 0, sizeof(mac));
            ok(nsess_hmac(hmac, &part, 1, mac) == NSESS_OK
               && is_hex(mac, hmacs[i].len, hmacs[i].mac), "its MAC");
        }

        nsess_hmac_free(hmac);
    }
}


/* however the data is cut in three */

static void
test_hmac_parts(void)
{
    int            good;
    size_t         i, j;
    uint8_t        key[MAX_DATA], data[MAX_DATA], mac[NSESS_SHA256_LEN];
    nsess_str_t    all, parts[3];
    nsess_hmac_t  *hmac;

    hmac = nsess_hmac_create(hex(key, hmacs[6].key));
    all = hex(data, hmacs[6].data);
    good = 1;

    for (i = 0; i <= all.len; i++) {
        for (j = i; j <= all.len; j++) {
            parts[0].data = all.data;
            parts[0].len = i;
            parts[1].data = all.data + i;
            parts[1].len = j - i;
            parts[2].data = all.data + j;
            parts[2].len = all.len - j;

            good &= nsess_hmac(hmac, parts, 3, mac) == NSESS_OK
                    && is_hex(mac, NSESS_SHA256_LEN, hmacs[6].mac);
        }
    }

    ok(good, "MAC of any parts");

    ok(nsess_hmac(hmac, NULL, 0, mac) == NSESS_OK
       && !is_hex(mac, NSESS_SHA256_LEN, hmacs[6].mac), "MAC of no part");

    nsess_hmac_free(hmac);
}


static void
test_hmac_keys(void)
{
    uint8_t        key[MAX_DATA], data[MAX_DATA], mac[NSESS_SHA256_LEN];
    nsess_str_t    none, part;
    nsess_hmac_t  *a, *b;

    a = nsess_hmac_create(hex(key, hmacs[0].key));
    b = nsess_hmac_create(hex(key, hmacs[1].key));

    part = hex(data, hmacs[0].data);
    ok(nsess_hmac(a, &part, 1, mac) == NSESS_OK
       && is_hex(mac, NSESS_SHA256_LEN, hmacs[0].mac), "one of two keys");

    part = hex(data, hmacs[1].data);
    ok(nsess_hmac(b, &part, 1, mac) == NSESS_OK
       && is_hex(mac, NSESS_SHA256_LEN, hmacs[1].mac), "the other");

    nsess_hmac_free(a);

    ok(nsess_hmac(b, &part, 1, mac) == NSESS_OK
       && is_hex(mac, NSESS_SHA256_LEN, hmacs[1].mac), "without the one");

    nsess_hmac_free(b);

    none.data = NULL;
    none.len = 0;
    ok(nsess_hmac_create(none) == NULL, "no key, no context");
}


/* one context, the keys of all vectors in turn */

static void
test_hmac_rekey(void)
{
    size_t         i;
    uint8_t        key[MAX_DATA], data[MAX_DATA], mac[NSESS_SHA256_LEN];
    nsess_str_t    part, none;
    nsess_hmac_t  *hmac;

    hmac = nsess_hmac_create(hex(key, hmacs[HMACS - 1].key));

    for (i = 0; i < HMACS; i++) {
        part = hex(data, hmacs[i].data);

        ok(nsess_hmac_rekey(hmac, hex(key, hmacs[i].key)) == NSESS_OK,
           "another key");

        memset(key, 0, sizeof(key));
        ok(nsess_hmac(hmac, &part, 1, mac) == NSESS_OK
           && is_hex(mac, hmacs[i].len, hmacs[i].mac), "its MAC");
    }

    none.data = key;
    none.len = 0;
    ok(nsess_hmac_rekey(hmac, none) == NSESS_ERROR, "no empty key");

    nsess_hmac_free(hmac);
}


static void
test_hmac_sha1(void)
{
    size_t         i;
    uint8_t        key[MAX_DATA], data[MAX_DATA], mac[NSESS_SHA256_LEN];
    nsess_str_t    part;
    nsess_hmac_t  *hmac, *other;

    for (i = 0; i < HMACS_SHA1; i++) {
        hmac = nsess_hmac_sha1_create(hex(key, hmacs_sha1[i].key));
        part = hex(data, hmacs_sha1[i].data);

        ok(hmac != NULL && nsess_hmac_sha1(hmac, &part, 1, mac) == NSESS_OK
           && is_hex(mac, NSESS_SHA1_LEN, hmacs_sha1[i].mac),
           "RFC 2202, SHA-1, vector %d", (int) i);

        nsess_hmac_free(hmac);
    }

    hmac = nsess_hmac_sha1_create(part);
    other = nsess_hmac_create(part);

    ok(nsess_hmac(hmac, &part, 1, mac) == NSESS_ERROR, "SHA-1 for SHA-256");
    ok(nsess_hmac_sha1(other, &part, 1, mac) == NSESS_ERROR,
       "SHA-256 for SHA-1");

    nsess_hmac_free(hmac);
    nsess_hmac_free(other);
}


/* contexts of the master are used, and freed, by it and its workers */

static void
test_fork(void)
{
    int              i, status, good;
    pid_t            pid;
    uint8_t          key[MAX_DATA], data[MAX_DATA], mac[NSESS_SHA256_LEN];
    nsess_str_t      part, abc;
    nsess_hmac_t    *hmac;
    nsess_sha256_t  *sha;

    hmac = nsess_hmac_create(hex(key, hmacs[0].key));
    sha = nsess_sha256_create();
    part = hex(data, hmacs[0].data);
    abc.data = (const uint8_t *) "abc";
    abc.len = 3;

    for (i = 0; i < 2; i++) {
        pid = fork();

        good = nsess_hmac(hmac, &part, 1, mac) == NSESS_OK
               && is_hex(mac, NSESS_SHA256_LEN, hmacs[0].mac)
               && nsess_sha256(sha, abc, mac) == NSESS_OK
               && is_hex(mac, NSESS_SHA256_LEN, digests[1].digest);

        if (pid == 0) {
            nsess_hmac_free(hmac);
            nsess_sha256_free(sha);
            _exit(good ? 0 : 1);
        }

        ok(good, "master, after fork %d", i + 1);
        ok(waitpid(pid, &status, 0) == pid && status == 0,
           "worker %d", i + 1);
    }

    nsess_hmac_free(hmac);
    nsess_sha256_free(sha);
}


static void
test_sha256(void)
{
    size_t           i, again;
    uint8_t          digest[NSESS_SHA256_LEN];
    nsess_str_t      data;
    nsess_sha256_t  *sha;

    sha = nsess_sha256_create();
    ok(sha != NULL, "SHA-256");

    for (again = 0; again < 2; again++) {
        for (i = 0; i < DIGESTS; i++) {
            data.data = (const uint8_t *) digests[i].data;
            data.len = strlen(digests[i].data);

            memset(digest, 0, sizeof(digest));
            ok(nsess_sha256(sha, data, digest) == NSESS_OK
               && is_hex(digest, NSESS_SHA256_LEN, digests[i].digest),
               "SHA-256 of \"%s\"", digests[i].data);
        }
    }

    nsess_sha256_free(sha);
}


static void
test_sha256_million(void)
{
    uint8_t          digest[NSESS_SHA256_LEN];
    nsess_str_t      data;
    nsess_sha256_t  *sha;
    static uint8_t   million[MILLION];

    memset(million, 'a', MILLION);
    data.data = million;
    data.len = MILLION;

    sha = nsess_sha256_create();

    ok(nsess_sha256(sha, data, digest) == NSESS_OK
       && is_hex(digest, NSESS_SHA256_LEN,
                 "cdc76e5c9914fb9281a1c7e284d73e67"
                 "f1809a48a497200e046d39ccc7112cd0"),
       "SHA-256 of a million of \"a\"");

    nsess_sha256_free(sha);
}


static void
test_sha256_parts(void)
{
    uint8_t          digest[NSESS_SHA256_LEN];
    nsess_str_t      parts[3];
    nsess_sha256_t  *sha;

    sha = nsess_sha256_create();

    parts[0].data = (const uint8_t *) "abc";
    parts[0].len = 1;
    parts[1].data = NULL;
    parts[1].len = 0;
    parts[2].data = parts[0].data + 1;
    parts[2].len = 2;

    ok(nsess_sha256_parts(sha, parts, 3, digest) == NSESS_OK
       && is_hex(digest, NSESS_SHA256_LEN, digests[1].digest), "three parts");
    ok(nsess_sha256_parts(sha, NULL, 0, digest) == NSESS_OK
       && is_hex(digest, NSESS_SHA256_LEN, digests[0].digest), "no part");

    nsess_sha256_free(sha);
}


/* messages and keys of all lengths: both ways give the same */

static void
test_twins(void)
{
    int              good;
    size_t           len;
    uint8_t          bytes[MAX_LEN], a[NSESS_SHA256_LEN], b[NSESS_SHA256_LEN];
    nsess_str_t      parts[2], whole;
    nsess_sha256_t  *fast, *slow;

    for (len = 0; len < MAX_LEN; len++) {
        bytes[len] = (uint8_t) (len * 151 + 7);
    }

#ifndef OPENSSL_NO_DEPRECATED_3_0
    ok(nsess_sha256_has_block(), "libcrypto has its block function");
#endif

    fast = nsess_sha256_create();
    nsess_slow = 1;
    slow = nsess_sha256_create();
    nsess_slow = 0;

    good = 1;

    for (len = 0; len <= MAX_LEN; len++) {
        parts[0].data = bytes;
        parts[0].len = len / 3;
        parts[1].data = bytes + len / 3;
        parts[1].len = len - len / 3;

        good &= nsess_sha256_parts(fast, parts, 2, a) == NSESS_OK
                && nsess_sha256_parts(slow, parts, 2, b) == NSESS_OK
                && memcmp(a, b, NSESS_SHA256_LEN) == 0;

        /* one of 32 bytes, as an id has, has a way of its own */

        whole.data = bytes;
        whole.len = len;

        good &= nsess_sha256(fast, whole, a) == NSESS_OK
                && memcmp(a, b, NSESS_SHA256_LEN) == 0;
    }

    ok(good, "digests of up to %d bytes", MAX_LEN);

    test_hmac_twins(bytes);

    nsess_sha256_free(fast);
    nsess_sha256_free(slow);
}


static void
test_hmac_twins(const uint8_t *bytes)
{
    int            good;
    size_t         len, key_len;
    uint8_t        a[NSESS_SHA256_LEN], b[NSESS_SHA256_LEN];
    nsess_str_t    key, part;
    nsess_hmac_t  *fast, *slow;

    good = 1;
    key.data = bytes;
    part.data = bytes;

    for (key_len = 1; key_len <= MAX_LEN; key_len++) {
        key.len = key_len;

        fast = nsess_hmac_create(key);
        nsess_slow = 1;
        slow = nsess_hmac_create(key);
        nsess_slow = 0;

        for (len = 0; len <= MAX_LEN; len += 1 + key_len % 7) {
            part.len = len;

            good &= nsess_hmac(fast, &part, 1, a) == NSESS_OK
                    && nsess_hmac(slow, &part, 1, b) == NSESS_OK
                    && memcmp(a, b, NSESS_SHA256_LEN) == 0;
        }

        nsess_hmac_free(fast);
        nsess_hmac_free(slow);
    }

    ok(good, "MACs by keys of up to %d bytes", MAX_LEN);
}


static void
test_equal(void)
{
    int       good;
    size_t    i, bit;
    uint8_t   a[NSESS_SHA256_LEN], b[NSESS_SHA256_LEN];

    memset(a, 0x5a, sizeof(a));
    memset(b, 0x5a, sizeof(b));

    ok(nsess_equal(a, b, sizeof(a)), "equal");
    ok(nsess_equal(a, b, 0), "nothing is equal to nothing");

    good = 1;

    for (i = 0; i < sizeof(b); i++) {
        for (bit = 0; bit < 8; bit++) {
            b[i] ^= (uint8_t) (1 << bit);
            good &= !nsess_equal(a, b, sizeof(a)) && nsess_equal(a, b, i);
            b[i] ^= (uint8_t) (1 << bit);
        }
    }

    ok(good, "any bit makes a difference");
}


static void
test_random_id(void)
{
    int             good, uuid;
    size_t          i, j;
    uint8_t         any[NSESS_ID_LEN], all[NSESS_ID_LEN];
    static uint8_t  ids[IDS][NSESS_ID_LEN];

    memset(any, 0, sizeof(any));
    memset(all, 0xff, sizeof(all));

    good = 1;
    uuid = 1;

    for (i = 0; i < IDS; i++) {
        good &= nsess_random_id(ids[i]) == NSESS_OK;

        /* RFC 9562, version 4, variant 10 */

        uuid &= ids[i][6] >> 4 == 4 && ids[i][8] >> 6 == 2;

        for (j = 0; j < i; j++) {
            good &= memcmp(ids[i], ids[j], 16) != 0
                    && memcmp(ids[i] + 16, ids[j] + 16, 16) != 0;
        }

        for (j = 0; j < NSESS_ID_LEN; j++) {
            any[j] |= ids[i][j];
            all[j] &= ids[i][j];
        }
    }

    ok(good, "ids are different, in both halves");
    ok(uuid, "each begins with a random UUID");

    /* by chance only in 240 * 2 of 2^1000 runs */

    for (good = 1, j = 0; j < NSESS_ID_LEN; j++) {
        good &= any[j] == (j == 6 ? 0x4f : j == 8 ? 0xbf : 0xff)
                && all[j] == (j == 6 ? 0x40 : j == 8 ? 0x80 : 0x00);
    }

    ok(good, "each bit takes both values");
}


static void
test_uuid4(void)
{
    int      good;
    size_t   i;
    uint8_t  text[NSESS_UUID_LEN + 1], last[NSESS_UUID_LEN];

    good = 1;
    memset(last, 0, sizeof(last));
    text[NSESS_UUID_LEN] = '!';

    for (i = 0; i < IDS; i++) {
        good &= nsess_uuid4(text) == NSESS_OK && text[NSESS_UUID_LEN] == '!'
                && memcmp(text, last, NSESS_UUID_LEN) != 0
                && text[8] == '-' && text[13] == '-' && text[14] == '4'
                && text[18] == '-' && memchr("89ab", text[19], 4) != NULL
                && text[23] == '-';

        memcpy(last, text, NSESS_UUID_LEN);
    }

    ok(good, "version 4, variant 1");

    for (i = 0; i < NSESS_UUID_LEN; i++) {
        good &= memchr("-0123456789abcdef", text[i], 17) != NULL;
    }

    ok(good, "in lower case");
}


static void
test_wipe(void)
{
    uint8_t  buf[4] = { 1, 2, 3, 4 };

    nsess_wipe(buf + 1, 2);

    ok(buf[0] == 1 && buf[1] == 0 && buf[2] == 0 && buf[3] == 4, "wiped");
}


static nsess_str_t
hex(uint8_t *buf, const char *text)
{
    unsigned     byte;
    nsess_str_t  str;

    str.data = buf;

    for (str.len = 0; text[2 * str.len] != '\0'; str.len++) {
        if (str.len == MAX_DATA
            || sscanf(text + 2 * str.len, "%2x", &byte) != 1)
        {
            break;
        }

        buf[str.len] = (uint8_t) byte;
    }

    return str;
}


static int
is_hex(const uint8_t *data, size_t len, const char *text)
{
    uint8_t      buf[MAX_DATA];
    nsess_str_t  str;

    str = hex(buf, text);

    return str.len == len && memcmp(str.data, data, len) == 0;
}
