/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The input is tried as a cookie with its quotes, as a Cookie field, as what
 * a good MAC of either format covers, and as the payload of values that are
 * signed here: these come back as they were, and not with one bit turned.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_base64.h"
#include "nsess_cookie_quote.h"
#include "nsess_str.h"
#include "nsess_tornado.h"
#include "tornado_read.h"
#include "work.h"


#define NOW       1700000000
#define MAX_AGE   (31 * 86400)
#define BUF_LEN   (16 * 1024)
#define INPUT_MAX 3000

/* steps for a byte: it is looked at some times, and in a MAC of each key */
#define WORK  16

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void init(void);
static void fuzz_cookie(nsess_str_t raw);
static void fuzz_field(nsess_str_t field);
static void fuzz_v2(nsess_str_t covered);
static void fuzz_v1(nsess_str_t text);
static void fuzz_payload(nsess_str_t payload);
static void fuzz_id(nsess_str_t id);
static nsess_error_e verify(nsess_tornado_keys_t *ring, nsess_str_t value);
static int has(nsess_str_t value, const char *text);


static uint8_t                  out[BUF_LEN];
static size_t                   out_len;
static nsess_tornado_keys_t     keys, versions, other;
static nsess_tornado_session_t  session;

static const nsess_str_t  name = nsess_string("session_id");
static const nsess_str_t  verification = nsess_string("verification");
static const nsess_str_t  secret = nsess_string("secret");
static const nsess_str_t  another = nsess_string("another");


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_str_t  input;

    if (keys.nkeys == 0) {
        init();
    }

    input.data = data;
    input.len = size;

    fuzz_field(input);

    if (size > INPUT_MAX) {
        return 0;
    }

    fuzz_cookie(input);
    fuzz_v2(input);
    fuzz_v1(input);
    fuzz_payload(input);
    fuzz_id(input);

    return 0;
}


static void
init(void)
{
    nsess_tornado_keys_init(&keys);
    nsess_tornado_keys_init(&versions);
    nsess_tornado_keys_init(&other);

    check(nsess_tornado_keys_add(&keys, secret) == NSESS_OK);
    check(nsess_tornado_keys_add(&keys, another) == NSESS_OK);
    check(nsess_tornado_keys_add(&other, verification) == NSESS_OK);
    check(nsess_tornado_keys_add_version(&versions, secret, 7) == NSESS_OK);

    session.keys = &keys;
    session.id_name = name;
    session.verification_name = verification;
    session.secret = another;
    session.max_age = MAX_AGE;

    check(nsess_tornado_session_init(&session) == NSESS_OK);
}


static void
fuzz_cookie(nsess_str_t raw)
{
    uint8_t         buf[INPUT_MAX + 1], again[4 * INPUT_MAX + 2];
    nsess_str_t     value, copy;
    nsess_writer_t  w;

    buf[raw.len] = '#';
    value = nsess_cookie_unquote(raw, buf);
    check(value.len <= raw.len && buf[raw.len] == '#');

    (void) verify(&keys, value);
    (void) verify(&versions, value);

    nsess_writer_init(&w, again, 2 + 4 * raw.len);
    nsess_cookie_quote(&w, raw);
    check(w.error == NSESS_E_NONE);

    copy.data = again;
    copy.len = w.len;
    value = nsess_cookie_unquote(copy, again);
    check(value.len == raw.len && memcmp(value.data, raw.data, raw.len) == 0);
}


static void
fuzz_field(nsess_str_t field)
{
    size_t       len;
    uint8_t      id[NSESS_KEY_MAX];
    nsess_rc_t   rc;
    nsess_err_t  err;
    nsess_str_t  a, b, key;

    a.len = 0;
    b.len = 0;

    work_begin();

    (void) tornado_cookie(field, name, &a);
    (void) tornado_cookie(field, verification, &b);

    rc = tornado_read(&session, a, b, NOW, id, &len, &err);

    work_end("a Cookie field", field.len, WORK);

    if (rc == NSESS_OK) {
        key.data = id;
        key.len = len;

        check(nsess_key_valid(key) && a.len != 0 && b.len != 0);

    } else {
        check(rc == NSESS_DECLINED || err.code != NSESS_E_NONE);
    }
}


