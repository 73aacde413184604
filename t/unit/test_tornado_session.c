/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_cookie_quote.h"
#include "nsess_str.h"
#include "nsess_tornado.h"
#include "nsess_work.h"
#include "str.h"
#include "tap.h"
#include "tornado_read.h"


#define NOW       1700000000
#define MAX_AGE   (31 * 86400)
#define BUF_SIZE  8192


typedef struct {
    char          id[BUF_SIZE];
    char          verification[BUF_SIZE];
} pair_t;


static void test_field(void);
static void test_pair(void);
static void test_swapped(void);
static void test_ids(void);
static void test_lengths(void);
static void test_new(void);
static void test_write(void);
static void test_secret(void);
static void test_many(void);
static void test_macs(void);
static void cookie(char *text, const char *name, nsess_str_t payload);
static void make(pair_t *pair, nsess_str_t id, const char *verification);
static nsess_error_e read_pair(const char *id, const char *verification);


static uint8_t                  got[NSESS_KEY_MAX];
static size_t                   got_len;
static nsess_tornado_keys_t     keys;
static nsess_tornado_session_t  session;

/* Python: hmac.new(b"the-id", b"session secret", "sha256").hexdigest() */

static const char  verification_of_id[] =
    "9c7028ead17f8df0958aa8b60fa064e14f1f94565da2683ca9d4e82b81014a65";

static const char  verification_of_other[] =
    "e3b34ca7fc15cfc80248517f28099550b031a000d12051f6662e8b54def559fc";


int
main(void)
{
    nsess_tornado_keys_init(&keys);
    ok(nsess_tornado_keys_add(&keys, str("secret")) == NSESS_OK, "a secret");

    session.keys = &keys;
    session.id_name = str("session_id");
    session.verification_name = str("verification");
    session.secret = str("session secret");
    session.max_age = MAX_AGE;

    ok(nsess_tornado_session_init(&session) == NSESS_OK, "a session manager");

    test_field();
    test_pair();
    test_swapped();
    test_ids();
    test_lengths();
    test_new();
    test_write();
    test_secret();
    test_many();
    test_macs();

    nsess_tornado_session_free(&session);
    nsess_tornado_keys_free(&keys);

    return done_testing();
}


static void
test_field(void)
{
    nsess_str_t  value;

    value = str("before");

    ok(tornado_cookie(str("a=1; b=2"), str("c"), &value)
       == NSESS_DECLINED, "no such cookie");
    is_str(value.data, value.len, "before", "what was found before");

    ok(tornado_cookie(str("a=1; b=2; a=\"3\" ; aa=4"), str("a"), &value)
       == NSESS_OK, "two of a name");
    is_str(value.data, value.len, "\"3\"", "the last, with its quotes");

    ok(tornado_cookie(str("a=1; a="), str("a"), &value) == NSESS_OK
       && value.len == 0, "the last is empty");
}


static void
test_pair(void)
{
    pair_t  pair, other;

    make(&pair, str("the-id"), verification_of_id);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_NONE, "a good pair");
    is_str(got, got_len, "the-id", "its id");

    make(&other, str("other-id"), verification_of_id);
    ok(read_pair(other.id, pair.verification) == NSESS_E_PAIR,
       "of another session");

    ok(read_pair("", pair.verification) == NSESS_E_LAST, "no id cookie");
    ok(read_pair("\"\"", pair.verification) == NSESS_E_LAST, "an empty one");
    ok(read_pair(pair.id, "") == NSESS_E_PAIR, "no verification");
    ok(read_pair(pair.id, "\"\"") == NSESS_E_PAIR, "an empty one");
    ok(read_pair(pair.verification, pair.id) == NSESS_E_NAME, "exchanged");
    ok(read_pair(pair.id, pair.id) == NSESS_E_NAME, "the id as both");
    ok(read_pair(pair.id, "x") == NSESS_E_SYNTAX, "not signed");

    pair.id[0] = '3';
    ok(read_pair(pair.id, pair.verification) == NSESS_E_VERSION,
       "an unknown format");
}


