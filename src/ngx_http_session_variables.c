/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * $session_<key>, $session_id, $session_status, $session_meta_<name>, and
 * the names that session_variable declares.
 */


#include "ngx_http_session_module.h"


#define NGX_HTTP_SESSION_PATH_MAX  16


/* a declared variable */
typedef struct {
    ngx_str_t                     name;
    ngx_uint_t                    n;
    ngx_str_t                     path[NGX_HTTP_SESSION_PATH_MAX];
} ngx_http_session_path_t;


static ngx_int_t ngx_http_session_value(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_str_t *name, ngx_str_t *path,
    ngx_uint_t n);
static void ngx_http_session_found(ngx_http_variable_value_t *v, u_char *data,
    size_t len);
static ngx_int_t ngx_http_session_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_path_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_http_session_set_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_uint_t ngx_http_session_is_early(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_name_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_uint_t ngx_http_session_number(ngx_http_session_ctx_t *ctx,
    uintptr_t which, int64_t *number);
static ngx_int_t ngx_http_session_error_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_save_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_took_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_upstream_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_session_no_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_uint_t ngx_http_session_is_reserved(ngx_str_t *name);
static ngx_int_t ngx_http_session_parse_path(ngx_str_t *text,
    ngx_http_session_path_t *path);


typedef enum {
    NGX_HTTP_SESSION_CREATED = 0,
    NGX_HTTP_SESSION_AGE,
    NGX_HTTP_SESSION_TTL,
    NGX_HTTP_SESSION_OPAQUE
} ngx_http_session_number_e;


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


static ngx_str_t  ngx_http_session_status_name = ngx_string("session_status");
static ngx_str_t  ngx_http_session_id_name = ngx_string("session_id");
static ngx_str_t  ngx_http_session_hash_name =
    ngx_string("session_meta_id_hash");

static ngx_str_t  ngx_http_session_statuses[] = {
    ngx_null_string,
    ngx_string("NONE"),
    ngx_string("HIT"),
    ngx_string("FORGED"),
    ngx_string("EXPIRED"),
    ngx_string("NEW"),
    ngx_string("ERROR"),
    ngx_string("CORRUPT")
};


static ngx_int_t
ngx_http_session_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t *name = (ngx_str_t *) data;

    ngx_str_t  key;

    key.data = name->data + sizeof("session_") - 1;
    key.len = name->len - (sizeof("session_") - 1);

    return ngx_http_session_value(r, v, name, &key, 1);
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


static void
ngx_http_session_found(ngx_http_variable_value_t *v, u_char *data, size_t len)
{
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->data = data;
    v->len = len;
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


static ngx_int_t
ngx_http_session_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t               *status;
    ngx_http_session_ctx_t  *ctx;

    ngx_http_session_read_early(r, &ngx_http_session_status_name);

    ctx = ngx_http_session_here(r);

    if (ctx == NULL || ctx->status == NGX_HTTP_SESSION_UNKNOWN) {
        v->not_found = 1;
        return NGX_OK;
    }

    status = &ngx_http_session_statuses[ctx->status];

    ngx_http_session_found(v, status->data, status->len);

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_name_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_session_ctx_t  *ctx;

    ngx_http_session_read_early(r, data == NGX_HTTP_SESSION_NAME_LEN
                                   ? &ngx_http_session_id_name
                                   : &ngx_http_session_hash_name);

    ctx = ngx_http_session_here(r);

    if (ctx == NULL
        || (ctx->status != NGX_HTTP_SESSION_HIT
            && ctx->status != NGX_HTTP_SESSION_NEW
            && !(ctx->has_token && ctx->status != NGX_HTTP_SESSION_UNKNOWN)))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_http_session_found(v, ctx->name, data);

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                  *p;
    int64_t                  number;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL
        || (ctx->status != NGX_HTTP_SESSION_HIT
            && ctx->status != NGX_HTTP_SESSION_NEW)
        || !ngx_http_session_number(ctx, data, &number))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_http_session_found(v, p, ngx_sprintf(p, "%L", number) - p);

    return NGX_OK;
}


/* 0: it is not known */

static ngx_uint_t
ngx_http_session_number(ngx_http_session_ctx_t *ctx, uintptr_t which,
    int64_t *number)
{
    switch (which) {

    case NGX_HTTP_SESSION_CREATED:
        *number = ctx->token.created;
        return ctx->token.created != 0;

    case NGX_HTTP_SESSION_AGE:
        *number = ngx_time() - ctx->token.created;
        return ctx->token.created != 0;

    case NGX_HTTP_SESSION_TTL:
        *number = ctx->ttl;
        return 1;

    default: /* NGX_HTTP_SESSION_OPAQUE */
        *number = ctx->record.opaque;
        return 1;
    }
}


static ngx_int_t
ngx_http_session_error_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char              *reason;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL
        || (ctx->reason == NGX_SESSION_MC_OK && !ctx->unknown))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    reason = ctx->unknown ? ngx_http_session_unknown
                          : ngx_session_mc_reason(ctx->reason);

    ngx_http_session_found(v, (u_char *) reason, ngx_strlen(reason));

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_save_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char              *result;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL || ctx->result == NGX_HTTP_SESSION_SAVE_NONE) {
        v->not_found = 1;
        return NGX_OK;
    }

    result = ngx_http_session_result(ctx->result);

    ngx_http_session_found(v, (u_char *) result, ngx_strlen(result));

    return NGX_OK;
}


/* data: of the save, or else of the load */

static ngx_int_t
ngx_http_session_took_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                  *p;
    ngx_msec_t               msec;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL || !(data ? ctx->save_timed : ctx->load_timed)) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (p == NULL) {
        return NGX_ERROR;
    }

    msec = data ? ctx->save_time : ctx->load_time;

    ngx_http_session_found(v, p, ngx_sprintf(p, "%T.%03M",
                                             (time_t) (msec / 1000),
                                             msec % 1000)
                                 - p);

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_upstream_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    ctx = ngx_http_session_get_ctx(r);
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    /* an upstream may speak of a session that is not loaded */

    if (ctx == NULL || ctx->verdict.len == 0 || ctx->changed == NULL
        || ctx->changed != slcf->manager)
    {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_http_session_found(v, ctx->verdict.data, ctx->verdict.len);

    return NGX_OK;
}


/* $session_meta_<anything else> is reserved */

static ngx_int_t
ngx_http_session_no_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    v->not_found = 1;

    return NGX_OK;
}


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


char *
ngx_http_session_variable(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t                *value, name;
    ngx_uint_t                flags;
    ngx_http_variable_t      *var;
    ngx_http_session_path_t  *path;

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

    var->get_handler = ngx_http_session_path_variable;
    var->data = (uintptr_t) path;

    if (path->n == 1) {
        var->set_handler = ngx_http_session_set_variable;
    }

    return NGX_CONF_OK;
}


/* one of ours, but for the prefix of keys, or below a reserved prefix */

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

        if (dot == p) {
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
