/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The profile of the module itself: one cookie with a signed token, records
 * in JSON under a hash of the id.
 */


#include "ngx_http_session_cookie_conf.h"
#include "ngx_http_session_cookies.h"
#include "ngx_http_session_counters.h"
#include "ngx_http_session_identify.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_verified.h"

#include "ngx_session_conf.h"
#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_cookie.h"
#include "nsess_crypto.h"
#include "nsess_successor.h"
#include "nsess_token.h"


/*
 * a cookie that has Max-Age, or was signed by an older secret, is sent again
 * after a tenth of its life
 */
#define NGX_HTTP_SESSION_STEPS             10


/* its configuration, in manager->own */
typedef struct {
    nsess_keyring_t               keyring;
    nsess_cookie_t                cookie;
    ngx_http_session_verifieds_t  verified;
} ngx_http_session_native_t;


static void *ngx_http_session_native_create(ngx_conf_t *cf);
static void ngx_http_session_native_cleanup(void *data);
static char *ngx_http_session_native_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_native_secret(ngx_conf_t *cf,
    nsess_keyring_t *keyring, ngx_http_session_secret_t *secret);
static char *ngx_http_session_native_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *ck);
static char *ngx_http_session_native_prefix(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static ngx_int_t ngx_http_session_native_begin(ngx_http_session_walk_t *walk);
static ngx_int_t ngx_http_session_native_take(ngx_http_session_walk_t *walk,
    nsess_str_t value, ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_native_known(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, nsess_error_e *error);
static ngx_int_t ngx_http_session_native_verify(
    ngx_http_session_manager_t *manager, nsess_str_t value,
    ngx_http_session_identity_t *identity, nsess_error_e *error);
static ngx_uint_t ngx_http_session_native_is_stale(
    ngx_http_session_manager_t *manager,
    const ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_native_name(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity);
static void ngx_http_session_native_key(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_native_renew(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity);
static ngx_int_t ngx_http_session_native_sign(
    ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, ngx_pool_t *pool,
    nsess_str_t *values);


static ngx_str_t  ngx_http_session_purpose = ngx_string("session cookie");


static nsess_cookie_t  ngx_http_session_native_default = {
    nsess_string("sid"),
    nsess_string("/"),
    nsess_string(""),
    NSESS_SAMESITE_LAX,
    -1,
    NULL,
    NSESS_SECURE_DEFAULT,
    1,
    0
};


static ngx_session_range_t  ngx_http_session_native_verified = {
    0, NGX_HTTP_SESSION_VERIFIED_MAX, 0, "a number from 0 to 65536"
};


static ngx_command_t  ngx_http_session_native_commands[] = {

    { ngx_string("cookie"),
      0,
      ngx_http_session_conf_cookie,
      0,
      offsetof(ngx_http_session_native_t, cookie),
      &ngx_http_session_native_default },

    { ngx_string("verified_cookies"),
      0,
      ngx_session_conf_number,
      0,
      offsetof(ngx_http_session_native_t, verified)
      + offsetof(ngx_http_session_verifieds_t, n),
      &ngx_http_session_native_verified },

      ngx_null_command
};


const ngx_http_session_profile_t  ngx_http_session_native = {
    ngx_string("native"),
    &nsess_json,
    NGX_HTTP_SESSION_KNOWS_BEGIN|NGX_HTTP_SESSION_KNOWS_LOGIN
    |NGX_HTTP_SESSION_KNOWS_SUBJECT|NGX_HTTP_SESSION_SIGNS
    |NGX_HTTP_SESSION_SHOWS_OLD,
    NSESS_SUCCESSOR_PLAIN,
    ngx_http_session_native_commands,
    ngx_http_session_native_create,
    ngx_http_session_native_init,
    ngx_http_session_native_begin,
    ngx_http_session_native_take,
    ngx_http_session_native_renew,
    ngx_http_session_native_sign,
    NULL,
    NULL,
    NULL,
    NULL
};


static void *
ngx_http_session_native_create(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t         *cln;
    ngx_http_session_native_t  *native;

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(ngx_http_session_native_t));
    if (cln == NULL) {
        return NULL;
    }

    native = cln->data;
    ngx_memzero(native, sizeof(ngx_http_session_native_t));

    cln->handler = ngx_http_session_native_cleanup;

    native->verified.n = NGX_CONF_UNSET_UINT;

    return native;
}


static void
ngx_http_session_native_cleanup(void *data)
{
    ngx_http_session_native_t *native = data;

    ngx_http_session_free_verified(&native->verified);
    nsess_keyring_free(&native->keyring);
}


static char *
ngx_http_session_native_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char                       *rv;
    ngx_uint_t                  i;
    ngx_http_session_native_t  *native;
    ngx_http_session_secret_t  *secret;

    native = manager->own;

    nsess_keyring_init(&native->keyring, ngx_http_session_str(&manager->name),
                       ngx_http_session_str(&ngx_http_session_purpose));

    secret = manager->secrets.elts;

    for (i = 0; i < manager->secrets.nelts; i++) {
        rv = ngx_http_session_native_secret(cf, &native->keyring, &secret[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    rv = ngx_http_session_native_cookie(cf, manager, &native->cookie);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    ngx_conf_init_uint_value(native->verified.n,
                             NGX_HTTP_SESSION_VERIFIED_DEFAULT);

    manager->cookies = &native->cookie;
    manager->ncookies = 1;

    return ngx_http_session_native_prefix(cf, manager);
}


static char *
ngx_http_session_native_secret(ngx_conf_t *cf, nsess_keyring_t *keyring,
    ngx_http_session_secret_t *secret)
{
    char  *rv;

    rv = ngx_http_session_check_secret_len(cf, secret, NSESS_SECRET_MIN);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    cf = ngx_session_at(cf, &secret->place);

    switch (nsess_keyring_add(keyring, ngx_http_session_str(&secret->text))) {

    case NSESS_OK:
        return NGX_CONF_OK;

    case NSESS_DECLINED:
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate secret in \"secret_file\" \"%V\": "
                           "a secret of its own is expected in each file",
                           &secret->path);
        return NGX_CONF_ERROR;

    default: /* NSESS_ERROR */
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "HMAC failed in OpenSSL");
        return NGX_CONF_ERROR;
    }
}


static char *
ngx_http_session_native_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *ck)
{
    u_char  *p;
    size_t   len;

    if (ck->name.data == NULL) {
        *ck = ngx_http_session_native_default;
    }

    /* a browser takes a __Host- cookie only from this host, over TLS */

    len = ck->name.len;

    if (nsess_cookie_is_secure(ck) && ck->domain.len == 0
        && ck->path.len == 1 && ck->path.data[0] == '/'
        && ngx_strncmp(ck->name.data, "__", ngx_min(len, 2)) != 0)
    {
        p = ngx_pnalloc(cf->pool, sizeof("__Host-") - 1 + len);
        if (p == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memcpy(ngx_cpymem(p, "__Host-", sizeof("__Host-") - 1),
                   ck->name.data, len);

        ck->name.data = p;
        ck->name.len = sizeof("__Host-") - 1 + len;
    }

    return ngx_http_session_check_cookie(cf, manager, ck, "cookie");
}


/* managers may share servers */

static char *
ngx_http_session_native_prefix(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    u_char  *p;

    if (manager->key_prefix.data != NULL) {
        return NGX_CONF_OK;
    }

    p = ngx_pnalloc(cf->pool, manager->name.len + 1);
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    manager->key_prefix.data = p;
    manager->key_prefix.len = ngx_sprintf(p, "%V:", &manager->name) - p;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_session_native_begin(ngx_http_session_walk_t *walk)
{
    walk->n = ngx_http_session_cookie_values(walk->request,
                                             walk->manager->cookies->name, 0,
                                             walk->values,
                                             NGX_HTTP_SESSION_VALUES_MAX);
    walk->has_cookie = (walk->n != 0);

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_native_take(ngx_http_session_walk_t *walk, nsess_str_t value,
    ngx_http_session_identity_t *identity)
{
    ngx_int_t                    rc;
    nsess_error_e                error;
    ngx_http_session_native_t   *native;
    ngx_http_session_manager_t  *manager;

    manager = walk->manager;
    native = manager->own;

    rc = ngx_http_session_find_verified(&native->verified, value, identity)
         ? ngx_http_session_native_known(manager, identity, &error)
         : ngx_http_session_native_verify(manager, value, identity, &error);

    if (rc == NGX_OK) {
        identity->stale = ngx_http_session_native_is_stale(manager, identity);

    } else if (rc == NGX_DECLINED) {
        ngx_http_session_refuse_cookie(walk, error);
    }

    return rc;
}


/* NGX_DECLINED: the cookie is no good, *error says why */

static ngx_int_t
ngx_http_session_native_known(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, nsess_error_e *error)
{
    *error = nsess_token_times(&identity->token, ngx_time(),
                               manager->absolute_timeout);

    if (*error != NSESS_E_NONE) {
        return NGX_DECLINED;
    }

    manager->stats->cookies[NGX_HTTP_SESSION_COOKIE_KNOWN]++;

    ngx_http_session_native_key(manager, identity);

    return NGX_OK;
}


/* the same of one that was not seen before */

static ngx_int_t
ngx_http_session_native_verify(ngx_http_session_manager_t *manager,
    nsess_str_t value, ngx_http_session_identity_t *identity,
    nsess_error_e *error)
{
    size_t                      key;
    nsess_err_t                 err;
    ngx_http_session_native_t  *native;

    native = manager->own;

    if (nsess_token_verify(&native->keyring, value, ngx_time(),
                           manager->absolute_timeout, &identity->token, &key,
                           &err)
        != NSESS_OK)
    {
        *error = err.code;
        return NGX_DECLINED;
    }

    manager->stats->cookies[NGX_HTTP_SESSION_COOKIE_VERIFIED]++;

    identity->old_key = (key != 0);

    if (ngx_http_session_native_name(manager, identity) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_session_add_verified(&native->verified, value, identity);

    return NGX_OK;
}


static ngx_uint_t
ngx_http_session_native_is_stale(ngx_http_session_manager_t *manager,
    const ngx_http_session_identity_t *identity)
{
    int64_t  life, age;

    if (!identity->old_key && manager->cookies->max_age < 0) {
        return 0;
    }

    life = manager->cookies->max_age >= 0 ? manager->cookies->max_age
                                          : manager->idle_timeout;
    age = ngx_time() - identity->token.signed_at;

    return age > 0 && age >= life / NGX_HTTP_SESSION_STEPS;
}


static ngx_int_t
ngx_http_session_native_name(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity)
{
    nsess_str_t  id;

    id.data = identity->token.id;
    id.len = NSESS_ID_LEN;

    if (ngx_http_session_name(manager, id, identity->name) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_session_native_key(manager, identity);

    return NGX_OK;
}


/* as ngx_http_session_key(), of a length that the compiler knows */

static void
ngx_http_session_native_key(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity)
{
    u_char  *p;

    p = ngx_cpymem(identity->key.data, manager->key_prefix.data,
                   manager->key_prefix.len);
    ngx_memcpy(p, identity->name, NGX_HTTP_SESSION_NAME_LEN);

    identity->key.len = manager->key_prefix.len + NGX_HTTP_SESSION_NAME_LEN;
}


static ngx_int_t
ngx_http_session_native_renew(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity)
{
    if (nsess_random_id(identity->token.id) != NSESS_OK) {
        return NGX_ERROR;
    }

    return ngx_http_session_native_name(manager, identity);
}


static ngx_int_t
ngx_http_session_native_sign(ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identity, ngx_pool_t *pool,
    nsess_str_t *values)
{
    u_char                     *text;
    ngx_http_session_native_t  *native;

    native = manager->own;

    text = ngx_pnalloc(pool, NSESS_TOKEN_MAX);
    if (text == NULL) {
        return NGX_ERROR;
    }

    identity->token.signed_at = ngx_time();

    if (nsess_token_sign(&native->keyring, &identity->token, text,
                         &values[0].len)
        != NSESS_OK)
    {
        (void) ngx_session_log(&manager->broken, NGX_LOG_ALERT, pool->log, 0,
                               "HMAC failed in OpenSSL");
        return NGX_ERROR;
    }

    values[0].data = text;

    return NGX_OK;
}
