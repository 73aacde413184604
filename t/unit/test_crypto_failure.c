/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What ring 0 signs, verifies and inflates when a call of libcrypto, zlib or
 * the system fails: each call fails alone, one after the other.  The linker
 * has put the functions below in front of those of the libraries.
 */


#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <zlib.h>

#include "nsess_csrf.h"
#include "nsess_inflate.h"
#include "nsess_jwt.h"
#include "nsess_slow.h"
#include "nsess_str.h"
#include "nsess_token.h"
#include "nsess_tornado.h"
#include "nsess_tornado_session.h"
#include "str.h"
#include "tap.h"


#define NOW           1700000000
#define MAX_FAILURES  1000
#define BUF_LEN       4096
#define NEVER         SIZE_MAX


/* the linker's names of a function: what it was, and what stands before it */
#define wrapped(name)  __typeof__(name)  __real_##name, __wrap_##name


/* runs a function of ring 0; on NSESS_ERROR, .err says why, if it can */
typedef nsess_rc_t (*call_t)(void);


static void each_failure(call_t call, const char *name);
static int fails(void);
static nsess_rc_t call_hmac(void);
static nsess_rc_t call_hmac_sha1(void);
static nsess_rc_t call_sha256(void);
static nsess_rc_t call_random_id(void);
static nsess_rc_t call_uuid4(void);
static nsess_rc_t call_keyring_add(void);
static nsess_rc_t call_token_sign(void);
static nsess_rc_t call_token_verify(void);
static nsess_rc_t call_csrf_make(void);
static nsess_rc_t call_csrf_verify(void);
static nsess_rc_t call_jwt_sign(void);
static nsess_rc_t call_tornado_keys_add(void);
static nsess_rc_t call_tornado_keys_add_version(void);
static nsess_rc_t call_tornado_verify_v1(void);
static nsess_rc_t call_tornado_sign(void);
static nsess_rc_t call_session_init(void);
static nsess_rc_t call_session_new(void);
static nsess_rc_t call_session_write(void);
static nsess_rc_t call_session_find(void);
static void test_short_mac(void);
static void test_random_pieces(void);
static void test_inflate(void);
static void prepare(void);


wrapped(EVP_MAC_fetch);
wrapped(EVP_MAC_CTX_new);
wrapped(EVP_MAC_CTX_free);
wrapped(EVP_MAC_init);
wrapped(EVP_MAC_update);
wrapped(EVP_MAC_final);
wrapped(EVP_MD_fetch);
wrapped(EVP_MD_CTX_new);
wrapped(EVP_MD_CTX_free);
wrapped(EVP_DigestInit_ex2);
wrapped(EVP_DigestUpdate);
wrapped(EVP_DigestFinal_ex);
wrapped(getrandom);
wrapped(inflateInit_);
wrapped(inflate);


/* so many calls succeed before one fails */
static size_t  left = NEVER;

/* contexts of libcrypto that are not freed yet */
static size_t  alive;

static int     is_short;        /* a MAC has one byte less */
static int     interrupted;     /* by signals, before bytes come one by one */

static nsess_err_t  err;        /* of the last call */

static nsess_keyring_t          ring;
static nsess_token_t            token;
static uint8_t                  token_text[NSESS_TOKEN_MAX];
static size_t                   token_len;
static uint8_t                  csrf[NSESS_CSRF_LEN];
static nsess_hmac_t            *hmac;
static nsess_tornado_keys_t     keys;
static nsess_tornado_session_t  session;
static uint8_t                  id_cookie[BUF_LEN], pair_cookie[BUF_LEN];
static size_t                   id_cookie_len, pair_cookie_len;

static const nsess_str_t  secret =
    nsess_string("a secret of thirty-two bytes ...");
static const nsess_str_t  other =
    nsess_string("another one of at least 32 bytes");
static const nsess_str_t  text = nsess_string("text");


