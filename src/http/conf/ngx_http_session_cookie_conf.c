/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cookies of a manager: their attributes, and whether browsers take them.
 */


#include "ngx_http_session_cookie_conf.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_words.h"

#include "nsess.h"
#include "nsess_cookie.h"


/* 400 days: RFC 6265bis, section 5.5 */
#define NGX_HTTP_SESSION_MAX_AGE_MAX  (400 * 24 * 3600)


typedef ngx_int_t (*ngx_http_session_attr_pt)(nsess_cookie_t *ck,
    ngx_str_t *value);


typedef struct {
    ngx_str_t                  name;        /* with its "=" */
    ngx_http_session_attr_pt   set;
    char                      *expected;
} ngx_http_session_attr_t;


static char *ngx_http_session_cookie_attr(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_str_t *word, ngx_uint_t *seen);
static ngx_http_session_attr_t *ngx_http_session_find_attr(ngx_str_t *word);
static ngx_int_t ngx_http_session_attr_path(nsess_cookie_t *ck,
    ngx_str_t *value);
static ngx_int_t ngx_http_session_attr_domain(nsess_cookie_t *ck,
    ngx_str_t *value);
static ngx_int_t ngx_http_session_attr_samesite(nsess_cookie_t *ck,
    ngx_str_t *value);
static ngx_int_t ngx_http_session_attr_secure(nsess_cookie_t *ck,
    ngx_str_t *value);
static ngx_int_t ngx_http_session_attr_httponly(nsess_cookie_t *ck,
    ngx_str_t *value);
static ngx_int_t ngx_http_session_attr_max_age(nsess_cookie_t *ck,
    ngx_str_t *value);
static ngx_int_t ngx_http_session_attr_partitioned(nsess_cookie_t *ck,
    ngx_str_t *value);
static ngx_int_t ngx_http_session_on_off(ngx_str_t *value);


static ngx_http_session_attr_t  ngx_http_session_attrs[] = {

    { ngx_string("path="), ngx_http_session_attr_path,
      "a path that begins with \"/\"" },

    { ngx_string("domain="), ngx_http_session_attr_domain,
      "a host name" },

    { ngx_string("samesite="), ngx_http_session_attr_samesite,
      "\"lax\", \"strict\" or \"none\"" },

    { ngx_string("secure="), ngx_http_session_attr_secure,
      "\"on\", \"off\" or \"auto\"" },

    { ngx_string("httponly="), ngx_http_session_attr_httponly,
      "\"on\" or \"off\"" },

    { ngx_string("max_age="), ngx_http_session_attr_max_age,
      "a time from 1s to 400d" },

    { ngx_string("partitioned"), ngx_http_session_attr_partitioned,
      "no value" },

    { ngx_null_string, NULL, NULL }
};


char *
ngx_http_session_conf_cookie(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    u_char  *p = conf;

    ngx_str_t       *value;
    nsess_cookie_t  *ck;

    ck = (nsess_cookie_t *) (p + cmd->offset);

    if (ck->name.data != NULL) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_http_session_find_attr(&value[1])->name.len != 0
        && ngx_strchr(value[1].data, '=') != NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" in \"cookie\" stands behind the name of "
                           "the cookie: \"cookie NAME %V\" is expected, such "
                           "as \"cookie sid %V\"",
                           &value[1], &value[1], &value[1]);
        return NGX_CONF_ERROR;
    }

    *ck = *(const nsess_cookie_t *) cmd->post;
    ck->name = ngx_http_session_str(&value[1]);

    return ngx_http_session_cookie_words(cf, ck, 2);
}


