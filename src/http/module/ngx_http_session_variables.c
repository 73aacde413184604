/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The table of the module's variables, and session_variable, which declares
 * others.
 */


#include "ngx_http_session_csrf.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_keys.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_meta.h"
#include "ngx_http_session_names.h"
#include "ngx_http_session_variables.h"


/* longer than each name in the table: the end of a key is not looked at */
#define NGX_HTTP_SESSION_OWN_NAME_MAX  64


static ngx_uint_t ngx_http_session_is_reserved(ngx_str_t *name);
static ngx_uint_t ngx_http_session_is_hidden(ngx_array_t *declared,
    ngx_str_t *key);
static ngx_int_t ngx_http_session_parse_path(ngx_str_t *text,
    ngx_http_session_path_t *path);


static ngx_http_variable_t  ngx_http_session_vars[] = {

    { ngx_string("session_id"), NULL, ngx_http_session_name_variable,
      NGX_HTTP_SESSION_NAME_LEN, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_status"), NULL, ngx_http_session_status_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_id_hash"), NULL, ngx_http_session_name_variable,
      NGX_HTTP_SESSION_HASH_LEN, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_created"), NULL,
      ngx_http_session_number_variable,
      NGX_HTTP_SESSION_CREATED, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_age"), NULL, ngx_http_session_number_variable,
      NGX_HTTP_SESSION_AGE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_ttl"), NULL, ngx_http_session_number_variable,
      NGX_HTTP_SESSION_TTL, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_opaque"), NULL,
      ngx_http_session_number_variable,
      NGX_HTTP_SESSION_OPAQUE, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_error"), NULL, ngx_http_session_error_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_save"), NULL, ngx_http_session_save_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_load_time"), NULL,
      ngx_http_session_took_variable, 0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_save_time"), NULL,
      ngx_http_session_took_variable, 1, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_upstream"), NULL,
      ngx_http_session_upstream_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_csrf"), NULL, ngx_http_session_verdict_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_csrf"), NULL, ngx_http_session_csrf_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("session_meta_"), NULL, ngx_http_session_no_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

    { ngx_string("session_"), NULL, ngx_http_session_key_variable,
      0, NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

      ngx_http_null_variable
};


ngx_int_t
ngx_http_session_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_session_vars; v->name.len; v++) {
        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    return NGX_OK;
}


ngx_int_t
ngx_http_session_known_names(ngx_pool_t *pool, ngx_str_t *prefix,
    ngx_str_t *names)
{
    u_char               *p;
    size_t                len;
    ngx_http_variable_t  *v;

    len = 0;

    for (v = ngx_http_session_vars; v->name.len; v++) {
        len += v->name.len + sizeof("\"$\", ") - 1;
    }

    p = ngx_pnalloc(pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    names->data = p;

    for (v = ngx_http_session_vars; v->name.len; v++) {

        if (v->name.len > prefix->len
            && ngx_strncmp(v->name.data, prefix->data, prefix->len) == 0)
        {
            p = ngx_sprintf(p, "%s\"$%V\"", p == names->data ? "" : ", ",
                            &v->name);
        }
    }

    names->len = p - names->data;

    return NGX_OK;
}


/* nginx would refuse to add it, and would not say which directive wanted to */

static ngx_uint_t
ngx_http_session_is_taken_name(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_uint_t                  i;
    ngx_hash_key_t             *key;
    ngx_http_variable_t        *v;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    key = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {

        if (key[i].key.len == name->len
            && ngx_strncasecmp(key[i].key.data, name->data, name->len) == 0)
        {
            v = key[i].value;
            return !(v->flags & NGX_HTTP_VAR_CHANGEABLE);
        }
    }

    return 0;
}


char *
ngx_http_session_variable(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                     *value, name;
    ngx_uint_t                     flags;
    ngx_http_variable_t           *var;
    ngx_http_session_path_t       *path, **declared;
    ngx_http_session_main_conf_t  *smcf;

    value = cf->args->elts;
    name = value[1];

    /* digits are captures */

    if (name.len < 2 || name.data[0] != '$'
        || (name.data[1] >= '0' && name.data[1] <= '9'))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid variable name \"%V\" in "
                           "\"session_variable\": \"$name\" is expected, "
                           "and no digit at its beginning",
                           &name);
        return NGX_CONF_ERROR;
    }

    name.len--;
    name.data++;

    if (ngx_http_session_is_reserved(&name)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "variable \"$%V\" in \"session_variable\" is "
                           "reserved: another name is expected", &name);
        return NGX_CONF_ERROR;
    }

    path = ngx_pcalloc(cf->pool, sizeof(ngx_http_session_path_t));
    if (path == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_session_parse_path(&value[2], path) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid path \"%V\" in \"session_variable\": up "
                           "to %d keys with a \".\" between them are expected",
                           &value[2], NGX_HTTP_SESSION_PATH_MAX);
        return NGX_CONF_ERROR;
    }

    /* a nested value can only be read */

    flags = NGX_HTTP_VAR_NOCACHEABLE;

    if (path->n == 1) {
        flags |= NGX_HTTP_VAR_CHANGEABLE;
    }

    var = NULL;

    if (!ngx_http_session_is_taken_name(cf, &name)) {
        var = ngx_http_add_variable(cf, &name, flags);
        if (var == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    if (var == NULL || var->get_handler != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "variable \"$%V\" in \"session_variable\" is "
                           "taken, by a module, a \"set\" or another "
                           "\"session_variable\" above: another name is "
                           "expected, or this line in front of the \"set\"",
                           &name);
        return NGX_CONF_ERROR;
    }

    path->name = name;

    smcf = conf;

    declared = ngx_array_push(&smcf->declared);
    if (declared == NULL) {
        return NGX_CONF_ERROR;
    }

    *declared = path;

    var->get_handler = ngx_http_session_path_variable;
    var->data = (uintptr_t) path;

    if (path->n == 1) {
        var->set_handler = ngx_http_session_set_variable;
    }

    return NGX_CONF_OK;
}