int
main(void)
{
    /* the block function of libcrypto does not fail, EVP may */

    nsess_slow = 1;

    prepare();

    each_failure(call_hmac, "an HMAC");
    each_failure(call_hmac_sha1, "an HMAC of SHA-1");
    each_failure(call_sha256, "a digest");
    each_failure(call_random_id, "a random id");
    each_failure(call_uuid4, "a UUID");
    each_failure(call_keyring_add, "the second key of a ring");
    each_failure(call_token_sign, "a token is signed");
    each_failure(call_token_verify, "a token is verified");
    each_failure(call_csrf_make, "a CSRF token is made");
    each_failure(call_csrf_verify, "a CSRF token is verified");
    each_failure(call_jwt_sign, "a JWT");
    each_failure(call_tornado_keys_add, "Tornado's second secret");
    each_failure(call_tornado_keys_add_version, "a secret with a version");
    each_failure(call_tornado_verify_v1, "Tornado's format 1");
    each_failure(call_tornado_sign, "Tornado's format 2");
    each_failure(call_session_init, "Tornado's session manager");
    each_failure(call_session_new, "an id of Tornado");
    each_failure(call_session_write, "Tornado's two cookies are written");
    each_failure(call_session_find, "Tornado's two cookies are read");

    test_short_mac();
    test_random_pieces();
    test_inflate();

    nsess_hmac_free(hmac);
    nsess_keyring_free(&ring);
    nsess_tornado_session_free(&session);
    nsess_tornado_keys_free(&keys);
    ok(alive == 0, "all is freed");

    return done_testing();
}


/* each failure is told, as one of libcrypto, and leaks nothing */

static void
each_failure(call_t call, const char *name)
{
    int         good;
    size_t      i, before;
    nsess_rc_t  rc;

    good = 1;
    before = alive;
    rc = NSESS_ERROR;

    for (i = 0; i < MAX_FAILURES; i++) {
        err.code = NSESS_E_CRYPTO;
        left = i;
        rc = call();

        good &= alive == before;

        if (left != NEVER) {
            break;
        }

        good &= rc == NSESS_ERROR && err.code == NSESS_E_CRYPTO;
    }

    left = NEVER;

    ok(i > 0 && i < MAX_FAILURES && rc == NSESS_OK && good,
       "%s: fails by each of %zu calls", name, i);
}


static int
fails(void)
{
    if (left == NEVER) {
        return 0;
    }

    return left-- == 0;
}


static nsess_rc_t
call_hmac(void)
{
    uint8_t        mac[NSESS_SHA256_LEN];
    nsess_rc_t     rc;
    nsess_str_t    parts[2];
    nsess_hmac_t  *made;

    parts[0] = text;
    parts[1] = text;

    made = nsess_hmac_create(secret);
    if (made == NULL) {
        return NSESS_ERROR;
    }

    rc = nsess_hmac_rekey(made, other);

    if (rc == NSESS_OK) {
        rc = nsess_hmac(made, parts, 2, mac);
    }

    nsess_hmac_free(made);

    return rc;
}


static nsess_rc_t
call_hmac_sha1(void)
{
    uint8_t        mac[NSESS_SHA1_LEN];
    nsess_rc_t     rc;
    nsess_hmac_t  *made;

    made = nsess_hmac_sha1_create(secret);
    if (made == NULL) {
        return NSESS_ERROR;
    }

    rc = nsess_hmac_sha1(made, &text, 1, mac);

    nsess_hmac_free(made);

    return rc;
}


static nsess_rc_t
call_sha256(void)
{
    uint8_t          digest[NSESS_SHA256_LEN];
    nsess_rc_t       rc;
    nsess_sha256_t  *sha;

    sha = nsess_sha256_create();
    if (sha == NULL) {
        return NSESS_ERROR;
    }

    rc = nsess_sha256(sha, text, digest);

    nsess_sha256_free(sha);

    return rc;
}


static nsess_rc_t
call_random_id(void)
{
    uint8_t  id[NSESS_ID_LEN];

    return nsess_random_id(id);
}


static nsess_rc_t
call_uuid4(void)
{
    uint8_t  uuid[NSESS_UUID_LEN];

    return nsess_uuid4(uuid);
}