static void
fuzz_v2(nsess_str_t covered)
{
    uint8_t        text[INPUT_MAX + 2 * NSESS_SHA256_LEN];
    uint8_t        mac[NSESS_SHA256_LEN];
    nsess_str_t    value;
    nsess_error_e  error;

    check(nsess_hmac(keys.keys[0].sha256, &covered, 1, mac) == NSESS_OK);

    memcpy(text, covered.data, covered.len);
    nsess_hex_write(text + covered.len, mac, NSESS_SHA256_LEN);

    value.data = text;
    value.len = covered.len + 2 * NSESS_SHA256_LEN;

    error = verify(&versions, value);
    check(error != NSESS_E_NONE || has(covered, "7|"));

    error = verify(&keys, value);

    if (error == NSESS_E_NONE || error == NSESS_E_EXPIRED) {
        check(has(covered, "2|") && has(covered, "10:session_id|")
              && covered.data[covered.len - 1] == '|');

        check(verify(&other, value) == NSESS_E_SIGNATURE);

        text[mac[0] % value.len] ^= 1;
        check(verify(&keys, value) != NSESS_E_NONE);
    }
}


/* all up to the first "|" is the payload, the rest is the time */

static void
fuzz_v1(nsess_str_t input)
{
    uint8_t         text[INPUT_MAX + 1 + 2 * NSESS_SHA1_LEN];
    uint8_t         mac[NSESS_SHA1_LEN];
    nsess_str_t     parts[3], value;
    const uint8_t  *bar;

    bar = input.len != 0 ? memchr(input.data, '|', input.len) : NULL;
    if (bar == NULL) {
        return;
    }

    parts[0] = name;
    parts[1].data = input.data;
    parts[1].len = (size_t) (bar - input.data);
    parts[2].data = bar + 1;
    parts[2].len = input.len - parts[1].len - 1;

    check(nsess_hmac_sha1(keys.keys[0].sha1, parts, 3, mac) == NSESS_OK);

    memcpy(text, input.data, input.len);
    text[input.len] = '|';
    nsess_hex_write(text + input.len + 1, mac, NSESS_SHA1_LEN);

    value.data = text;
    value.len = input.len + 1 + 2 * NSESS_SHA1_LEN;

    check(verify(&versions, value) != NSESS_E_NONE);

    if (verify(&keys, value) == NSESS_E_NONE) {
        check(parts[2].len == 10 && parts[2].data[0] == '1');

        text[mac[0] % value.len] ^= 1;
        check(verify(&keys, value) != NSESS_E_NONE);
    }
}


static void
fuzz_payload(nsess_str_t payload)
{
    uint8_t         text[NSESS_TORNADO_VALUE_MAX];
    nsess_err_t     err;
    nsess_str_t     value;
    nsess_writer_t  w;

    nsess_writer_init(&w, text, sizeof(text));

    if (nsess_tornado_sign(&keys, name, payload, NOW, &w, &err) != NSESS_OK) {
        check(err.code == NSESS_E_SIZE && payload.len > 2048);
        return;
    }

    value.data = text;
    value.len = w.len;

    check(verify(&keys, value) == NSESS_E_NONE && out_len == payload.len);
    check(payload.len == 0 || memcmp(out, payload.data, payload.len) == 0);
}


static void
fuzz_id(nsess_str_t id)
{
    size_t          len;
    uint8_t         a[1024], b[1024], key[NSESS_KEY_MAX];
    nsess_err_t     err;
    nsess_str_t     id_cookie, pair_cookie;
    nsess_writer_t  wa, wb;

    nsess_writer_init(&wa, a, sizeof(a));
    nsess_writer_init(&wb, b, sizeof(b));

    if (nsess_tornado_session_write(&session, id, NOW, &wa, &wb, &err)
        != NSESS_OK)
    {
        check(err.code == NSESS_E_ID && !nsess_key_valid(id));
        return;
    }

    check(wa.error == NSESS_E_NONE && wb.error == NSESS_E_NONE);

    id_cookie.data = a;
    id_cookie.len = wa.len;
    pair_cookie.data = b;
    pair_cookie.len = wb.len;

    check(tornado_read(&session, id_cookie, pair_cookie, NOW, key, &len, &err)
          == NSESS_OK);
    check(len == id.len && memcmp(key, id.data, len) == 0);
}


static nsess_error_e
verify(nsess_tornado_keys_t *ring, nsess_str_t value)
{
    nsess_rc_t      rc;
    nsess_err_t     err;
    nsess_writer_t  w;

    nsess_writer_init(&w, out, value.len / 4 * 3 + 2);
    work_begin();
    rc = nsess_tornado_verify(ring, name, value, NOW, MAX_AGE, &w, &err);
    work_end("a value", value.len, WORK);

    check(rc == (err.code == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR));
    check(err.pos <= value.len && err.code != NSESS_E_SIZE);
    check((err.code == NSESS_E_LENGTH) == (value.len == 0));

    out_len = w.len;

    return err.code;
}


static int
has(nsess_str_t value, const char *text)
{
    size_t  i, len;

    len = strlen(text);

    for (i = 0; i + len <= value.len; i++) {
        if (memcmp(value.data + i, text, len) == 0) {
            return 1;
        }
    }

    return 0;
}
