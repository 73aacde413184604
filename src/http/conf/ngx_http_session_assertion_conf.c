/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_assertion and assertion_secret_file.
 */


#include "ngx_http_session_assertion_conf.h"
#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_words.h"

#include "nsess_hmac.h"
#include "nsess_jwt.h"
#include "nsess_keyring.h"
#include "nsess_utf8.h"


#define NGX_HTTP_SESSION_ASSERTION_TTL      60      /* s */
#define NGX_HTTP_SESSION_ASSERTION_TTL_MAX  3600    /* s */


typedef char *(*ngx_http_session_assertion_pt)(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value);

typedef struct {
    ngx_str_t                       name;
    ngx_http_session_assertion_pt   handler;
} ngx_http_session_assertion_word_t;


static char *ngx_http_session_assertion_words(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion);
static char *ngx_http_session_assertion_word(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *word,
    ngx_uint_t *seen);
static char *ngx_http_session_assertion_ttl(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value);
static char *ngx_http_session_assertion_iss(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value);
static char *ngx_http_session_assertion_aud(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value);
static char *ngx_http_session_assertion_text(ngx_conf_t *cf, char *word,
    ngx_str_t *value, ngx_str_t *text);
static char *ngx_http_session_assertion_sub(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value);
static char *ngx_http_session_assertion_keys(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value);
static char *ngx_http_session_assertion_key(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *key);


static ngx_http_session_assertion_word_t  ngx_http_session_words[] = {
    { ngx_string("ttl="), ngx_http_session_assertion_ttl },
    { ngx_string("iss="), ngx_http_session_assertion_iss },
    { ngx_string("aud="), ngx_http_session_assertion_aud },
    { ngx_string("sub="), ngx_http_session_assertion_sub },
    { ngx_string("keys="), ngx_http_session_assertion_keys },
    { ngx_null_string, NULL }
};


/* registered by RFC 7519, section 4.1; sid by OpenID Connect */

static ngx_str_t  ngx_http_session_registered[] = {
    ngx_string("iss"),
    ngx_string("sub"),
    ngx_string("aud"),
    ngx_string("exp"),
    ngx_string("nbf"),
    ngx_string("iat"),
    ngx_string("jti"),
    ngx_string("sid"),
    ngx_null_string
};