/* is it in the table, or does it begin with a reserved prefix? */

static ngx_uint_t
ngx_http_session_is_reserved(ngx_str_t *name)
{
    ngx_http_variable_t  *v;

    for (v = ngx_http_session_vars; v->name.len; v++) {

        if (v->get_handler == ngx_http_session_key_variable
            || name->len < v->name.len
            || ngx_strncasecmp(name->data, v->name.data, v->name.len) != 0)
        {
            continue;
        }

        if (name->len == v->name.len || (v->flags & NGX_HTTP_VAR_PREFIX)) {
            return 1;
        }
    }

    return 0;
}


void
ngx_http_session_warn_hidden(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    ngx_uint_t                 i;
    ngx_http_session_noted_t  *noted;

    noted = smcf->noted.elts;

    for (i = 0; i < smcf->noted.nelts; i++) {

        if (!ngx_http_session_is_hidden(&smcf->declared, &noted[i].key)) {
            continue;
        }

        ngx_conf_log_error(NGX_LOG_WARN, ngx_session_at(cf, &noted[i].place),
                           0, "key \"%V\" in \"%V\": $session_%V is a variable "
                           "of the module itself, and not this key; another "
                           "name is expected, or \"session_variable $NAME "
                           "%V\"",
                           &noted[i].key, &noted[i].place.directive,
                           &noted[i].key, &noted[i].key);
    }

    /* the pool of the list ends with the configuration's reading */

    ngx_memzero(&smcf->noted, sizeof(ngx_array_t));
}


/* has a variable of the module the key's name, and the key no other one? */

static ngx_uint_t
ngx_http_session_is_hidden(ngx_array_t *declared, ngx_str_t *key)
{
    ngx_str_t                  name;
    ngx_uint_t                 i;
    ngx_http_session_path_t  **path;
    u_char                     buf[NGX_HTTP_SESSION_OWN_NAME_MAX];

    path = declared->elts;

    for (i = 0; i < declared->nelts; i++) {
        if (path[i]->n == 1
            && ngx_http_session_equal(&path[i]->path[0], key))
        {
            return 0;
        }
    }

    name.data = buf;
    name.len = ngx_snprintf(buf, sizeof(buf), "session_%V", key) - buf;

    return ngx_http_session_is_reserved(&name);
}


static ngx_int_t
ngx_http_session_parse_path(ngx_str_t *text, ngx_http_session_path_t *path)
{
    u_char  *p, *dot, *last;

    p = text->data;
    last = text->data + text->len;

    for ( ;; ) {

        if (path->n == NGX_HTTP_SESSION_PATH_MAX) {
            return NGX_ERROR;
        }

        dot = ngx_strlchr(p, last, '.');
        if (dot == NULL) {
            dot = last;
        }

        if (dot == p || *p == '$' || (dot == p + 1 && *p == '*')) {
            return NGX_ERROR;
        }

        path->path[path->n].data = p;
        path->path[path->n].len = dot - p;
        path->n++;

        if (dot == last) {
            return NGX_OK;
        }

        p = dot + 1;
    }
}
