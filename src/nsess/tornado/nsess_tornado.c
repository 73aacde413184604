/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Verifies and signs Tornado's secure cookies, of formats 1 and 2. */


#include <string.h>

#include "nsess_base64.h"
#include "nsess_crypto.h"
#include "nsess_str.h"
#include "nsess_tornado.h"
#include "nsess_work.h"


#define NSESS_TORNADO_VERSION_MAX    999    /* web.py, _get_version() */
#define NSESS_TORNADO_LENGTH_DIGITS  9      /* no cookie is as long */

#define NSESS_TORNADO_MAC1_LEN       (2 * NSESS_SHA1_LEN)
#define NSESS_TORNADO_MAC2_LEN       (2 * NSESS_SHA256_LEN)


typedef struct {
    uint64_t       key_version;
    nsess_str_t    time;
    nsess_str_t    name;
    nsess_str_t    payload;     /* base64 */
    nsess_str_t    covered;     /* what the MAC of format 2 is made of */
    nsess_str_t    mac;
} nsess_tornado_value_t;


static uint64_t nsess_tornado_format(nsess_str_t value);
static nsess_error_e nsess_tornado_verify_v2(nsess_tornado_keys_t *keys,
    nsess_str_t name, nsess_str_t value, int64_t oldest,
    nsess_tornado_value_t *v, nsess_err_t *err);
static nsess_error_e nsess_tornado_read_v2(nsess_str_t value,
    nsess_tornado_value_t *v, nsess_err_t *err);
static nsess_rc_t nsess_tornado_field(nsess_str_t value, size_t *pos,
    nsess_str_t *field);
static nsess_error_e nsess_tornado_mac_v2(nsess_tornado_keys_t *keys,
    const nsess_tornado_value_t *v);
static nsess_error_e nsess_tornado_verify_v1(nsess_tornado_keys_t *keys,
    nsess_str_t name, nsess_str_t value, int64_t oldest, int64_t latest,
    nsess_tornado_value_t *v, nsess_err_t *err);
static nsess_error_e nsess_tornado_read_v1(nsess_str_t value,
    nsess_tornado_value_t *v, nsess_err_t *err);
static nsess_error_e nsess_tornado_mac_v1(nsess_tornado_keys_t *keys,
    nsess_str_t name, const nsess_tornado_value_t *v);
static nsess_rc_t nsess_tornado_time(nsess_str_t text, int64_t *t);
static nsess_rc_t nsess_tornado_number(nsess_str_t text, uint64_t *number);
static nsess_rc_t nsess_tornado_hex_v2(nsess_hmac_t *hmac, nsess_str_t covered,
    uint8_t hex[NSESS_TORNADO_MAC2_LEN]);
static void nsess_tornado_write_number(nsess_writer_t *w, uint64_t n);
static void nsess_tornado_write_length(nsess_writer_t *w, size_t len);


nsess_rc_t
nsess_tornado_verify(nsess_tornado_keys_t *keys, nsess_str_t name,
    nsess_str_t value, int64_t now, int64_t max_age, nsess_writer_t *w,
    nsess_err_t *err)
{
    int64_t                oldest, latest;
    nsess_tornado_value_t  v;

    err->pos = 0;

    nsess_work(value.len);

    if (value.len == 0) {
        err->code = NSESS_E_LENGTH;
        return NSESS_ERROR;
    }

    oldest = now - max_age;
    latest = now + NSESS_TORNADO_FUTURE;

    switch (nsess_tornado_format(value)) {

    case 1:
        err->code = nsess_tornado_verify_v1(keys, name, value, oldest, latest,
                                            &v, err);
        break;

    case 2:
        err->code = nsess_tornado_verify_v2(keys, name, value, oldest, &v,
                                            err);
        break;

    default:
        err->code = NSESS_E_VERSION;
    }

    if (err->code != NSESS_E_NONE) {
        return NSESS_ERROR;
    }

    return nsess_base64_decode(w, v.payload, err);
}


