/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directives of profile tornado, its defaults and its keys.
 */


#include "ngx_http_session_cookie_conf.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_tornado.h"

#include "ngx_session_conf.h"
#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_cookie.h"
#include "nsess_crypto.h"
#include "nsess_key.h"
#include "nsess_tornado_keys.h"
#include "nsess_tornado_session.h"


/* set_secure_cookie() of tornado/web.py */
#define NGX_HTTP_SESSION_MAX_AGE_DAYS  31
#define NGX_HTTP_SESSION_EXPIRES_DAYS  30

#define NGX_HTTP_SESSION_DAY           (24 * 3600)


static char *ngx_http_session_tornado_names(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_session_tornado_defaults(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_http_session_tornado_t *tornado);
static char *ngx_http_session_tornado_prefix(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_tornado_cookies(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *cookies);
static void ngx_http_session_tornado_cleanup(void *data);
static char *ngx_http_session_tornado_keys(ngx_conf_t *cf,
    ngx_http_session_tornado_t *tornado);
static char *ngx_http_session_tornado_secrets(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_http_session_tornado_t *tornado);


static ngx_session_range_t  ngx_http_session_days = {
    1, 3650, 0, "a number of days from 1 to 3650"
};


/* 400 days: RFC 6265bis, section 5.5 */
static ngx_session_range_t  ngx_http_session_cookie_days = {
    0, 400, 0, "a number of days from 0 to 400"
};


static ngx_session_range_t  ngx_http_session_protocols = {
    0, 5, 0, "a number from 0 to 5"
};


/* what Tornado writes if not told otherwise */

static const nsess_cookie_t  ngx_http_session_tornado_default = {
    nsess_string("session_id"),
    nsess_string("/"),
    nsess_string(""),
    NSESS_SAMESITE_UNSET,
    -1,
    NULL,
    NSESS_SECURE_OFF,
    0,
    0
};


ngx_command_t  ngx_http_session_tornado_commands[] = {

    { ngx_string("cookie_secret_file"),
      0,
      ngx_http_session_manager_secret,
      0,
      offsetof(ngx_http_session_tornado_t, secrets),
      NULL },

    { ngx_string("cookie_names"),
      0,
      ngx_http_session_tornado_names,
      0,
      0,
      NULL },

    { ngx_string("max_age_days"),
      0,
      ngx_session_conf_number,
      0,
      offsetof(ngx_http_session_tornado_t, max_age_days),
      &ngx_http_session_days },

    { ngx_string("expires_days"),
      0,
      ngx_session_conf_number,
      0,
      offsetof(ngx_http_session_tornado_t, expires_days),
      &ngx_http_session_cookie_days },

    { ngx_string("pickle_protocol"),
      0,
      ngx_session_conf_number,
      0,
      offsetof(ngx_http_session_tornado_t, pickle_protocol),
      &ngx_http_session_protocols },

      ngx_null_command
};


void *
ngx_http_session_tornado_create(ngx_conf_t *cf)
{
    ngx_pool_cleanup_t          *cln;
    ngx_http_session_tornado_t  *tornado;

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(ngx_http_session_tornado_t));
    if (cln == NULL) {
        return NULL;
    }

    tornado = cln->data;
    ngx_memzero(tornado, sizeof(ngx_http_session_tornado_t));

    nsess_tornado_keys_init(&tornado->keys);

    tornado->max_age_days = NGX_CONF_UNSET_UINT;
    tornado->expires_days = NGX_CONF_UNSET_UINT;
    tornado->pickle_protocol = NGX_CONF_UNSET_UINT;

    cln->handler = ngx_http_session_tornado_cleanup;

    return tornado;
}


static char *
ngx_http_session_tornado_names(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_session_tornado_t *tornado = conf;

    ngx_str_t  *value;

    if (tornado->cookies[0].name.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_session_equal(&value[1], &value[2])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate name \"%V\" in \"cookie_names\": two "
                           "different names are expected", &value[1]);
        return NGX_CONF_ERROR;
    }

    tornado->cookies[0] = ngx_http_session_tornado_default;
    tornado->cookies[0].name = ngx_http_session_str(&value[1]);
    tornado->cookies[1].name = ngx_http_session_str(&value[2]);

    return ngx_http_session_cookie_words(cf, &tornado->cookies[0], 3);
}


char *
ngx_http_session_tornado_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char                        *rv;
    ngx_http_session_tornado_t  *tornado;

    tornado = manager->own;

    rv = ngx_http_session_tornado_defaults(cf, manager, tornado);

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_tornado_prefix(cf, manager);
    }

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_tornado_cookies(cf, manager, tornado->cookies);
    }

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_tornado_keys(cf, tornado);
    }

    ngx_http_session_wipe_secrets(&tornado->secrets);

    return rv == NGX_CONF_OK
           ? ngx_http_session_tornado_secrets(cf, manager, tornado) : rv;
}


