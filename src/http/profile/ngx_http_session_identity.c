/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Who a session is: the name of its record in the store, and its key there.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_base64url.h"
#include "nsess_sha256.h"


/*
 * Ids that are drawn for one session.  With nine of ten servers down, all of
 * them belong to the nine once in 800 times (0.9 to this power); with all
 * servers down the draws cost some 0.1 ms.
 */
#define NGX_HTTP_SESSION_DRAWS  64


ngx_int_t
ngx_http_session_new_identity(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity)
{
    ngx_uint_t  n;

    n = NGX_HTTP_SESSION_DRAWS;

    do {
        if (manager->profile->renew(manager, identity) != NGX_OK) {
            return NGX_ERROR;
        }

    } while (--n != 0
             && !ngx_session_server_is_up(manager->store, &identity->key));

    return NGX_OK;
}


ngx_int_t
ngx_http_session_name(ngx_http_session_manager_t *manager, nsess_str_t id,
    u_char *name)
{
    u_char  digest[NSESS_SHA256_LEN];

    if (nsess_sha256(manager->sha256, id, digest) != NSESS_OK) {
        (void) ngx_session_log(&manager->broken, NGX_LOG_ALERT,
                               ngx_cycle->log, 0,
                               "SHA-256 failed in OpenSSL");
        return NGX_ERROR;
    }

    nsess_base64url_encode(name, digest, NSESS_SHA256_LEN);

    return NGX_OK;
}


void
ngx_http_session_key(ngx_http_session_manager_t *manager, nsess_str_t rest,
    ngx_session_key_t *key)
{
    u_char  *p;

    p = ngx_cpymem(key->data, manager->key_prefix.data,
                   manager->key_prefix.len);
    p = ngx_cpymem(p, rest.data, rest.len);

    key->len = p - key->data;
}
