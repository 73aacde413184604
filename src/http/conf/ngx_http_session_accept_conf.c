/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter of session_accept, and the list of prefixes whose headers are
 * removed from responses.
 */


#include "ngx_http_session_accept_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_names.h"
#include "ngx_http_session_words.h"

#include "nsess_upstream_header.h"


static char *ngx_http_session_accept_prefix(ngx_conf_t *cf,
    ngx_str_t *prefix);
static char *ngx_http_session_accept_word(ngx_conf_t *cf,
    ngx_http_session_accept_t *accept, ngx_str_t *word);
static char *ngx_http_session_accept_keys(ngx_conf_t *cf,
    ngx_http_session_accept_t *accept, u_char *p, u_char *last);
static char *ngx_http_session_accept_key(ngx_conf_t *cf,
    ngx_http_session_accept_t *accept, ngx_str_t *key);
static char *ngx_http_session_accept_own(ngx_conf_t *cf, ngx_str_t *prefix);
static ngx_int_t ngx_http_session_add_prefix(ngx_array_t *prefixes,
    ngx_str_t *prefix);


/* each word permits the lines of these bits */

static ngx_conf_enum_t  ngx_http_session_accept_words[] = {
    { ngx_string("regenerate"),
      1 << NSESS_UPSTREAM_REGENERATE | 1 << NSESS_UPSTREAM_CLEAR },

    { ngx_string("destroy"), 1 << NSESS_UPSTREAM_DESTROY },
    { ngx_string("revoke"), 1 << NSESS_UPSTREAM_REVOKE },
    { ngx_null_string, 0 }
};


/* common response headers, one of each family: no prefix may match them */

static ngx_str_t  ngx_http_session_responses[] = {
    ngx_string("Accept-Ranges"),
    ngx_string("Access-Control-Allow-Origin"),
    ngx_string("Alt-Svc"),
    ngx_string("Cache-Control"),
    ngx_string("CDN-Cache-Control"),
    ngx_string("Clear-Site-Data"),
    ngx_string("Content-Security-Policy"),
    ngx_string("Content-Type"),
    ngx_string("Cross-Origin-Opener-Policy"),
    ngx_string("Edge-Control"),
    ngx_string("Keep-Alive"),
    ngx_string("Last-Modified"),
    ngx_string("Permissions-Policy"),
    ngx_string("Proxy-Authenticate"),
    ngx_string("Referrer-Policy"),
    ngx_string("Retry-After"),
    ngx_string("Sec-WebSocket-Accept"),
    ngx_string("Server-Timing"),
    ngx_string("Set-Cookie"),
    ngx_string("Strict-Transport-Security"),
    ngx_string("Surrogate-Control"),
    ngx_string("Timing-Allow-Origin"),
    ngx_string("Transfer-Encoding"),
    ngx_string("WWW-Authenticate"),
    ngx_string("X-Accel-Redirect"),
    ngx_string("X-Content-Type-Options"),
    ngx_string("X-Request-Id"),
    ngx_null_string
};