static uint64_t
nsess_tornado_format(nsess_str_t value)
{
    uint64_t        format;
    const uint8_t  *bar, *line;

    bar = memchr(value.data, '|', value.len);

    if (bar == NULL || value.data[0] == '0') {
        return 1;
    }

    /* "." of web.py's expression matches a line feed only at the end */

    line = memchr(value.data, '\n', value.len - 1);
    if (line != NULL) {
        return 1;
    }

    if (nsess_tornado_number(nsess_str_span(value.data, bar), &format)
        != NSESS_OK
        || format > NSESS_TORNADO_VERSION_MAX)
    {
        return 1;
    }

    return format;
}


static nsess_error_e
nsess_tornado_verify_v2(nsess_tornado_keys_t *keys, nsess_str_t name,
    nsess_str_t value, int64_t oldest, nsess_tornado_value_t *v,
    nsess_err_t *err)
{
    int64_t        t;
    nsess_error_e  error;

    error = nsess_tornado_read_v2(value, v, err);

    if (error == NSESS_E_NONE) {
        error = nsess_tornado_mac_v2(keys, v);
    }

    if (error != NSESS_E_NONE) {
        return error;
    }

    if (!nsess_str_equal(v->name, name)) {
        return NSESS_E_NAME;
    }

    if (nsess_tornado_time(v->time, &t) != NSESS_OK) {
        err->pos = (size_t) (v->time.data - value.data);
        return NSESS_E_SYNTAX;
    }

    return t < oldest ? NSESS_E_EXPIRED : NSESS_E_NONE;
}


static nsess_error_e
nsess_tornado_read_v2(nsess_str_t value, nsess_tornado_value_t *v,
    nsess_err_t *err)
{
    size_t       pos;
    nsess_str_t  key_version;

    pos = sizeof("2|") - 1;

    if (nsess_tornado_field(value, &pos, &key_version) != NSESS_OK
        || nsess_tornado_field(value, &pos, &v->time) != NSESS_OK
        || nsess_tornado_field(value, &pos, &v->name) != NSESS_OK
        || nsess_tornado_field(value, &pos, &v->payload) != NSESS_OK)
    {
        err->pos = pos;
        return NSESS_E_SYNTAX;
    }

    if (nsess_tornado_number(key_version, &v->key_version) != NSESS_OK) {
        err->pos = (size_t) (key_version.data - value.data);
        return NSESS_E_SYNTAX;
    }

    v->covered.data = value.data;
    v->covered.len = pos;

    v->mac.data = value.data + pos;
    v->mac.len = value.len - pos;

    return NSESS_E_NONE;
}


/* takes "len:field|"; on NSESS_ERROR, *pos is where it begins */