static nsess_rc_t
call_keyring_add(void)
{
    nsess_rc_t       rc;
    nsess_keyring_t  two;

    nsess_keyring_init(&two, str("app"), str("purpose"));

    rc = nsess_keyring_add(&two, secret);

    if (rc == NSESS_OK) {
        rc = nsess_keyring_add(&two, other);
    }

    nsess_keyring_free(&two);

    return rc;
}


static nsess_rc_t
call_token_sign(void)
{
    size_t   len;
    uint8_t  out[NSESS_TOKEN_MAX];

    return nsess_token_sign(&ring, &token, out, &len);
}


static nsess_rc_t
call_token_verify(void)
{
    size_t         key;
    nsess_rc_t     rc;
    nsess_str_t    value;
    nsess_token_t  got;

    value.data = token_text;
    value.len = token_len;

    rc = nsess_token_verify(&ring, value, NOW, 0, &got, &key, &err);

    return rc;
}


static nsess_rc_t
call_csrf_make(void)
{
    uint8_t  out[NSESS_CSRF_LEN];

    return nsess_csrf_make(&ring, text, out);
}


static nsess_rc_t
call_csrf_verify(void)
{
    nsess_str_t  value;

    value.data = csrf;
    value.len = NSESS_CSRF_LEN;

    return nsess_csrf_verify(&ring, text, value);
}


static nsess_rc_t
call_jwt_sign(void)
{
    uint8_t         out[BUF_LEN];
    nsess_rc_t      rc;
    nsess_writer_t  w;

    nsess_writer_init(&w, out, BUF_LEN);
    rc = nsess_jwt_sign(&w, hmac, str("{}"));

    /* there was room */

    return w.error == NSESS_E_NONE ? rc : NSESS_DECLINED;
}


static nsess_rc_t
call_tornado_keys_add(void)
{
    nsess_rc_t            rc;
    nsess_tornado_keys_t  two;

    nsess_tornado_keys_init(&two);

    rc = nsess_tornado_keys_add(&two, secret);

    if (rc == NSESS_OK) {
        rc = nsess_tornado_keys_add(&two, other);
    }

    nsess_tornado_keys_free(&two);

    return rc;
}


static nsess_rc_t
call_tornado_keys_add_version(void)
{
    nsess_rc_t            rc;
    nsess_tornado_keys_t  one;

    nsess_tornado_keys_init(&one);
    rc = nsess_tornado_keys_add_version(&one, secret, 1);
    nsess_tornado_keys_free(&one);

    return rc;
}


static nsess_rc_t
call_tornado_verify_v1(void)
{
    uint8_t         out[BUF_LEN];
    nsess_rc_t      rc;
    nsess_writer_t  w;

    /* Tornado 6.2: create_signed_value("secret", "session_id", "hello",
       version=1, clock=lambda: 1700000000) */

    static const char  value[] = "aGVsbG8=|1700000000|"
        "f565cc3c0be63ec0f6099f038245e7708ee58014";

    nsess_writer_init(&w, out, BUF_LEN);
    rc = nsess_tornado_verify(&keys, str("session_id"), str(value), NOW, 1,
                              &w, &err);

    return rc;
}


static nsess_rc_t
call_tornado_sign(void)
{
    nsess_rc_t      rc;
    nsess_writer_t  w;

    nsess_writer_init(&w, NULL, SIZE_MAX);
    rc = nsess_tornado_sign(&keys, text, text, NOW, &w, &err);

    return (rc == NSESS_OK) == (w.len != 0) ? rc : NSESS_DECLINED;
}


static nsess_rc_t
call_session_init(void)
{
    nsess_rc_t               rc;
    nsess_tornado_session_t  s;

    s = session;
    rc = nsess_tornado_session_init(&s);

    if (rc == NSESS_OK) {
        nsess_tornado_session_free(&s);
    }

    return rc;
}


static nsess_rc_t
call_session_new(void)
{
    uint8_t  id[NSESS_TORNADO_ID_LEN];

    return nsess_tornado_session_new(&session, id);
}