ngx_int_t
ngx_http_session_init_prefixes(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    static ngx_str_t  prefix = ngx_string("X-Session-");

    if (ngx_array_init(&smcf->prefixes, cf->pool, 2, sizeof(ngx_str_t))
        != NGX_OK
        || ngx_array_init(&smcf->accepted, cf->pool, 2, sizeof(ngx_str_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_session_add_prefix(&smcf->prefixes, &prefix);
}


char *
ngx_http_session_location_accept(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                          *rv;
    ngx_str_t                     *value;
    ngx_uint_t                     i;
    ngx_http_session_accept_t     *accept;
    ngx_http_session_main_conf_t  *smcf;

    if (slcf->accept != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_http_session_is_off(cf)) {
        slcf->accept = NULL;
        return ngx_http_session_off_alone(cf);
    }

    value = cf->args->elts;

    rv = ngx_http_session_accept_prefix(cf, &value[1]);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    accept = ngx_pcalloc(cf->pool, sizeof(ngx_http_session_accept_t));
    if (accept == NULL) {
        return NGX_CONF_ERROR;
    }

    accept->prefix = value[1];

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_session_accept_word(cf, accept, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (accept->keys.nelts == 0 && accept->words == 0) {
        return "permits nothing: \"keys=\", \"regenerate\", \"destroy\" or "
               "\"revoke\" is "
               "expected";
    }

    slcf->accept = accept;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);

    if (ngx_http_session_add_prefix(&smcf->prefixes, &accept->prefix) != NGX_OK
        || ngx_http_session_add_prefix(&smcf->accepted, &accept->prefix)
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_session_accept_own(cf, &accept->prefix);
}


/* whole words of a header's name, with the "-" behind them */

static char *
ngx_http_session_accept_prefix(ngx_conf_t *cf, ngx_str_t *prefix)
{
    u_char  ch;
    size_t  i;

    for (i = 0; i < prefix->len; i++) {
        ch = ngx_tolower(prefix->data[i]);

        if ((ch < 'a' || ch > 'z') && (i == 0 || ch != '-')
            && (i == 0 || ch < '0' || ch > '9'))
        {
            break;
        }
    }

    if (prefix->len == 0 || i < prefix->len || prefix->data[i - 1] != '-') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid prefix \"%V\" in \"session_accept\": a "
                           "letter, more letters, digits and \"-\", and a "
                           "\"-\" at the end are expected, or \"off\"",
                           prefix);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_accept_word(ngx_conf_t *cf,
    ngx_http_session_accept_t *accept, ngx_str_t *word)
{
    ngx_conf_enum_t  *e;

    if (ngx_strncmp(word->data, "keys=", 5) == 0) {

        if (accept->keys.nelts != 0) {
            return ngx_http_session_twice(cf, word);
        }

        return ngx_http_session_accept_keys(cf, accept, word->data + 5,
                                            word->data + word->len);
    }

    if (ngx_strcmp(word->data, "strict") == 0) {

        if (accept->strict) {
            return ngx_http_session_twice(cf, word);
        }

        accept->strict = 1;

        return NGX_CONF_OK;
    }

    e = ngx_http_session_find_word(ngx_http_session_accept_words, word);

    if (e != NULL) {

        if (accept->words & e->value) {
            return ngx_http_session_twice(cf, word);
        }

        accept->words |= e->value;

        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"session_accept\": "
                       "\"keys=\", \"regenerate\", \"destroy\", \"revoke\" "
                       "or \"strict\" is expected",
                       word);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_session_accept_keys(ngx_conf_t *cf,
    ngx_http_session_accept_t *accept, u_char *p, u_char *last)
{
    char       *rv;
    u_char     *comma;
    ngx_str_t   key;

    if (ngx_array_init(&accept->keys, cf->pool, 4, sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for ( ;; ) {
        comma = ngx_strlchr(p, last, ',');
        if (comma == NULL) {
            comma = last;
        }

        key.data = p;
        key.len = comma - p;

        rv = ngx_http_session_accept_key(cf, accept, &key);

        if (rv != NGX_CONF_OK || comma == last) {
            return rv;
        }

        p = comma + 1;
    }
}


static char *
ngx_http_session_accept_key(ngx_conf_t *cf,
    ngx_http_session_accept_t *accept, ngx_str_t *key)
{
    char        *rv;
    ngx_str_t   *known;
    ngx_uint_t   i;

    rv = ngx_http_session_listed_key(cf, key);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (key->len > NSESS_UPSTREAM_NAME_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "too long key \"%V\" in \"session_accept\": up to "
                           "%d bytes are expected",
                           key, NSESS_UPSTREAM_NAME_MAX);
        return NGX_CONF_ERROR;
    }

    for (i = 0; i < key->len; i++) {

        if (key->data[i] <= ' ' || key->data[i] == 0x7f
            || ngx_strchr("\"';", key->data[i]) != NULL)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid key \"%V\" in \"session_accept\": keys "
                               "without blanks and quotes are expected, with "
                               "a \",\" between them", key);
            return NGX_CONF_ERROR;
        }
    }

    known = accept->keys.elts;

    for (i = 0; i < accept->keys.nelts; i++) {
        if (ngx_http_session_equal(&known[i], key)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate key \"%V\" in \"session_accept\": "
                               "it is expected once", key);
            return NGX_CONF_ERROR;
        }
    }

    known = ngx_array_push(&accept->keys);
    if (known == NULL) {
        return NGX_CONF_ERROR;
    }

    *known = *key;

    return ngx_http_session_note_key(cf, key) == NGX_OK ? NGX_CONF_OK
                                                        : NGX_CONF_ERROR;
}


/*
 * All headers with the prefix are removed from responses, so that it must not
 * be the beginning of a common header.
 */

static char *
ngx_http_session_accept_own(ngx_conf_t *cf, ngx_str_t *prefix)
{
    ngx_str_t  *name;

    for (name = ngx_http_session_responses; name->len != 0; name++) {

        if (!ngx_http_session_begins(name, prefix)) {
            continue;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid prefix \"%V\" in \"session_accept\": "
                           "\"%V\" begins with it, too, and clients would "
                           "not get that header: a prefix that no other header "
                           "has is expected, such as \"X-Session-\"",
                           prefix, name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_session_add_prefix(ngx_array_t *prefixes, ngx_str_t *prefix)
{
    ngx_str_t   *known;
    ngx_uint_t   i;

    known = prefixes->elts;

    for (i = 0; i < prefixes->nelts; i++) {
        if (nsess_str_equal_nocase(ngx_http_session_str(&known[i]),
                                   ngx_http_session_str(prefix)))
        {
            return NGX_OK;
        }
    }

    known = ngx_array_push(prefixes);
    if (known == NULL) {
        return NGX_ERROR;
    }

    *known = *prefix;

    return NGX_OK;
}
