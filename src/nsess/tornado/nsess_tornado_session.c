/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Finds and writes the pair of cookies of a Tornado application's session. */


#include <string.h>

#include "nsess_cookie_quote.h"
#include "nsess_crypto.h"
#include "nsess_str.h"
#include "nsess_tornado.h"
#include "nsess_tornado_session.h"


#define NSESS_TORNADO_PAIR_LEN  (2 * NSESS_SHA256_LEN)


/* the search through the cookies of a request */
typedef struct {
    nsess_tornado_session_t        *sessions;   /* of each secret */
    size_t                          n;
    const nsess_tornado_cookies_t  *cookies;
    int64_t                         now;
    nsess_err_t                    *err;

    /* of each verification; filled in when the first id is good */

    int                             verified;
    int                             any;
    int                             good[NSESS_TORNADO_COOKIES];
    uint8_t     pairs[NSESS_TORNADO_COOKIES][NSESS_TORNADO_PAIR_LEN];
} nsess_tornado_search_t;


static nsess_rc_t nsess_tornado_search_id(nsess_tornado_search_t *s,
    nsess_str_t cookie, nsess_tornado_found_t *found);
static int nsess_tornado_is_found(const nsess_tornado_found_t *found,
    size_t n);
static nsess_rc_t nsess_tornado_search_pair(nsess_tornado_search_t *s,
    nsess_tornado_found_t *found);
static int nsess_tornado_search_verify(nsess_tornado_search_t *s);
static nsess_rc_t nsess_tornado_search_refuse(nsess_tornado_search_t *s,
    nsess_err_t err);
static nsess_rc_t nsess_tornado_session_value(nsess_tornado_session_t *s,
    nsess_str_t name, nsess_str_t cookie, int64_t now, nsess_writer_t *w,
    nsess_err_t *err);
static nsess_rc_t nsess_tornado_session_pair(nsess_tornado_session_t *s,
    nsess_str_t id, uint8_t pair[NSESS_TORNADO_PAIR_LEN], nsess_err_t *err);
static nsess_rc_t nsess_tornado_session_sign(nsess_tornado_session_t *s,
    nsess_str_t name, nsess_str_t payload, int64_t now, nsess_writer_t *w,
    nsess_err_t *err);


size_t
nsess_tornado_session_find(nsess_tornado_session_t *sessions, size_t n,
    const nsess_tornado_cookies_t *cookies, int64_t now,
    nsess_tornado_found_t *found, nsess_err_t *err)
{
    size_t                  i, nfound;
    nsess_tornado_search_t  s;

    memset(&s, 0, sizeof(nsess_tornado_search_t));

    s.sessions = sessions;
    s.n = n;
    s.cookies = cookies;
    s.now = now;
    s.err = err;

    err->code = NSESS_E_NONE;
    err->pos = 0;

    sessions->keys->left = NSESS_TORNADO_MACS_MAX;
    nfound = 0;

    for (i = 0; i < cookies->nids; i++) {

        if (nsess_tornado_search_id(&s, cookies->ids[i], &found[nfound])
            == NSESS_OK
            && !nsess_tornado_is_found(found, nfound)
            && nsess_tornado_search_pair(&s, &found[nfound]) == NSESS_OK)
        {
            nfound++;
        }
    }

    sessions->keys->left = SIZE_MAX;

    nsess_wipe(s.pairs, sizeof(s.pairs));

    return nfound;
}


static nsess_rc_t
nsess_tornado_search_id(nsess_tornado_search_t *s, nsess_str_t cookie,
    nsess_tornado_found_t *found)
{
    nsess_err_t     err;
    nsess_str_t     key;
    nsess_writer_t  w;

    nsess_writer_init(&w, found->id, NSESS_KEY_MAX);

    if (nsess_tornado_session_value(s->sessions, s->sessions->id_name, cookie,
                                    s->now, &w, &err)
        != NSESS_OK)
    {
        return err.code == NSESS_E_LENGTH ? NSESS_DECLINED
                                          : nsess_tornado_search_refuse(s, err);
    }

    key.data = found->id;
    key.len = w.len;

    found->len = w.len;

    if (!nsess_key_valid(key)) {
        err.code = NSESS_E_ID;
        err.pos = 0;
        return nsess_tornado_search_refuse(s, err);
    }

    return NSESS_OK;
}


/* 1: the id of found[n] was found before */

static int
nsess_tornado_is_found(const nsess_tornado_found_t *found, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (found[i].len == found[n].len
            && memcmp(found[i].id, found[n].id, found[n].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* tries the id with each verification, by each secret */

static nsess_rc_t
nsess_tornado_search_pair(nsess_tornado_search_t *s,
    nsess_tornado_found_t *found)
{
    size_t       i, k;
    uint8_t      expected[NSESS_TORNADO_PAIR_LEN];
    nsess_err_t  err;
    nsess_str_t  id;

    id.data = found->id;
    id.len = found->len;

    if (!nsess_tornado_search_verify(s)) {
        return NSESS_ERROR;
    }

    err.code = NSESS_E_PAIR;
    err.pos = 0;

    for (k = 0; k < s->n; k++) {

        if (s->sessions->keys->left == 0) {
            err.code = NSESS_E_MACS;
            break;
        }

        s->sessions->keys->left--;

        if (nsess_tornado_session_pair(&s->sessions[k], id, expected, &err)
            != NSESS_OK)
        {
            break;
        }

        for (i = 0; i < s->cookies->nverifications; i++) {
            if (s->good[i]
                && nsess_equal(s->pairs[i], expected, NSESS_TORNADO_PAIR_LEN))
            {
                nsess_wipe(expected, NSESS_TORNADO_PAIR_LEN);
                found->secret = k;
                return NSESS_OK;
            }
        }
    }

    nsess_wipe(expected, NSESS_TORNADO_PAIR_LEN);

    return nsess_tornado_search_refuse(s, err);
}


/* verifies all verifications, once; 0: not one is good */

static int
nsess_tornado_search_verify(nsess_tornado_search_t *s)
{
    size_t          i;
    nsess_err_t     err, none = { NSESS_E_PAIR, 0 };
    nsess_writer_t  w;

    if (s->verified) {
        return s->any;
    }

    s->verified = 1;

    for (i = 0; i < s->cookies->nverifications; i++) {

        nsess_writer_init(&w, s->pairs[i], NSESS_TORNADO_PAIR_LEN);

        if (nsess_tornado_session_value(s->sessions,
                                        s->sessions->verification_name,
                                        s->cookies->verifications[i], s->now,
                                        &w, &err)
            == NSESS_OK)
        {
            s->good[i] = w.len == NSESS_TORNADO_PAIR_LEN;
            s->any |= s->good[i];
            err = none;
        }

        if (!s->good[i]) {
            (void) nsess_tornado_search_refuse(s, err.code == NSESS_E_LENGTH
                                                  ? none : err);
        }
    }

    if (s->cookies->nverifications == 0) {
        (void) nsess_tornado_search_refuse(s, none);
    }

    return s->any;
}


static nsess_rc_t
nsess_tornado_search_refuse(nsess_tornado_search_t *s, nsess_err_t err)
{
    if (s->err->code != NSESS_E_EXPIRED) {
        *s->err = err;
    }

    return NSESS_ERROR;
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
        nsess_hex_write(pair, mac, NSESS_SHA256_LEN);

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
        nsess_hex_write(id, digest, NSESS_SHA256_LEN);
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

    if (!nsess_key_valid(id)) {
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

    /* any key will do: each id replaces it */

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
