/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a session holds: $session_<key>, and the names that session_variable
 * declares.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_early.h"
#include "ngx_http_session_keys.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_variables.h"

#include "nsess_change.h"


static void ngx_http_session_variable_key(ngx_str_t *name, ngx_str_t *key);
static ngx_int_t ngx_http_session_path_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_value(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_str_t *name, ngx_str_t *path,
    ngx_uint_t n);
static void ngx_http_session_set_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_uint_t ngx_http_session_is_early(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_parse_path(ngx_str_t *text,
    ngx_http_session_path_t *path);


ngx_int_t
ngx_http_session_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t *name = (ngx_str_t *) data;

    ngx_str_t  key;

    ngx_http_session_variable_key(name, &key);

    return ngx_http_session_value(r, v, name, &key, 1);
}


static void
ngx_http_session_variable_key(ngx_str_t *name, ngx_str_t *key)
{
    key->data = name->data + sizeof("session_") - 1;
    key->len = name->len - (sizeof("session_") - 1);
}


static ngx_int_t
ngx_http_session_path_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_session_path_t *path = (ngx_http_session_path_t *) data;

    return ngx_http_session_value(r, v, &path->name, path->path, path->n);
}


static ngx_int_t
ngx_http_session_value(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    ngx_str_t *name, ngx_str_t *path, ngx_uint_t n)
{
    ngx_int_t                     rc;
    ngx_str_t                     value;
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    ngx_http_session_read_early(r, name);

    ctx = ngx_http_session_get_ctx(r);
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ctx == NULL || slcf->manager == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    rc = ngx_http_session_read(ctx, slcf->manager, path, n, &value);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        v->not_found = 1;
        return NGX_OK;
    }

    /* rc == NGX_OK */

    ngx_http_session_found(v, value.data, value.len);

    return NGX_OK;
}


ngx_uint_t
ngx_http_session_variable_path(ngx_http_variable_t *v, ngx_str_t *key,
    ngx_str_t **path)
{
    ngx_http_session_path_t  *declared;

    if (v->get_handler == ngx_http_session_key_variable) {
        ngx_http_session_variable_key((ngx_str_t *) v->data, key);
        *path = key;
        return 1;
    }

    if (v->get_handler == ngx_http_session_path_variable) {
        declared = (ngx_http_session_path_t *) v->data;
        *path = declared->path;
        return declared->n;
    }

    return 0;
}


ngx_uint_t
ngx_http_session_is_false_variable(ngx_http_request_t *r, ngx_uint_t index)
{
    ngx_str_t                     key, *path;
    ngx_uint_t                    n;
    ngx_http_variable_t          *v;
    ngx_http_session_ctx_t       *ctx;
    ngx_http_core_main_conf_t    *cmcf;
    ngx_http_session_loc_conf_t  *slcf;

    ctx = ngx_http_session_get_ctx(r);
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ctx == NULL || slcf->manager == NULL) {
        return 0;
    }

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    v = (ngx_http_variable_t *) cmcf->variables.elts + index;

    n = ngx_http_session_variable_path(v, &key, &path);

    return n != 0 && ngx_http_session_is_false(ctx, slcf->manager, path, n);
}


static void
ngx_http_session_set_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_session_path_t *path = (ngx_http_session_path_t *) data;

    ngx_str_t                     value;
    nsess_change_e                op;
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    if (r != r->main) {
        ngx_http_session_log_dropped(r, &path->path[0],
                                     NGX_HTTP_SESSION_DROP_SUBREQUEST);
        return;
    }

    if (r->header_sent) {
        ngx_http_session_log_dropped(r, &path->path[0],
                                     NGX_HTTP_SESSION_DROP_LATE);
        return;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (slcf->manager == NULL) {
        ngx_http_session_log_dropped(r, &path->path[0],
                                     NGX_HTTP_SESSION_DROP_HOMELESS);
        return;
    }

    ctx = ngx_http_session_make_ctx(r);
    if (ctx == NULL) {
        return;
    }

    ngx_http_session_change_for(ctx, slcf->manager);

    value.data = v->data;
    value.len = v->len;

    op = v->not_found ? NSESS_CHANGE_UNSET : NSESS_CHANGE_SET;

    if (ngx_http_session_is_early(r)) {
        (void) ngx_http_session_change_early(ctx, op, &path->path[0], &value);

    } else {
        (void) ngx_http_session_change(ctx, op, &path->path[0], &value);
    }
}


/* is it written by "set", or as early as that? */

static ngx_uint_t
ngx_http_session_is_early(ngx_http_request_t *r)
{
    ngx_http_phase_handler_t   *ph;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    ph = cmcf->phase_engine.handlers + r->phase_handler;

    /* with a status it is a header filter that writes */

    return ph->checker == ngx_http_core_rewrite_phase
           && r->headers_out.status == 0;
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

    if (name.len < 2 || name.data[0] != '$') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid variable name \"%V\" in "
                           "\"session_variable\": \"$name\" is expected",
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

    /* what is nested is read only */

    flags = NGX_HTTP_VAR_NOCACHEABLE;

    if (path->n == 1) {
        flags |= NGX_HTTP_VAR_CHANGEABLE;
    }

    var = ngx_http_add_variable(cf, &name, flags);
    if (var == NULL) {
        return NGX_CONF_ERROR;
    }

    if (var->get_handler != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "variable \"$%V\" in \"session_variable\" is "
                           "taken: another name is expected", &name);
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
