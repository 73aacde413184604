/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values that decide (session_require, "if=", session_set) are evaluated
 * afresh: what nginx keeps of a variable may have been computed before the
 * session was loaded, in a location of another manager, or from an answer
 * that a cache has of another user.
 *
 * A value is evaluated on a copy of the request's variables, so that all else
 * in the request goes on with what it had.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_module.h"


static ngx_http_variable_value_t *ngx_http_session_copy_variables(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_session_evaluate_uncached(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *value);


ngx_int_t
ngx_http_session_evaluate(ngx_http_request_t *r, ngx_http_complex_value_t *cv,
    ngx_str_t *value)
{
    ngx_int_t                   rc;
    ngx_http_variable_value_t  *kept, *fresh;

    if (cv->flushes == NULL) {

        /* without variables */

        return ngx_http_complex_value(r, cv, value);
    }

    fresh = ngx_http_session_copy_variables(r);
    if (fresh == NULL) {
        return NGX_ERROR;
    }

    ngx_http_session_refresh_variables(r, fresh);

    kept = r->variables;
    r->variables = fresh;

    rc = ngx_http_session_evaluate_uncached(r, cv, value);

    r->variables = kept;

    return rc;
}


static ngx_http_variable_value_t *
ngx_http_session_copy_variables(ngx_http_request_t *r)
{
    size_t                      size;
    ngx_http_session_ctx_t     *ctx;
    ngx_http_variable_value_t  *copy;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    size = cmcf->variables.nelts * sizeof(ngx_http_variable_value_t);

    ctx = ngx_http_session_get_ctx(r);
    copy = ctx != NULL ? ctx->variables : NULL;

    if (copy == NULL) {
        copy = ngx_palloc(r->pool, size);
        if (copy == NULL) {
            return NULL;
        }

        if (ctx != NULL) {
            ctx->variables = copy;
        }
    }

    ngx_memcpy(copy, r->variables, size);

    return copy;
}


/* regular expressions of a map leave the captures of the request alone */

static ngx_int_t
ngx_http_session_evaluate_uncached(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *value)
{
    ngx_int_t                          rc;
    ngx_uint_t                         from_cache;
    ngx_http_session_cached_lines_t    lines;
#if (NGX_PCRE)
    int                               *captures;
    u_char                            *captures_data;
    ngx_uint_t                         ncaptures, realloc_captures;

    captures = r->captures;
    captures_data = r->captures_data;
    ncaptures = r->ncaptures;
    realloc_captures = r->realloc_captures;

    r->realloc_captures = 1;
#endif

    /* what the cached answer says was said to another user */

    from_cache = r->upstream != NULL
                 && ngx_http_session_from_cache(r->upstream);

    if (from_cache) {
        ngx_http_session_take_cached_lines(r, &lines);
    }

    rc = ngx_http_complex_value(r, cv, value);

    if (from_cache) {
        ngx_http_session_give_cached_lines(r, &lines);
    }

#if (NGX_PCRE)
    r->captures = captures;
    r->captures_data = captures_data;
    r->ncaptures = ncaptures;
    r->realloc_captures = realloc_captures;
#endif

    return rc;
}


ngx_int_t
ngx_http_session_test(ngx_http_request_t *r, ngx_http_complex_value_t *cv,
    ngx_uint_t *yes)
{
    ngx_str_t  value;

    if (ngx_http_session_evaluate(r, cv, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    *yes = value.len != 0 && !(value.len == 1 && value.data[0] == '0');

    return NGX_OK;
}