char *
ngx_http_session_cookie_words(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_uint_t first)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i, seen;

    value = cf->args->elts;
    seen = 0;

    for (i = 1; i < cf->args->nelts; i++) {
        rv = ngx_http_session_plain_word(cf, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    for (i = 1; i < first; i++) {
        if (!nsess_cookie_is_name(ngx_http_session_str(&value[i]))) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid name \"%V\" in \"%V\": \"%V %s\" is "
                               "expected, of letters, digits and %s",
                               &value[i], &value[0], &value[0],
                               first == 2 ? "NAME" : "ID VERIFICATION",
                               NSESS_COOKIE_NAME_MARKS);
            return NGX_CONF_ERROR;
        }
    }

    for (i = first; i < cf->args->nelts; i++) {
        rv = ngx_http_session_cookie_attr(cf, ck, &value[i], &seen);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_cookie_attr(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_str_t *word, ngx_uint_t *seen)
{
    ngx_str_t                 value, *directive;
    ngx_uint_t                bit;
    ngx_http_session_attr_t  *attr;

    directive = cf->args->elts;

    attr = ngx_http_session_find_attr(word);

    if (attr->name.len != 0) {
        value.data = word->data + attr->name.len;
        value.len = word->len - attr->name.len;

        bit = (ngx_uint_t) 1 << (attr - ngx_http_session_attrs);

        if (*seen & bit) {
            return ngx_http_session_twice(cf, word);
        }

        *seen |= bit;

        if (attr->set(ck, &value) == NGX_OK) {
            return NGX_CONF_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\": "
                           "%s is expected",
                           word, directive, attr->expected);
        return NGX_CONF_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"%V\": path=, "
                       "domain=, samesite=, secure=, httponly=, max_age= or "
                       "partitioned is expected",
                       word, directive);

    return NGX_CONF_ERROR;
}


/* the last one, without a name, if the word is no attribute */

static ngx_http_session_attr_t *
ngx_http_session_find_attr(ngx_str_t *word)
{
    ngx_http_session_attr_t  *attr;

    for (attr = ngx_http_session_attrs; attr->name.len != 0; attr++) {

        if (word->len >= attr->name.len
            && ngx_strncmp(word->data, attr->name.data, attr->name.len) == 0)
        {
            break;
        }
    }

    return attr;
}


static ngx_int_t
ngx_http_session_attr_path(nsess_cookie_t *ck, ngx_str_t *value)
{
    ck->path = ngx_http_session_str(value);

    return value->len != 0 && value->data[0] == '/' ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_session_attr_domain(nsess_cookie_t *ck, ngx_str_t *value)
{
    ck->domain = ngx_http_session_str(value);

    return value->len != 0 ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_session_attr_samesite(nsess_cookie_t *ck, ngx_str_t *value)
{
    if (value->len == 3 && ngx_strncmp(value->data, "lax", 3) == 0) {
        ck->samesite = NSESS_SAMESITE_LAX;
        return NGX_OK;
    }

    if (value->len == 6 && ngx_strncmp(value->data, "strict", 6) == 0) {
        ck->samesite = NSESS_SAMESITE_STRICT;
        return NGX_OK;
    }

    if (value->len == 4 && ngx_strncmp(value->data, "none", 4) == 0) {
        ck->samesite = NSESS_SAMESITE_NONE;
        return NGX_OK;
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_session_attr_secure(nsess_cookie_t *ck, ngx_str_t *value)
{
    ngx_int_t  on;

    if (value->len == 4 && ngx_strncmp(value->data, "auto", 4) == 0) {
        ck->secure = NSESS_SECURE_AUTO;
        return NGX_OK;
    }

    on = ngx_http_session_on_off(value);
    ck->secure = (on == 1) ? NSESS_SECURE_ON : NSESS_SECURE_OFF;

    return on == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_session_attr_httponly(nsess_cookie_t *ck, ngx_str_t *value)
{
    ngx_int_t  on;

    on = ngx_http_session_on_off(value);
    ck->httponly = (on == 1);

    return on == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_http_session_attr_max_age(nsess_cookie_t *ck, ngx_str_t *value)
{
    ck->max_age = ngx_parse_time(value, 1);

    return ck->max_age >= 1 && ck->max_age <= NGX_HTTP_SESSION_MAX_AGE_MAX
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_session_attr_partitioned(nsess_cookie_t *ck, ngx_str_t *value)
{
    ck->partitioned = 1;

    return value->len == 0 ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_http_session_on_off(ngx_str_t *value)
{
    if (value->len == 2 && ngx_strncmp(value->data, "on", 2) == 0) {
        return 1;
    }

    if (value->len == 3 && ngx_strncmp(value->data, "off", 3) == 0) {
        return 0;
    }

    return NGX_ERROR;
}


char *
ngx_http_session_check_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *ck, char *directive)
{
    const char  *wrong;

    wrong = nsess_cookie_check(ck);

    if (wrong == NULL) {
        return NGX_CONF_OK;
    }

    cf = ngx_session_at_directive(cf, manager->places, directive);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid \"%s\" \"%*s\" in session_manager \"%V\": %s",
                       directive, ck->name.len, ck->name.data, &manager->name,
                       wrong);

    return NGX_CONF_ERROR;
}
