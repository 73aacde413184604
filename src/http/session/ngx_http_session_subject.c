/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Whose session it is: a subject is known in cookies and in keys by an HMAC
 * of what the session's record says, so that neither tells who it is.  While
 * secrets are changed, hashes by each of them are good.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_subject.h"

#include "nsess.h"
#include "nsess_base64url.h"
#include "nsess_codec.h"
#include "nsess_keyset.h"
#include "nsess_sha256.h"
#include "nsess_subject.h"
#include "nsess_token.h"


/* keys of these records begin so, and names of sessions never do */
#define NGX_HTTP_SESSION_SUBJECT_MARK  '~'

/* base64url of NSESS_SUBJECT_LEN bytes */
#define NGX_HTTP_SESSION_SUBJECT_TEXT  12


ngx_int_t
ngx_http_session_subject_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, ngx_pool_t *pool, ngx_str_t *text)
{
    ngx_int_t      rc;
    nsess_value_t  value;

    text->len = 0;

    if (manager->subject.len == 0 || record->data.len == 0) {
        return NGX_DECLINED;
    }

    switch (manager->codec->find(record,
                                 ngx_http_session_str(&manager->subject),
                                 &value))
    {

    case NSESS_OK:
        break;

    case NSESS_ERROR:
        return NGX_ERROR;

    default:
        return NGX_DECLINED;
    }

    rc = ngx_http_session_text(manager, record, &value, pool, text);

    if (rc != NGX_OK) {
        text->len = 0;
        return rc;
    }

    return text->len != 0 ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_session_subject_hash(ngx_http_session_manager_t *manager,
    ngx_uint_t key, ngx_str_t *text, u_char *subject)
{
    u_char       mac[NSESS_SHA256_LEN], digest[NSESS_SHA256_LEN];
    nsess_str_t  data;

    /* a MAC takes so much at most: NSESS_KEYRING_DATA_MAX */

    if (nsess_sha256(manager->sha256, ngx_http_session_str(text), digest)
        != NSESS_OK)
    {
        return NGX_ERROR;
    }

    data.data = digest;
    data.len = NSESS_SHA256_LEN;

    if (nsess_keyring_mac(&manager->subject_keyring, key, data, mac)
        != NSESS_OK)
    {
        return NGX_ERROR;
    }

    ngx_memcpy(subject, mac, NSESS_SUBJECT_LEN);

    return NGX_OK;
}


ngx_int_t
ngx_http_session_subject_is(ngx_http_session_manager_t *manager,
    ngx_str_t *text, const u_char *subject)
{
    u_char      hash[NSESS_SUBJECT_LEN];
    ngx_uint_t  i;

    for (i = 0; i < manager->subject_keyring.nkeys; i++) {

        if (ngx_http_session_subject_hash(manager, i, text, hash) == NGX_OK
            && ngx_memcmp(hash, subject, NSESS_SUBJECT_LEN) == 0)
        {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


void
ngx_http_session_subject_key(ngx_http_session_manager_t *manager,
    const u_char *subject, ngx_session_key_t *key)
{
    u_char       text[1 + NGX_HTTP_SESSION_SUBJECT_TEXT];
    nsess_str_t  rest;

    text[0] = NGX_HTTP_SESSION_SUBJECT_MARK;
    nsess_base64url_encode(text + 1, subject, NSESS_SUBJECT_LEN);

    rest.data = text;
    rest.len = sizeof(text);

    ngx_http_session_key(manager, rest, key);
}


nsess_str_t
ngx_http_session_subject_name(ngx_http_session_manager_t *manager,
    const ngx_session_key_t *key)
{
    nsess_str_t  name;

    name.data = key->data + manager->key_prefix.len;
    name.len = key->len - manager->key_prefix.len;

    return name;
}


ngx_uint_t
ngx_http_session_lists_id(ngx_http_session_manager_t *manager,
    const nsess_subject_t *subject, const ngx_session_key_t *keys,
    ngx_uint_t n)
{
    ngx_uint_t   i;
    nsess_str_t  name;

    for (i = 0; i < n; i++) {

        name = ngx_http_session_subject_name(manager, &keys[i]);

        if (nsess_subject_has(subject, &name, 1)) {
            return 1;
        }
    }

    return 0;
}