static void
test_swapped(void)
{
    pair_t         pair;
    char           hex[2 * NSESS_SHA256_LEN + 1];
    uint8_t        mac[NSESS_SHA256_LEN];
    nsess_str_t    id;
    nsess_hmac_t  *hmac;

    id = str("the-id");
    hmac = nsess_hmac_create(session.secret);

    ok(hmac != NULL && nsess_hmac(hmac, &id, 1, mac) == NSESS_OK,
       "key and message in their usual order");

    nsess_hex_write((uint8_t *) hex, mac, NSESS_SHA256_LEN);
    hex[2 * NSESS_SHA256_LEN] = '\0';
    nsess_hmac_free(hmac);

    make(&pair, id, hex);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_PAIR, "is refused");

    memcpy(hex, verification_of_id, sizeof(hex));
    hex[0] = (char) (hex[0] ^ 1);
    make(&pair, id, hex);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_PAIR,
       "one bit of the first byte");

    memcpy(hex, verification_of_id, sizeof(hex));
    hex[63] = (char) (hex[63] ^ 1);
    make(&pair, id, hex);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_PAIR,
       "and of the last");

    hex[63] = '\0';
    make(&pair, id, hex);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_PAIR, "too short");

    snprintf(hex, sizeof(hex), "%.64s", verification_of_id);
    make(&pair, id, hex);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_NONE, "and as it is");

    make(&pair, id, "");
    ok(read_pair(pair.id, pair.verification) == NSESS_E_PAIR, "empty");
}


static void
test_ids(void)
{
    int          good;
    pair_t       pair;
    uint8_t      byte;
    unsigned     ch;
    nsess_str_t  id;

    good = 1;
    id.data = &byte;
    id.len = 1;

    for (ch = 0; ch < 256; ch++) {
        byte = (uint8_t) ch;
        make(&pair, id, verification_of_id);

        good &= read_pair(pair.id, pair.verification)
                == (ch <= 0x20 || ch == 0x7f ? NSESS_E_ID : NSESS_E_PAIR);
    }

    ok(good, "an id holds no byte that ends a key");

    id.len = 0;
    make(&pair, id, verification_of_id);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_ID, "an empty id");
}


static void
test_lengths(void)
{
    pair_t       pair;
    uint8_t      bytes[NSESS_KEY_MAX + 1];
    nsess_str_t  id;

    memset(bytes, 'i', sizeof(bytes));
    id.data = bytes;

    id.len = NSESS_KEY_MAX;
    make(&pair, id, verification_of_id);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_PAIR, "250 bytes");

    id.len = NSESS_KEY_MAX + 1;
    make(&pair, id, verification_of_id);
    ok(read_pair(pair.id, pair.verification) == NSESS_E_SIZE, "251 bytes");

    memset(pair.id, 'x', NSESS_TORNADO_VALUE_MAX + 1);

    pair.id[NSESS_TORNADO_VALUE_MAX + 1] = '\0';
    ok(read_pair(pair.id, pair.verification) == NSESS_E_SIZE,
       "a cookie of 4097 bytes");

    pair.id[NSESS_TORNADO_VALUE_MAX] = '\0';
    ok(read_pair(pair.id, pair.verification) == NSESS_E_SYNTAX,
       "and of 4096");
}


static void
test_new(void)
{
    int      good;
    size_t   i;
    uint8_t  a[NSESS_TORNADO_ID_LEN + 1], b[NSESS_TORNADO_ID_LEN];

    a[NSESS_TORNADO_ID_LEN] = '!';

    ok(nsess_tornado_session_new(&session, a) == NSESS_OK
       && nsess_tornado_session_new(&session, b) == NSESS_OK
       && memcmp(a, b, NSESS_TORNADO_ID_LEN) != 0
       && a[NSESS_TORNADO_ID_LEN] == '!', "two new ids");

    good = 1;

    for (i = 0; i < NSESS_TORNADO_ID_LEN; i++) {
        good &= memchr("0123456789abcdef", a[i], 16) != NULL;
    }

    ok(good, "in lower-case hex");
}