static nsess_rc_t
call_session_write(void)
{
    nsess_rc_t      rc;
    nsess_writer_t  id, pair;

    nsess_writer_init(&id, NULL, SIZE_MAX);
    nsess_writer_init(&pair, NULL, SIZE_MAX);

    rc = nsess_tornado_session_write(&session, text, NOW, &id, &pair, &err);

    return (rc == NSESS_OK) == (pair.len != 0) ? rc : NSESS_DECLINED;
}


static nsess_rc_t
call_session_find(void)
{
    size_t                   n;
    nsess_tornado_found_t    found[NSESS_TORNADO_COOKIES];
    nsess_tornado_cookies_t  cookies;

    memset(&cookies, 0, sizeof(cookies));

    cookies.nids = 1;
    cookies.ids[0].data = id_cookie;
    cookies.ids[0].len = id_cookie_len;
    cookies.nverifications = 1;
    cookies.verifications[0].data = pair_cookie;
    cookies.verifications[0].len = pair_cookie_len;

    n = nsess_tornado_session_find(&session, 1, &cookies, NOW, found, &err);

    return n == 1 ? NSESS_OK : NSESS_ERROR;
}


static void
test_short_mac(void)
{
    uint8_t      mac[NSESS_SHA256_LEN];
    nsess_rc_t   rc;

    is_short = 1;
    rc = nsess_hmac(hmac, &text, 1, mac);
    is_short = 0;

    ok(rc == NSESS_ERROR, "a MAC of another length is none");
    ok(nsess_hmac(hmac, &text, 1, mac) == NSESS_OK, "the next one is good");
}


static void
test_random_pieces(void)
{
    size_t      i;
    uint8_t     bytes[8] = { 0 };
    nsess_rc_t  rc;

    interrupted = 3;
    rc = nsess_random(bytes, 7);

    for (i = 0; i < 7 && bytes[i] != 0; i++) { /* void */ }

    ok(rc == NSESS_OK && interrupted == 1 && i == 7 && bytes[7] == 0,
       "random bytes come one by one, after signals");

    interrupted = 0;
}


static void
test_inflate(void)
{
    int             good;
    size_t          i;
    uint8_t         packed[BUF_LEN], out[BUF_LEN];
    uLongf          size;
    nsess_rc_t      rc;
    nsess_str_t     stream;
    nsess_writer_t  w;

    size = BUF_LEN;

    if (compress2(packed, &size, text.data, text.len, 6) != Z_OK) {
        abort();
    }

    stream.data = packed;
    stream.len = size;
    good = 1;
    rc = NSESS_ERROR;

    for (i = 0; i < MAX_FAILURES; i++) {
        nsess_writer_init(&w, out, BUF_LEN);

        left = i;
        rc = nsess_inflate(&w, stream, &err);

        if (left != NEVER) {
            break;
        }

        good &= rc == NSESS_ERROR && err.code == NSESS_E_MEMORY;
    }

    left = NEVER;

    ok(i == 2 && rc == NSESS_OK && good, "zlib has no memory");
    is_str(out, w.len, "text", "and has it");

    /* on 32 bits a stream cannot be so long */

#if (SIZE_MAX > UINT_MAX)
    stream.len = (size_t) UINT_MAX + 1;

    ok(nsess_inflate(&w, stream, &err) == NSESS_ERROR
       && err.code == NSESS_E_SIZE, "a stream longer than zlib can say");
#endif
}


static void
prepare(void)
{
    nsess_writer_t  id, pair;

    token.created = NOW;
    token.issued = NOW;
    token.signed_at = NOW;

    session.keys = &keys;
    session.id_name = str("session_id");
    session.verification_name = str("verification");
    session.secret = secret;
    session.max_age = 1;

    nsess_keyring_init(&ring, str("app"), str("purpose"));
    nsess_tornado_keys_init(&keys);
    nsess_writer_init(&id, id_cookie, BUF_LEN);
    nsess_writer_init(&pair, pair_cookie, BUF_LEN);

    hmac = nsess_hmac_create(secret);

    if (hmac == NULL
        || nsess_keyring_add(&ring, secret) != NSESS_OK
        || nsess_token_sign(&ring, &token, token_text, &token_len) != NSESS_OK
        || nsess_csrf_make(&ring, text, csrf) != NSESS_OK
        || nsess_tornado_keys_add(&keys, str("secret")) != NSESS_OK
        || nsess_tornado_session_init(&session) != NSESS_OK
        || nsess_tornado_session_write(&session, text, NOW, &id, &pair, &err)
           != NSESS_OK)
    {
        abort();
    }

    id_cookie_len = id.len;
    pair_cookie_len = pair.len;
}


