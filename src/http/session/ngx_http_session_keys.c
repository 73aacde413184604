/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Variables with keys of a session: $session_<key>, and the names that
 * session_variable declares.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_early.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_keys.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_read.h"

#include "nsess_change.h"


static void ngx_http_session_variable_key(ngx_str_t *name, ngx_str_t *key);
static ngx_int_t ngx_http_session_value(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, ngx_str_t *name, ngx_str_t *path,
    ngx_uint_t n);
static ngx_uint_t ngx_http_session_is_early(ngx_http_request_t *r);


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


ngx_int_t
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


void
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
                                     NGX_HTTP_SESSION_DROP_NO_SESSION);
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
