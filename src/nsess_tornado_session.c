/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_cookie.h"
#include "nsess_cookie_quote.h"
#include "nsess_tornado_session.h"


#define NSESS_TORNADO_PAIR_LEN  (2 * NSESS_SHA256_LEN)


static nsess_rc_t nsess_tornado_session_verify(nsess_tornado_session_t *s,
    nsess_str_t id, nsess_str_t cookie, int64_t now, nsess_err_t *err);
static nsess_rc_t nsess_tornado_session_value(nsess_tornado_session_t *s,
    nsess_str_t name, nsess_str_t cookie, int64_t now, nsess_writer_t *w,
    nsess_err_t *err);
static nsess_rc_t nsess_tornado_session_pair(nsess_tornado_session_t *s,
    nsess_str_t id, uint8_t pair[NSESS_TORNADO_PAIR_LEN], nsess_err_t *err);
static nsess_rc_t nsess_tornado_session_sign(nsess_tornado_session_t *s,
    nsess_str_t name, nsess_str_t payload, int64_t now, nsess_writer_t *w,
    nsess_err_t *err);


nsess_rc_t
nsess_tornado_cookie(nsess_str_t field, nsess_str_t name, nsess_str_t *value)
{
    nsess_rc_t           rc;
    nsess_cookie_scan_t  scan;

    rc = NSESS_DECLINED;

    nsess_cookie_scan(&scan, field);

    while (nsess_cookie_next_raw(&scan, name, value) == NSESS_OK) {
        rc = NSESS_OK;
    }

    return rc;
}