EVP_MAC *
__wrap_EVP_MAC_fetch(OSSL_LIB_CTX *lib, const char *name,
    const char *properties)
{
    return fails() ? NULL : __real_EVP_MAC_fetch(lib, name, properties);
}


EVP_MAC_CTX *
__wrap_EVP_MAC_CTX_new(EVP_MAC *mac)
{
    EVP_MAC_CTX  *ctx;

    ctx = fails() ? NULL : __real_EVP_MAC_CTX_new(mac);
    alive += ctx != NULL;

    return ctx;
}


void
__wrap_EVP_MAC_CTX_free(EVP_MAC_CTX *ctx)
{
    alive -= ctx != NULL;
    __real_EVP_MAC_CTX_free(ctx);
}


int
__wrap_EVP_MAC_init(EVP_MAC_CTX *ctx, const unsigned char *key, size_t len,
    const OSSL_PARAM params[])
{
    return fails() ? 0 : __real_EVP_MAC_init(ctx, key, len, params);
}


int
__wrap_EVP_MAC_update(EVP_MAC_CTX *ctx, const unsigned char *data, size_t len)
{
    return fails() ? 0 : __real_EVP_MAC_update(ctx, data, len);
}


int
__wrap_EVP_MAC_final(EVP_MAC_CTX *ctx, unsigned char *out, size_t *len,
    size_t size)
{
    int  rc;

    rc = fails() ? 0 : __real_EVP_MAC_final(ctx, out, len, size);

    if (is_short) {
        (*len)--;
    }

    return rc;
}


EVP_MD *
__wrap_EVP_MD_fetch(OSSL_LIB_CTX *lib, const char *name,
    const char *properties)
{
    return fails() ? NULL : __real_EVP_MD_fetch(lib, name, properties);
}


EVP_MD_CTX *
__wrap_EVP_MD_CTX_new(void)
{
    EVP_MD_CTX  *ctx;

    ctx = fails() ? NULL : __real_EVP_MD_CTX_new();
    alive += ctx != NULL;

    return ctx;
}


void
__wrap_EVP_MD_CTX_free(EVP_MD_CTX *ctx)
{
    alive -= ctx != NULL;
    __real_EVP_MD_CTX_free(ctx);
}


int
__wrap_EVP_DigestInit_ex2(EVP_MD_CTX *ctx, const EVP_MD *md,
    const OSSL_PARAM params[])
{
    return fails() ? 0 : __real_EVP_DigestInit_ex2(ctx, md, params);
}


int
__wrap_EVP_DigestUpdate(EVP_MD_CTX *ctx, const void *data, size_t len)
{
    return fails() ? 0 : __real_EVP_DigestUpdate(ctx, data, len);
}


int
__wrap_EVP_DigestFinal_ex(EVP_MD_CTX *ctx, unsigned char *out, unsigned *len)
{
    return fails() ? 0 : __real_EVP_DigestFinal_ex(ctx, out, len);
}


ssize_t
__wrap_getrandom(void *p, size_t size, unsigned flags)
{
    if (fails()) {
        errno = ENOSYS;
        return -1;
    }

    if (interrupted > 1) {
        interrupted--;
        errno = EINTR;
        return -1;
    }

    if (interrupted == 1) {
        memset(p, 0x5a, 1);
        return 1;
    }

    return __real_getrandom(p, size, flags);
}


int
__wrap_inflateInit_(z_stream *z, const char *version, int size)
{
    return fails() ? Z_MEM_ERROR : __real_inflateInit_(z, version, size);
}


int
__wrap_inflate(z_stream *z, int flush)
{
    return fails() ? Z_MEM_ERROR : __real_inflate(z, flush);
}