static char *
ngx_http_session_tornado_defaults(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_http_session_tornado_t *tornado)
{
    if (tornado->secrets.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, &manager->place),
                           0, "no \"cookie_secret_file\" in session_manager "
                           "\"%V\": \"cookie_secret_file PATH\" is expected, "
                           "of a file with the application's cookie_secret",
                           &manager->name);
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_uint_value(tornado->pickle_protocol, NSESS_PICKLE_PROTOCOL);
    ngx_conf_init_uint_value(tornado->max_age_days,
                             NGX_HTTP_SESSION_MAX_AGE_DAYS);
    ngx_conf_init_uint_value(tornado->expires_days,
                             NGX_HTTP_SESSION_EXPIRES_DAYS);

    manager->pickle_protocol = tornado->pickle_protocol;

    manager->cookies = tornado->cookies;
    manager->ncookies = 2;
    manager->cookie_life = (time_t) tornado->expires_days
                           * NGX_HTTP_SESSION_DAY;

    return NGX_CONF_OK;
}


static char *
ngx_http_session_tornado_prefix(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    if (manager->key_prefix.data == NULL) {
        ngx_str_set(&manager->key_prefix, "");
    }

    if (manager->key_prefix.len <= NSESS_KEY_MAX - NSESS_TORNADO_ID_LEN) {
        return NGX_CONF_OK;
    }

    cf = ngx_session_at_directive(cf, manager->places, "key_prefix");

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"key_prefix\" of session_manager \"%V\" is too "
                       "long for profile \"tornado\": up to %d characters "
                       "are expected",
                       &manager->name, NSESS_KEY_MAX - NSESS_TORNADO_ID_LEN);

    return NGX_CONF_ERROR;
}


/* the verification cookie has the attributes of the other one */

static char *
ngx_http_session_tornado_cookies(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *cookies)
{
    static nsess_str_t  verification = nsess_string("verification");

    char         *rv;
    nsess_str_t   name;

    if (cookies[0].name.data == NULL) {
        cookies[0] = ngx_http_session_tornado_default;
        cookies[1].name = verification;
    }

    if (cookies[0].max_age >= 0) {
        cf = ngx_session_at_directive(cf, manager->places, "cookie_names");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"max_age=\" in "
                           "\"cookie_names\": \"expires_days\" is expected");
        return NGX_CONF_ERROR;
    }

    name = cookies[1].name;

    cookies[1] = cookies[0];
    cookies[1].name = name;

    rv = ngx_http_session_check_cookie(cf, manager, &cookies[0],
                                       "cookie_names");

    return rv == NGX_CONF_OK
           ? ngx_http_session_check_cookie(cf, manager, &cookies[1],
                                           "cookie_names")
           : rv;
}


static void
ngx_http_session_tornado_cleanup(void *data)
{
    ngx_http_session_tornado_t *tornado = data;

    while (tornado->n != 0) {
        tornado->n--;

        nsess_tornado_session_free(&tornado->sessions[tornado->n]);
        nsess_wipe((void *) tornado->sessions[tornado->n].secret.data,
                   tornado->sessions[tornado->n].secret.len);
    }

    nsess_tornado_keys_free(&tornado->keys);

    ngx_http_session_wipe_secrets(&tornado->secrets);
}


static char *
ngx_http_session_tornado_keys(ngx_conf_t *cf,
    ngx_http_session_tornado_t *tornado)
{
    nsess_rc_t                  rc;
    ngx_uint_t                  i;
    nsess_tornado_keys_t       *keys;
    ngx_http_session_secret_t  *secret;

    keys = &tornado->keys;
    secret = tornado->secrets.elts;

    for (i = 0; i < tornado->secrets.nelts; i++) {

        rc = secret[i].version == NGX_CONF_UNSET
             ? nsess_tornado_keys_add(keys,
                                      ngx_http_session_str(&secret[i].text))
             : nsess_tornado_keys_add_version(keys,
                                        ngx_http_session_str(&secret[i].text),
                                        secret[i].version);

        if (rc == NSESS_DECLINED) {
            cf = ngx_session_at(cf, &secret[i].place);

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"cookie_secret_file\" \"%V\" does not go "
                               "with those before it: each with a "
                               "\"version=\" of its own, or all without it, "
                               "and no secret twice, is expected",
                               &secret[i].path);
            return NGX_CONF_ERROR;
        }

        if (rc != NSESS_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "HMAC failed in OpenSSL");
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_tornado_secrets(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_http_session_tornado_t *tornado)
{
    ngx_str_t                   text;
    ngx_uint_t                  i;
    nsess_tornado_session_t    *session;
    ngx_http_session_secret_t  *secret;

    secret = manager->secrets.elts;

    for (i = 0; i < manager->secrets.nelts; i++) {

        text.len = secret[i].text.len;
        text.data = ngx_pstrdup(cf->pool, &secret[i].text);
        if (text.data == NULL) {
            return NGX_CONF_ERROR;
        }

        session = &tornado->sessions[i];

        session->keys = &tornado->keys;
        session->id_name = tornado->cookies[0].name;
        session->verification_name = tornado->cookies[1].name;
        session->secret = ngx_http_session_str(&text);
        session->max_age = (int64_t) tornado->max_age_days
                           * NGX_HTTP_SESSION_DAY;

        if (nsess_tornado_session_init(session) != NSESS_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "HMAC failed in OpenSSL");
            return NGX_CONF_ERROR;
        }

        tornado->n++;
    }

    return NGX_CONF_OK;
}
