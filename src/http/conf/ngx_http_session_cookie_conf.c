/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * cookie: the name and the attributes of a manager's cookie.
 */


#include "ngx_http_session_cookie_conf.h"
#include "ngx_http_session_manager.h"

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


static void ngx_http_session_cookie_defaults(nsess_cookie_t *ck);
static void ngx_http_session_cookie_names_defaults(
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_cookie_words(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_uint_t first);
static char *ngx_http_session_check_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *ck, char *directive);
static char *ngx_http_session_cookie_attr(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_str_t *word, ngx_uint_t *seen);
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
      "\"on\" or \"off\"" },

    { ngx_string("httponly="), ngx_http_session_attr_httponly,
      "\"on\" or \"off\"" },

    { ngx_string("max_age="), ngx_http_session_attr_max_age,
      "a time from 1s to 400d" },

    { ngx_string("partitioned"), ngx_http_session_attr_partitioned,
      "no value" },

    { ngx_null_string, NULL, NULL }
};


char *
ngx_http_session_manager_cookie(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    ngx_str_t  *value;

    if (manager->cookie_set) {
        return "is duplicate";
    }

    manager->cookie_set = 1;

    value = cf->args->elts;

    ngx_http_session_cookie_defaults(&manager->cookie);
    manager->cookie.name = ngx_http_session_str(&value[1]);

    return ngx_http_session_cookie_words(cf, &manager->cookie, 2);
}


char *
ngx_http_session_manager_cookie_names(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    ngx_str_t  *value;

    if (manager->names_set) {
        return "is duplicate";
    }

    manager->names_set = 1;

    value = cf->args->elts;

    if (ngx_http_session_equal(&value[1], &value[2])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate name \"%V\" in \"cookie_names\": two "
                           "different names are expected", &value[1]);
        return NGX_CONF_ERROR;
    }

    ngx_http_session_cookie_names_defaults(manager);

    manager->cookie.name = ngx_http_session_str(&value[1]);
    manager->verification.name = ngx_http_session_str(&value[2]);

    return ngx_http_session_cookie_words(cf, &manager->cookie, 3);
}


/* Tornado's own default */

static void
ngx_http_session_cookie_names_defaults(ngx_http_session_manager_t *manager)
{
    static nsess_str_t  root = nsess_string("/");
    static nsess_str_t  id = nsess_string("session_id");
    static nsess_str_t  verification = nsess_string("verification");

    manager->cookie.path = root;
    manager->cookie.max_age = -1;
    manager->cookie.name = id;
    manager->verification.name = verification;
}


static char *
ngx_http_session_cookie_words(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_uint_t first)
{
    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i, seen;

    value = cf->args->elts;
    seen = 0;

    for (i = first; i < cf->args->nelts; i++) {
        rv = ngx_http_session_cookie_attr(cf, ck, &value[i], &seen);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static void
ngx_http_session_cookie_defaults(nsess_cookie_t *ck)
{
    static nsess_str_t  sid = nsess_string("sid");
    static nsess_str_t  root = nsess_string("/");

    ck->name = sid;
    ck->path = root;
    ck->samesite = NSESS_SAMESITE_LAX;
    ck->max_age = -1;
    ck->secure = 1;
    ck->httponly = 1;
}


static char *
ngx_http_session_cookie_attr(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_str_t *word, ngx_uint_t *seen)
{
    ngx_str_t                 value, *directive;
    ngx_uint_t                bit;
    ngx_http_session_attr_t  *attr;

    directive = cf->args->elts;

    for (attr = ngx_http_session_attrs; attr->name.len != 0; attr++) {

        if (word->len < attr->name.len
            || ngx_strncmp(word->data, attr->name.data, attr->name.len) != 0)
        {
            continue;
        }

        value.data = word->data + attr->name.len;
        value.len = word->len - attr->name.len;

        bit = (ngx_uint_t) 1 << (attr - ngx_http_session_attrs);

        if (*seen & bit) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "duplicate parameter \"%V\" in \"%V\"",
                               word, directive);
            return NGX_CONF_ERROR;
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

    on = ngx_http_session_on_off(value);
    ck->secure = (on == 1);

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
ngx_http_session_init_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    u_char          *p;
    size_t           len;
    nsess_cookie_t  *ck;

    ck = &manager->cookie;

    if (!manager->cookie_set) {
        ngx_http_session_cookie_defaults(ck);
    }

    /* a browser takes a __Host- cookie only from this host, over TLS */

    len = ck->name.len;

    if (ck->secure && ck->domain.len == 0
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


char *
ngx_http_session_init_cookie_names(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char         *rv;
    nsess_str_t   name;

    if (!manager->names_set) {
        ngx_http_session_cookie_names_defaults(manager);
    }

    if (manager->cookie.max_age >= 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"max_age=\" in "
                           "\"cookie_names\": \"expires_days\" is expected");
        return NGX_CONF_ERROR;
    }

    name = manager->verification.name;

    manager->verification = manager->cookie;
    manager->verification.name = name;

    rv = ngx_http_session_check_cookie(cf, manager, &manager->cookie,
                                       "cookie_names");
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_session_check_cookie(cf, manager, &manager->verification,
                                         "cookie_names");
}


static char *
ngx_http_session_check_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *ck, char *directive)
{
    const char  *wrong;

    wrong = nsess_cookie_check(ck);

    if (wrong == NULL) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid \"%s\" \"%*s\" in session_manager \"%V\": %s",
                       directive, ck->name.len, ck->name.data, &manager->name,
                       wrong);

    return NGX_CONF_ERROR;
}