static void
test_write(void)
{
    uint8_t         a[BUF_SIZE], b[BUF_SIZE];
    nsess_err_t     err;
    nsess_writer_t  wa, wb;

    nsess_writer_init(&wa, a, BUF_SIZE - 1);
    nsess_writer_init(&wb, b, BUF_SIZE - 1);

    ok(nsess_tornado_session_write(&session, str("the-id"), NOW, &wa, &wb,
                                   &err)
       == NSESS_OK && a[0] == '2' && b[0] == '"' && b[wb.len - 1] == '"',
       "written, quoted where Python quotes");

    a[wa.len] = '\0';
    b[wb.len] = '\0';

    ok(read_pair((char *) a, (char *) b) == NSESS_E_NONE, "and read");
    is_str(got, got_len, "the-id", "the id");

    ok(nsess_tornado_session_write(&session, str("an id"), NOW, &wa, &wb,
                                   &err)
       == NSESS_ERROR && err.code == NSESS_E_ID, "a blank in the id");
    ok(nsess_tornado_session_write(&session, str(""), NOW, &wa, &wb, &err)
       == NSESS_ERROR && err.code == NSESS_E_ID, "an empty id");
}


static void
test_secret(void)
{
    nsess_tornado_session_t  s;

    s = session;
    s.secret.len = 0;

    ok(nsess_tornado_session_init(&s) == NSESS_ERROR, "an empty secret");
}


/* cookies of one name, those of several sessions among them */

static void
test_many(void)
{
    size_t                   n;
    pair_t                   one, two;
    char                     other[BUF_SIZE];
    nsess_err_t              err;
    nsess_tornado_found_t    found[NSESS_TORNADO_COOKIES];
    nsess_tornado_cookies_t  cookies;

    make(&one, str("the-id"), verification_of_id);
    make(&two, str("other-id"), verification_of_other);
    cookie(other, "session_id", str("third-id"));

    cookies.ids[0] = str(other);
    cookies.ids[1] = str(two.id);
    cookies.ids[2] = str(one.id);
    cookies.ids[3] = str(two.id);
    cookies.nids = 4;

    cookies.verifications[0] = str("forged");
    cookies.verifications[1] = str(one.verification);
    cookies.verifications[2] = str(two.verification);
    cookies.nverifications = 3;

    n = nsess_tornado_session_find(&session, 1, &cookies, NOW, found, &err);

    ok(n == 2 && err.code == NSESS_E_PAIR, "each id once");
    is_str(found[0].id, found[0].len, "other-id", "the first good one");
    is_str(found[1].id, found[1].len, "the-id", "and the next");

    cookies.nverifications = 0;
    n = nsess_tornado_session_find(&session, 1, &cookies, NOW, found, &err);
    ok(n == 0 && err.code == NSESS_E_PAIR, "no verification");

    cookies.nids = 0;
    n = nsess_tornado_session_find(&session, 1, &cookies, NOW, found, &err);
    ok(n == 0 && err.code == NSESS_E_NONE, "no id");

    cookies.ids[0] = str(one.id);
    cookies.nids = 1;
    cookies.nverifications = 3;
    nsess_work_macs = 0;

    n = nsess_tornado_session_find(&session, 1, &cookies, NOW + 2 * MAX_AGE,
                                   found, &err);
    ok(n == 0 && err.code == NSESS_E_EXPIRED && nsess_work_macs == 1,
       "what expired is not gone on with");
}


/* as many secrets and cookies as there may be */

