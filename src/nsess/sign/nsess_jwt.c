/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Writes and signs JSON Web Tokens, for assertions to upstreams. */


#include "nsess_json_string.h"
#include "nsess_jwt.h"


#define NSESS_JWT_BLOCK  48     /* of input at a time; a multiple of three */


static void nsess_jwt_encode(nsess_writer_t *w, nsess_str_t str);


/* {"alg":"HS256","typ":"JWT"} */

static const nsess_str_t  nsess_jwt_header =
    nsess_string("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9");


void
nsess_jwt_open(nsess_writer_t *w)
{
    nsess_write_char(w, '{');
}


void
nsess_jwt_claim(nsess_writer_t *w, nsess_str_t name)
{
    if (w->len > 1) {
        nsess_write_char(w, ',');
    }

    nsess_json_write_string(w, name);
    nsess_write_char(w, ':');
}


void
nsess_jwt_text(nsess_writer_t *w, nsess_str_t name, nsess_str_t text)
{
    nsess_jwt_claim(w, name);
    nsess_json_write_string(w, text);
}


void
nsess_jwt_number(nsess_writer_t *w, nsess_str_t name, int64_t n)
{
    nsess_jwt_claim(w, name);
    nsess_write_int(w, n);
}


void
nsess_jwt_close(nsess_writer_t *w)
{
    nsess_write_char(w, '}');
}


nsess_rc_t
nsess_jwt_sign(nsess_writer_t *w, nsess_hmac_t *hmac, nsess_str_t claims)
{
    size_t       begin;
    uint8_t      mac[NSESS_SHA256_LEN];
    nsess_str_t  text;

    begin = w->len;

    nsess_write_str(w, nsess_jwt_header);
    nsess_write_char(w, '.');
    nsess_jwt_encode(w, claims);

    if (w->error != NSESS_E_NONE) {
        return NSESS_ERROR;
    }

    text.data = w->start + begin;
    text.len = w->len - begin;

    if (nsess_hmac(hmac, &text, 1, mac) != NSESS_OK) {
        return NSESS_ERROR;
    }

    text.data = mac;
    text.len = NSESS_SHA256_LEN;

    nsess_write_char(w, '.');
    nsess_jwt_encode(w, text);

    return w->error == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR;
}


static void
nsess_jwt_encode(nsess_writer_t *w, nsess_str_t str)
{
    size_t   n;
    uint8_t  text[nsess_base64url_len(NSESS_JWT_BLOCK)];

    while (str.len != 0) {
        n = str.len < NSESS_JWT_BLOCK ? str.len : NSESS_JWT_BLOCK;

        nsess_base64url_encode(text, str.data, n);
        nsess_write(w, text, nsess_base64url_len(n));

        str.data += n;
        str.len -= n;
    }
}