static nsess_rc_t
nsess_tornado_field(nsess_str_t value, size_t *pos, nsess_str_t *field)
{
    uint64_t        n;
    nsess_str_t     digits;
    const uint8_t  *p, *last, *colon;

    p = value.data + *pos;
    last = value.data + value.len;

    colon = nsess_str_find(p, last, ':');
    digits = nsess_str_span(p, colon);

    if (colon == last || digits.len > NSESS_TORNADO_LENGTH_DIGITS
        || nsess_tornado_number(digits, &n) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    p = colon + 1;

    if (n >= (uint64_t) (last - p) || p[n] != '|') {
        return NSESS_ERROR;
    }

    field->data = p;
    field->len = (size_t) n;

    *pos = (size_t) (p - value.data) + field->len + 1;

    return NSESS_OK;
}


static nsess_error_e
nsess_tornado_mac_v2(nsess_tornado_keys_t *keys,
    const nsess_tornado_value_t *v)
{
    size_t         i;
    uint8_t        hex[NSESS_TORNADO_MAC2_LEN];
    nsess_error_e  error;

    error = keys->versioned ? NSESS_E_KEY : NSESS_E_SIGNATURE;

    for (i = 0; i < keys->nkeys; i++) {

        if (keys->versioned && keys->keys[i].version != v->key_version) {
            continue;
        }

        error = NSESS_E_SIGNATURE;

        if (v->mac.len != NSESS_TORNADO_MAC2_LEN) {
            break;
        }

        if (keys->left == 0) {
            error = NSESS_E_MACS;
            break;
        }

        keys->left--;

        if (nsess_tornado_hex_v2(keys->keys[i].sha256, v->covered, hex)
            != NSESS_OK)
        {
            error = NSESS_E_CRYPTO;
            break;
        }

        if (nsess_equal(hex, v->mac.data, NSESS_TORNADO_MAC2_LEN)) {
            error = NSESS_E_NONE;
            break;
        }
    }

    nsess_wipe(hex, NSESS_TORNADO_MAC2_LEN);

    return error;
}


static nsess_error_e
nsess_tornado_verify_v1(nsess_tornado_keys_t *keys, nsess_str_t name,
    nsess_str_t value, int64_t oldest, int64_t latest,
    nsess_tornado_value_t *v, nsess_err_t *err)
{
    int64_t        t;
    nsess_error_e  error;

    if (keys->versioned) {
        return NSESS_E_VERSION;
    }

    error = nsess_tornado_read_v1(value, v, err);

    if (error == NSESS_E_NONE) {
        error = nsess_tornado_mac_v1(keys, name, v);
    }

    if (error != NSESS_E_NONE) {
        return error;
    }

    /*
     * format 1 has no delimiters under its MAC: digits of a good value could
     * be moved between payload and time; only the limits of time prevent that
     */

    if (nsess_tornado_time(v->time, &t) != NSESS_OK
        || v->time.data[0] == '0')
    {
        err->pos = (size_t) (v->time.data - value.data);
        return NSESS_E_SYNTAX;
    }

    return t < oldest ? NSESS_E_EXPIRED
                      : t > latest ? NSESS_E_FUTURE : NSESS_E_NONE;
}


static nsess_error_e
nsess_tornado_read_v1(nsess_str_t value, nsess_tornado_value_t *v,
    nsess_err_t *err)
{
    size_t         i, n;
    nsess_str_t    parts[3];

    parts[0].data = value.data;
    n = 0;

    for (i = 0; i < value.len; i++) {

        if (value.data[i] != '|') {
            continue;
        }

        if (n == 2) {
            err->pos = i;
            return NSESS_E_SYNTAX;
        }

        parts[n].len = (size_t) (value.data + i - parts[n].data);
        n++;
        parts[n].data = value.data + i + 1;
    }

    if (n != 2) {
        err->pos = value.len;
        return NSESS_E_SYNTAX;
    }

    parts[2].len = (size_t) (value.data + value.len - parts[2].data);

    v->payload = parts[0];
    v->time = parts[1];
    v->mac = parts[2];

    return NSESS_E_NONE;
}


static nsess_error_e
nsess_tornado_mac_v1(nsess_tornado_keys_t *keys, nsess_str_t name,
    const nsess_tornado_value_t *v)
{
    size_t         i;
    uint8_t        mac[NSESS_SHA1_LEN], hex[NSESS_TORNADO_MAC1_LEN];
    nsess_str_t    parts[3];
    nsess_error_e  error;

    parts[0] = name;
    parts[1] = v->payload;
    parts[2] = v->time;

    error = NSESS_E_SIGNATURE;

    if (v->mac.len != NSESS_TORNADO_MAC1_LEN) {
        return error;
    }

    for (i = 0; i < keys->nkeys; i++) {

        if (keys->left == 0) {
            error = NSESS_E_MACS;
            break;
        }

        keys->left--;

        if (nsess_hmac_sha1(keys->keys[i].sha1, parts, 3, mac) != NSESS_OK) {
            error = NSESS_E_CRYPTO;
            break;
        }

        nsess_hex_write(hex, mac, NSESS_SHA1_LEN);

        if (nsess_equal(hex, v->mac.data, NSESS_TORNADO_MAC1_LEN)) {
            error = NSESS_E_NONE;
            break;
        }
    }

    nsess_wipe(mac, NSESS_SHA1_LEN);
    nsess_wipe(hex, NSESS_TORNADO_MAC1_LEN);

    return error;
}


/* a time that is too large for int64_t is late in any case */

static nsess_rc_t
nsess_tornado_time(nsess_str_t text, int64_t *t)
{
    uint64_t  n;

    if (nsess_tornado_number(text, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    *t = n > INT64_MAX ? INT64_MAX : (int64_t) n;

    return NSESS_OK;
}


/* reads all of the text; UINT64_MAX stands for any larger number, too */

static nsess_rc_t
nsess_tornado_number(nsess_str_t text, uint64_t *number)
{
    const uint8_t  *pos, *last;

    last = text.data + text.len;
    pos = nsess_uint_read(text.data, last, UINT64_MAX, number);

    while (pos < last && nsess_is_digit(*pos)) {
        nsess_work(1);
        *number = UINT64_MAX;
        pos++;
    }

    return text.len != 0 && pos == last ? NSESS_OK : NSESS_ERROR;
}


nsess_rc_t
nsess_tornado_sign(nsess_tornado_keys_t *keys, nsess_str_t name,
    nsess_str_t payload, int64_t now, nsess_writer_t *w, nsess_err_t *err)
{
    uint8_t         text[NSESS_TORNADO_VALUE_MAX];
    nsess_str_t     value;
    nsess_writer_t  out;

    err->pos = 0;

    if (keys->nkeys == 0) {
        err->code = NSESS_E_KEY;
        return NSESS_ERROR;
    }

    nsess_writer_init(&out, text, sizeof(text) - NSESS_TORNADO_MAC2_LEN);

    nsess_write(&out, "2|", 2);
    nsess_tornado_write_number(&out, keys->keys[0].version);
    nsess_tornado_write_number(&out, (uint64_t) now);
    nsess_tornado_write_length(&out, name.len);
    nsess_write_str(&out, name);
    nsess_write_char(&out, '|');
    nsess_tornado_write_length(&out, nsess_base64_len(payload.len));
    nsess_base64_encode(&out, payload);
    nsess_write_char(&out, '|');

    if (out.error != NSESS_E_NONE) {
        err->code = NSESS_E_SIZE;
        return NSESS_ERROR;
    }

    value.data = text;
    value.len = out.len;

    if (nsess_tornado_hex_v2(keys->keys[0].sha256, value, text + out.len)
        != NSESS_OK)
    {
        err->code = NSESS_E_CRYPTO;
        return NSESS_ERROR;
    }

    value.len += NSESS_TORNADO_MAC2_LEN;
    nsess_write_str(w, value);

    err->code = NSESS_E_NONE;

    return NSESS_OK;
}


static void
nsess_tornado_write_number(nsess_writer_t *w, uint64_t n)
{
    nsess_writer_t  count;

    nsess_writer_init(&count, NULL, SIZE_MAX);
    nsess_write_uint(&count, n);

    nsess_tornado_write_length(w, count.len);
    nsess_write_uint(w, n);
    nsess_write_char(w, '|');
}


static void
nsess_tornado_write_length(nsess_writer_t *w, size_t len)
{
    nsess_write_uint(w, len);
    nsess_write_char(w, ':');
}


static nsess_rc_t
nsess_tornado_hex_v2(nsess_hmac_t *hmac, nsess_str_t covered,
    uint8_t hex[NSESS_TORNADO_MAC2_LEN])
{
    uint8_t     mac[NSESS_SHA256_LEN];
    nsess_rc_t  rc;

    rc = nsess_hmac(hmac, &covered, 1, mac);

    if (rc == NSESS_OK) {
        nsess_hex_write(hex, mac, NSESS_SHA256_LEN);
    }

    nsess_wipe(mac, NSESS_SHA256_LEN);

    return rc;
}
