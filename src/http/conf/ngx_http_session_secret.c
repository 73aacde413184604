/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directives that name a secret's file: secret_file, cookie_secret_file,
 * assertion_secret_file.
 *
 * Whoever can check assertions must not be able to make the cookies of any
 * manager.  So an assertion_secret_file has a secret that no other directive
 * of the configuration has.
 */


#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_secret.h"
#include "ngx_session_secret.h"

#include "nsess.h"
#include "nsess_crypto.h"
#include "nsess_hmac.h"
#include "nsess_keyring.h"


/* a cookie's key version may have nine digits: nsess_tornado.h */
#define NGX_HTTP_SESSION_VERSION_MAX  999999999


/*
 * A secret in a form that can be compared: the MAC of an empty message.  HMAC
 * treats some different keys as the same (with NUL bytes behind them, or the
 * hash of a long key instead of it); these have the same MAC.
 */
typedef struct {
    u_char                        mac[NSESS_SHA256_LEN];
    ngx_str_t                     directive;
    ngx_str_t                     path;
    ngx_str_t                     manager;
    ngx_uint_t                    assertion;
} ngx_http_session_known_t;


static ngx_uint_t ngx_http_session_is_made_here(ngx_str_t *directive);
static ngx_int_t ngx_http_session_secret_version(ngx_conf_t *cf,
    ngx_str_t *word);
static char *ngx_http_session_keep_secret(ngx_conf_t *cf,
    ngx_array_t *secrets, ngx_http_session_secret_t *secret);
static char *ngx_http_session_know_secret(ngx_conf_t *cf,
    ngx_http_session_secret_t *secret);
static ngx_int_t ngx_http_session_secret_mac(ngx_str_t *secret, u_char *mac);
static char *ngx_http_session_compare_secret(ngx_conf_t *cf,
    ngx_array_t *secrets, ngx_http_session_known_t *new);
static size_t ngx_http_session_secret_len(u_char *secret, size_t len);


char *
ngx_http_session_manager_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    char *p = conf;

    char                       *rv, *make;
    size_t                      len;
    u_char                      buf[NSESS_SECRET_MAX + 1];
    ngx_str_t                  *value;
    ngx_array_t                *secrets;
    ngx_http_session_secret_t   secret;

    secrets = (ngx_array_t *) (p + cmd->offset);
    value = cf->args->elts;

    secret.path = value[1];
    secret.version = NGX_CONF_UNSET;
    secret.place = ngx_session_here(cf);

    if (cf->args->nelts == 3) {
        secret.version = ngx_http_session_secret_version(cf, &value[2]);

        if (secret.version == NGX_ERROR) {
            return NGX_CONF_ERROR;
        }
    }

    make = ngx_http_session_is_made_here(&value[0])
           ? NGX_HTTP_SESSION_MAKE_SECRET : NULL;

    rv = ngx_session_secret_read(cf, &secret.path, make, buf, sizeof(buf),
                                 &len);

    if (rv == NGX_CONF_OK) {
        secret.text.data = buf;
        secret.text.len = ngx_http_session_secret_len(buf, len);

        rv = ngx_http_session_keep_secret(cf, secrets, &secret);

        if (rv == NGX_CONF_OK) {
            rv = ngx_http_session_know_secret(cf, &secret);
        }
    }

    nsess_wipe(buf, sizeof(buf));

    return rv;
}


char *
ngx_http_session_check_secret_len(ngx_conf_t *cf,
    ngx_http_session_secret_t *secret, size_t min)
{
    if (secret->text.len >= min) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, &secret->place), 0,
                       "\"%V\" \"%V\" is too short: from %uz to %d bytes are "
                       "expected, \"" NGX_HTTP_SESSION_MAKE_SECRET " > %V\" "
                       "makes such a file",
                       &secret->place.directive, &secret->path, min,
                       NSESS_SECRET_MAX, &secret->path);

    return NGX_CONF_ERROR;
}


void
ngx_http_session_wipe_secrets(ngx_array_t *secrets)
{
    ngx_uint_t                  i;
    ngx_http_session_secret_t  *secret;

    secret = secrets->elts;

    for (i = 0; i < secrets->nelts; i++) {
        nsess_wipe(secret[i].text.data, secret[i].text.len);
    }

    secrets->nelts = 0;
}


/* the secret of cookie_secret_file is the application's, of any length */

static ngx_uint_t
ngx_http_session_is_made_here(ngx_str_t *directive)
{
    return ngx_strcmp(directive->data, "cookie_secret_file") != 0;
}


static ngx_int_t
ngx_http_session_secret_version(ngx_conf_t *cf, ngx_str_t *word)
{
    ngx_int_t  version;

    version = NGX_ERROR;

    if (word->len > 8 && ngx_strncmp(word->data, "version=", 8) == 0) {
        version = ngx_atoi(word->data + 8, word->len - 8);
    }

    if (version != NGX_ERROR && version <= NGX_HTTP_SESSION_VERSION_MAX) {
        return version;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"cookie_secret_file\": "
                       "\"version=\" and a number up to %d is expected",
                       word, NGX_HTTP_SESSION_VERSION_MAX);

    return NGX_ERROR;
}


/* the newline that ends a text file is not part of the secret */