static void
test_macs(void)
{
    size_t                    i, n, most;
    pair_t                    pair;
    char                      forged_id[BUF_SIZE], forged[BUF_SIZE], *p;
    nsess_err_t               err;
    nsess_tornado_keys_t      many;
    nsess_tornado_found_t     found[NSESS_TORNADO_COOKIES];
    nsess_tornado_session_t   sessions[NSESS_TORNADO_KEYS_MAX];
    nsess_tornado_cookies_t   cookies;

    static char  secrets[NSESS_TORNADO_KEYS_MAX][2];

    nsess_tornado_keys_init(&many);
    make(&pair, str("the-id"), verification_of_id);

    for (i = 0; i < NSESS_TORNADO_KEYS_MAX; i++) {
        secrets[i][0] = (char) ('a' + i);

        n = (i + 1 == NSESS_TORNADO_KEYS_MAX);
        ok(nsess_tornado_keys_add(&many, str(n ? "secret" : secrets[i]))
           == NSESS_OK, "a key");

        sessions[i] = session;
        sessions[i].keys = &many;
        sessions[i].secret = str(n ? "session secret" : secrets[i]);
        ok(nsess_tornado_session_init(&sessions[i]) == NSESS_OK, "a secret");
    }

    /* not good, but as long */

    strcpy(forged_id, pair.id);
    strcpy(forged, pair.verification);

    p = forged_id + strlen(forged_id) - 1;
    *p = *p == '0' ? '1' : '0';

    p = forged + strlen(forged) - 1;
    *p = *p == '0' ? '1' : '0';

    most = 0;

    for (i = 0; i <= NSESS_TORNADO_COOKIES; i++) {
        cookies.nids = NSESS_TORNADO_COOKIES;
        cookies.nverifications = NSESS_TORNADO_COOKIES;

        for (n = 0; n < NSESS_TORNADO_COOKIES; n++) {
            cookies.ids[n] = str(n < i ? forged_id : pair.id);
            cookies.verifications[n] = str(n < i ? forged
                                                 : pair.verification);
        }

        nsess_work_macs = 0;
        n = nsess_tornado_session_find(sessions, NSESS_TORNADO_KEYS_MAX,
                                       &cookies, NOW, found, &err);
        most = most > nsess_work_macs ? most : nsess_work_macs;

        if (i <= 1) {
            ok(n == 1 && found[0].secret == NSESS_TORNADO_KEYS_MAX - 1,
               "found behind %zu forged ones, by the last secret", i);
        }
    }

    ok(most <= NSESS_TORNADO_MACS_MAX, "%zu MACs at the most", most);
    ok(err.code == NSESS_E_SIGNATURE, "a forged id needs no verification");

    cookies.ids[0] = str(pair.id);
    nsess_work_macs = 0;
    n = nsess_tornado_session_find(sessions, NSESS_TORNADO_KEYS_MAX, &cookies,
                                   NOW, found, &err);
    ok(n == 0 && nsess_work_macs <= NSESS_TORNADO_MACS_MAX,
       "nor more MACs with a good id");
    ok(many.left == SIZE_MAX, "the next request has as many");

    for (i = 0; i < NSESS_TORNADO_KEYS_MAX; i++) {
        nsess_tornado_session_free(&sessions[i]);
    }

    nsess_tornado_keys_free(&many);
}


/* as a browser sends it, quoted, NUL behind it */

static void
cookie(char *text, const char *name, nsess_str_t payload)
{
    uint8_t         value[NSESS_TORNADO_VALUE_MAX];
    nsess_str_t     s;
    nsess_err_t     err;
    nsess_writer_t  w;

    nsess_writer_init(&w, value, sizeof(value));

    if (nsess_tornado_sign(&keys, str(name), payload, NOW, &w, &err)
        != NSESS_OK)
    {
        abort();
    }

    s.data = value;
    s.len = w.len;

    nsess_writer_init(&w, (uint8_t *) text, BUF_SIZE - 1);
    nsess_cookie_quote(&w, s);
    text[w.len] = '\0';
}


static void
make(pair_t *pair, nsess_str_t id, const char *verification)
{
    cookie(pair->id, "session_id", id);
    cookie(pair->verification, "verification", str(verification));
}


/* NSESS_E_LAST: declined */

static nsess_error_e
read_pair(const char *id, const char *verification)
{
    nsess_rc_t   rc;
    nsess_err_t  err;
    nsess_str_t  a, b;

    a = str(id);
    b = str(verification);

    err.code = NSESS_E_NONE;

    if (a.len <= 1024) {
        a.data = guard(id, a.len);
    }

    rc = tornado_read(&session, a, b, NOW, got, &got_len, &err);

    return rc == NSESS_OK ? NSESS_E_NONE
                          : rc == NSESS_DECLINED ? NSESS_E_LAST : err.code;
}