char *
ngx_http_session_location_assertion(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                          *rv;
    ngx_str_t                     *value;
    ngx_http_session_assertion_t  *assertion;

    if (slcf->assertion != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_http_session_is_off(cf)) {
        slcf->assertion = NULL;
        return ngx_http_session_off_alone(cf);
    }

    value = cf->args->elts;

    assertion = ngx_pcalloc(cf->pool, sizeof(ngx_http_session_assertion_t));
    if (assertion == NULL) {
        return NGX_CONF_ERROR;
    }

    assertion->header.name = value[1];
    assertion->header.place = ngx_session_here(cf);
    assertion->ttl = NGX_HTTP_SESSION_ASSERTION_TTL;

    if (ngx_array_init(&assertion->keys, cf->pool, 4, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_session_check_header(cf, &assertion->header);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (ngx_http_session_give_name(cf, &assertion->header) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    slcf->assertion = assertion;

    return ngx_http_session_assertion_words(cf, assertion);
}


static char *
ngx_http_session_assertion_words(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i, seen;

    value = cf->args->elts;
    seen = 0;

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_session_assertion_word(cf, assertion, &value[i], &seen);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_assertion_word(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *word,
    ngx_uint_t *seen)
{
    ngx_str_t                           value;
    ngx_uint_t                          bit;
    ngx_http_session_assertion_word_t  *w;

    for (w = ngx_http_session_words; w->name.len != 0; w++) {

        if (ngx_strncmp(word->data, w->name.data, w->name.len) != 0) {
            continue;
        }

        bit = (ngx_uint_t) 1 << (w - ngx_http_session_words);

        if (*seen & bit) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate parameter \"%V\" in "
                               "\"session_assertion\": \"%V\" is expected "
                               "once", word, &w->name);
            return NGX_CONF_ERROR;
        }

        *seen |= bit;

        value.len = word->len - w->name.len;
        value.data = word->data + w->name.len;

        return w->handler(cf, assertion, &value);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"session_assertion\": "
                       "\"ttl=\", \"iss=\", \"aud=\", \"sub=\" or \"keys=\" "
                       "is expected", word);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_session_assertion_ttl(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value)
{
    assertion->ttl = ngx_parse_time(value, 1);

    if (assertion->ttl >= 1
        && assertion->ttl <= NGX_HTTP_SESSION_ASSERTION_TTL_MAX)
    {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"ttl=%V\" in "
                       "\"session_assertion\": \"ttl=\" and a time from 1s to "
                       "1h is expected", value);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_session_assertion_iss(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value)
{
    return ngx_http_session_assertion_text(cf, "iss=", value, &assertion->iss);
}


static char *
ngx_http_session_assertion_aud(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value)
{
    return ngx_http_session_assertion_text(cf, "aud=", value, &assertion->aud);
}


static char *
ngx_http_session_assertion_text(ngx_conf_t *cf, char *word, ngx_str_t *value,
    ngx_str_t *text)
{
    if (value->len != 0 && nsess_utf8_valid(ngx_http_session_str(value))) {
        *text = *value;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%s%V\" in "
                       "\"session_assertion\": \"%s\" and UTF-8 text is "
                       "expected", word, value, word);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_session_assertion_sub(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value)
{
    assertion->sub = *value;

    return ngx_http_session_check_key(cf, value);
}


static char *
ngx_http_session_assertion_keys(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *value)
{
    char       *rv;
    u_char     *p, *comma, *last;
    ngx_str_t   key;

    p = value->data;
    last = value->data + value->len;

    for ( ;; ) {
        comma = ngx_strlchr(p, last, ',');

        key.data = p;
        key.len = (comma != NULL ? comma : last) - p;

        rv = ngx_http_session_assertion_key(cf, assertion, &key);

        if (rv != NGX_CONF_OK || comma == NULL) {
            return rv;
        }

        p = comma + 1;
    }
}


static char *
ngx_http_session_assertion_key(ngx_conf_t *cf,
    ngx_http_session_assertion_t *assertion, ngx_str_t *key)
{
    char        *rv;
    ngx_str_t   *known, *name;
    ngx_uint_t   i;

    rv = ngx_http_session_listed_key(cf, key);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    for (name = ngx_http_session_registered; name->len != 0; name++) {

        if (ngx_http_session_equal(name, key)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid key \"%V\" in \"keys=\" of "
                               "\"session_assertion\": a name that no claim "
                               "of RFC 7519 has is expected", key);
            return NGX_CONF_ERROR;
        }
    }

    known = assertion->keys.elts;

    for (i = 0; i < assertion->keys.nelts; i++) {

        if (ngx_http_session_equal(&known[i], key)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate key \"%V\" in \"keys=\" of "
                               "\"session_assertion\"", key);
            return NGX_CONF_ERROR;
        }
    }

    known = ngx_array_push(&assertion->keys);
    if (known == NULL) {
        return NGX_CONF_ERROR;
    }

    *known = *key;

    return NGX_CONF_OK;
}


char *
ngx_http_session_check_assertion(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_uint_t                  i;
    ngx_str_t                  *name;
    ngx_http_session_header_t  *header;

    if (slcf->assertion == NULL || slcf->manager == NULL) {
        return NGX_CONF_OK;
    }

    name = &slcf->assertion->header.name;
    cf = ngx_session_at_directive(cf, slcf->places, "session_assertion");

    if (slcf->manager->assertion_key == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"assertion_secret_file\" in session_manager "
                           "\"%V\", which \"session_assertion %V\" needs",
                           &slcf->manager->name, name);
        return NGX_CONF_ERROR;
    }

    if (slcf->headers == NULL) {
        return NGX_CONF_OK;
    }

    header = slcf->headers->elts;

    for (i = 0; i < slcf->headers->nelts; i++) {

        if (ngx_http_session_equal(&header[i].lowcase,
                                  &slcf->assertion->header.lowcase))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate header \"%V\" in "
                               "\"session_assertion\": \"session_header\" "
                               "gives it, too", name);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


char *
ngx_http_session_manager_assertion(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    if (manager->assertion_secrets.nelts != 0) {
        return "is duplicate";
    }

    return ngx_http_session_manager_secret(cf, cmd, conf);
}


char *
ngx_http_session_init_assertion(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char                       *rv;
    ngx_http_session_secret_t  *secret;

    if (manager->assertion_secrets.nelts == 0) {
        return NGX_CONF_OK;
    }

    secret = manager->assertion_secrets.elts;

    rv = ngx_http_session_check_secret_len(cf, secret, NSESS_JWT_KEY_MIN);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    manager->assertion_key = nsess_hmac_create(
                                        ngx_http_session_str(&secret->text));
    if (manager->assertion_key == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "HMAC failed in OpenSSL");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