nsess_rc_t
nsess_tornado_session_read(nsess_tornado_session_t *s, nsess_str_t id_cookie,
    nsess_str_t verification_cookie, int64_t now,
    uint8_t id[NSESS_MC_KEY_MAX], size_t *len, nsess_err_t *err)
{
    nsess_str_t     key;
    nsess_writer_t  w;

    nsess_writer_init(&w, id, NSESS_MC_KEY_MAX);

    if (nsess_tornado_session_value(s, s->id_name, id_cookie, now, &w, err)
        != NSESS_OK)
    {
        return err->code == NSESS_E_LENGTH ? NSESS_DECLINED : NSESS_ERROR;
    }

    key.data = id;
    key.len = w.len;

    if (!nsess_mc_key_valid(key)) {
        err->pos = 0;
        err->code = NSESS_E_ID;
        return NSESS_ERROR;
    }

    if (nsess_tornado_session_verify(s, key, verification_cookie, now, err)
        != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    *len = key.len;

    return NSESS_OK;
}


static nsess_rc_t
nsess_tornado_session_verify(nsess_tornado_session_t *s, nsess_str_t id,
    nsess_str_t cookie, int64_t now, nsess_err_t *err)
{
    int             same;
    uint8_t         pair[NSESS_TORNADO_PAIR_LEN];
    uint8_t         expected[NSESS_TORNADO_PAIR_LEN];
    nsess_writer_t  w;

    nsess_writer_init(&w, pair, NSESS_TORNADO_PAIR_LEN);

    if (nsess_tornado_session_value(s, s->verification_name, cookie, now, &w,
                                    err)
        != NSESS_OK)
    {
        if (err->code == NSESS_E_LENGTH) {
            err->code = NSESS_E_PAIR;
        }

        return NSESS_ERROR;
    }

    if (nsess_tornado_session_pair(s, id, expected, err) != NSESS_OK) {
        return NSESS_ERROR;
    }

    same = w.len == NSESS_TORNADO_PAIR_LEN
           && nsess_equal(pair, expected, NSESS_TORNADO_PAIR_LEN);

    nsess_wipe(expected, NSESS_TORNADO_PAIR_LEN);

    if (!same) {
        err->pos = 0;
        err->code = NSESS_E_PAIR;
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_tornado_session_value(nsess_tornado_session_t *s, nsess_str_t name,
    nsess_str_t cookie, int64_t now, nsess_writer_t *w, nsess_err_t *err)
{
    uint8_t  buf[NSESS_TORNADO_VALUE_MAX];

    if (cookie.len > NSESS_TORNADO_VALUE_MAX) {
        err->pos = NSESS_TORNADO_VALUE_MAX;
        err->code = NSESS_E_SIZE;
        return NSESS_ERROR;
    }

    return nsess_tornado_verify(s->keys, name,
                                nsess_cookie_unquote(cookie, buf), now,
                                s->max_age, w, err);
}


static nsess_rc_t
nsess_tornado_session_pair(nsess_tornado_session_t *s, nsess_str_t id,
    uint8_t pair[NSESS_TORNADO_PAIR_LEN], nsess_err_t *err)
{
    uint8_t     mac[NSESS_SHA256_LEN];
    nsess_rc_t  rc;

    rc = nsess_hmac_rekey(s->hmac, id);

    if (rc == NSESS_OK) {
        rc = nsess_hmac(s->hmac, &s->secret, 1, mac);
    }

    if (rc == NSESS_OK) {
        nsess_hex(pair, mac, NSESS_SHA256_LEN);

    } else {
        err->code = NSESS_E_CRYPTO;
    }

    nsess_wipe(mac, NSESS_SHA256_LEN);

    return rc;
}


nsess_rc_t
nsess_tornado_session_new(nsess_tornado_session_t *s,
    uint8_t id[NSESS_TORNADO_ID_LEN])
{
    uint8_t      uuid[NSESS_UUID_LEN], digest[NSESS_SHA256_LEN];
    nsess_rc_t   rc;
    nsess_str_t  parts[2];

    rc = nsess_uuid4(uuid);

    if (rc == NSESS_OK) {
        parts[0] = s->secret;
        parts[1].data = uuid;
        parts[1].len = NSESS_UUID_LEN;

        rc = nsess_sha256_parts(s->sha256, parts, 2, digest);
    }

    if (rc == NSESS_OK) {
        nsess_hex(id, digest, NSESS_SHA256_LEN);
    }

    nsess_wipe(uuid, NSESS_UUID_LEN);
    nsess_wipe(digest, NSESS_SHA256_LEN);

    return rc;
}


nsess_rc_t
nsess_tornado_session_write(nsess_tornado_session_t *s, nsess_str_t id,
    int64_t now, nsess_writer_t *id_cookie,
    nsess_writer_t *verification_cookie, nsess_err_t *err)
{
    uint8_t      text[NSESS_TORNADO_PAIR_LEN];
    nsess_rc_t   rc;
    nsess_str_t  pair;

    err->pos = 0;

    if (!nsess_mc_key_valid(id)) {
        err->code = NSESS_E_ID;
        return NSESS_ERROR;
    }

    rc = nsess_tornado_session_pair(s, id, text, err);

    if (rc == NSESS_OK) {
        rc = nsess_tornado_session_sign(s, s->id_name, id, now, id_cookie,
                                        err);
    }

    if (rc == NSESS_OK) {
        pair.data = text;
        pair.len = NSESS_TORNADO_PAIR_LEN;

        rc = nsess_tornado_session_sign(s, s->verification_name, pair, now,
                                        verification_cookie, err);
    }

    nsess_wipe(text, NSESS_TORNADO_PAIR_LEN);

    return rc;
}


static nsess_rc_t
nsess_tornado_session_sign(nsess_tornado_session_t *s, nsess_str_t name,
    nsess_str_t payload, int64_t now, nsess_writer_t *w, nsess_err_t *err)
{
    uint8_t         text[NSESS_TORNADO_VALUE_MAX];
    nsess_rc_t      rc;
    nsess_str_t     value;
    nsess_writer_t  out;

    nsess_writer_init(&out, text, NSESS_TORNADO_VALUE_MAX);

    rc = nsess_tornado_sign(s->keys, name, payload, now, &out, err);

    if (rc == NSESS_OK) {
        value.data = text;
        value.len = out.len;

        nsess_cookie_quote(w, value);
    }

    nsess_wipe(text, NSESS_TORNADO_VALUE_MAX);

    return rc;
}


nsess_rc_t
nsess_tornado_session_init(nsess_tornado_session_t *s)
{
    if (s->secret.len == 0) {
        return NSESS_ERROR;
    }

    /* its key is that of the first id later on */

    s->hmac = nsess_hmac_create(s->secret);
    if (s->hmac == NULL) {
        return NSESS_ERROR;
    }

    s->sha256 = nsess_sha256_create();

    if (s->sha256 == NULL) {
        nsess_hmac_free(s->hmac);
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


void
nsess_tornado_session_free(nsess_tornado_session_t *s)
{
    nsess_hmac_free(s->hmac);
    nsess_sha256_free(s->sha256);
}