static size_t
ngx_http_session_secret_len(u_char *secret, size_t len)
{
    size_t  i, n;

    n = len;

    if (n != 0 && secret[n - 1] == LF) {
        n--;
    }

    if (n != 0 && secret[n - 1] == CR) {
        n--;
    }

    for (i = 0; i < n; i++) {
        if (secret[i] < 0x20 || secret[i] >= 0x7f) {
            return len;
        }
    }

    return n;
}


/* keeps the text of the secret until the profile has made keys from it */

static char *
ngx_http_session_keep_secret(ngx_conf_t *cf, ngx_array_t *secrets,
    ngx_http_session_secret_t *secret)
{
    ngx_str_t                   *value;
    ngx_http_session_secret_t   *kept;

    value = cf->args->elts;

    if (secret->text.len == 0 || secret->text.len > NSESS_SECRET_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" \"%V\" %s: "
                           "from %d to %d bytes are expected",
                           &value[0], &secret->path,
                           secret->text.len == 0 ? "is empty" : "is too long",
                           ngx_http_session_is_made_here(&value[0])
                           ? NSESS_SECRET_MIN : 1, NSESS_SECRET_MAX);
        return NGX_CONF_ERROR;
    }

    if (secrets->nelts == NSESS_KEYS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" \"%V\" is one too many: "
                           "up to %d are expected",
                           &value[0], &secret->path, NSESS_KEYS_MAX);
        return NGX_CONF_ERROR;
    }

    if (secrets->elts == NULL
        && ngx_array_init(secrets, cf->pool, NSESS_KEYS_MAX,
                          sizeof(ngx_http_session_secret_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    kept = ngx_array_push(secrets);
    if (kept == NULL) {
        return NGX_CONF_ERROR;
    }

    *kept = *secret;

    kept->text.data = ngx_pstrdup(cf->pool, &secret->text);
    if (kept->text.data == NULL) {
        secrets->nelts--;
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_session_init_keyring(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_keyring_t *ring,
    nsess_str_t purpose)
{
    ngx_uint_t                  i;
    ngx_http_session_secret_t  *secret;

    nsess_keyring_init(ring, ngx_http_session_str(&manager->name), purpose);

    secret = manager->secrets.elts;

    for (i = 0; i < manager->secrets.nelts; i++) {

        /* a profile may permit a secret twice, which does no harm */

        if (nsess_keyring_add(ring, ngx_http_session_str(&secret[i].text))
            == NSESS_ERROR)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "HMAC failed in OpenSSL");
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_session_init_secrets(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    return ngx_array_init(&smcf->secrets, cf->temp_pool, 4,
                          sizeof(ngx_http_session_known_t));
}


void
ngx_http_session_forget_secrets(ngx_http_session_main_conf_t *smcf)
{
    nsess_wipe(smcf->secrets.elts,
               smcf->secrets.nelts * sizeof(ngx_http_session_known_t));

    ngx_memzero(&smcf->secrets, sizeof(ngx_array_t));
}


static char *
ngx_http_session_know_secret(ngx_conf_t *cf,
    ngx_http_session_secret_t *secret)
{
    ngx_str_t                     *value;
    ngx_http_session_known_t      *known, new;
    ngx_http_session_manager_t    *manager;
    ngx_http_session_main_conf_t  *smcf;

    /* the slot of a location is the manager's in its block */

    manager = ngx_http_conf_get_module_loc_conf(cf, ngx_http_session_module);
    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);
    value = cf->args->elts;

    new.directive = value[0];
    new.path = secret->path;
    new.manager = manager->name;
    new.assertion = ngx_strcmp(value[0].data, "assertion_secret_file") == 0;

    if (ngx_http_session_secret_mac(&secret->text, new.mac) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "HMAC failed in OpenSSL");
        return NGX_CONF_ERROR;
    }

    if (ngx_http_session_compare_secret(cf, &smcf->secrets, &new)
        != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    known = ngx_array_push(&smcf->secrets);
    if (known == NULL) {
        return NGX_CONF_ERROR;
    }

    *known = new;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_session_secret_mac(ngx_str_t *secret, u_char *mac)
{
    nsess_rc_t     rc;
    nsess_hmac_t  *hmac;

    hmac = nsess_hmac_create(ngx_http_session_str(secret));
    if (hmac == NULL) {
        return NGX_ERROR;
    }

    rc = nsess_hmac(hmac, NULL, 0, mac);

    nsess_hmac_free(hmac);

    return rc == NSESS_OK ? NGX_OK : NGX_ERROR;
}


/* a secret may be shared by several assertions, or by several cookies */

static char *
ngx_http_session_compare_secret(ngx_conf_t *cf, ngx_array_t *secrets,
    ngx_http_session_known_t *new)
{
    ngx_uint_t                 i;
    ngx_http_session_known_t  *known;

    known = secrets->elts;

    for (i = 0; i < secrets->nelts; i++) {

        if (known[i].assertion == new->assertion
            || ngx_memcmp(known[i].mac, new->mac, NSESS_SHA256_LEN) != 0)
        {
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" \"%V\" has the secret of \"%V\" \"%V\" "
                           "in session_manager \"%V\": an "
                           "\"assertion_secret_file\" with a secret of its "
                           "own is expected, since whoever checks assertions "
                           "could make cookies",
                           &new->directive, &new->path,
                           &known[i].directive, &known[i].path,
                           &known[i].manager);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
