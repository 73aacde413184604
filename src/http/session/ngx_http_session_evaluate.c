/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values that decide (session_require, "if=", session_set) are evaluated
 * afresh, since nginx keeps values of variables: a kept value may be of the
 * time before the session was loaded, of a location with another manager, or
 * of an answer to another user that came from a cache.
 *
 * A value is evaluated on a copy of the request's variables, so that the rest
 * of the request keeps its values.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_derived.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_keys.h"
#include "ngx_http_session_main.h"


/* of the last regular expression that the request has met */
typedef struct {
    int                          *captures;
    u_char                       *data;
    ngx_uint_t                    n;
    ngx_uint_t                    realloc;
} ngx_http_session_captures_t;


static ngx_http_variable_value_t *ngx_http_session_copy_variables(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_session_evaluate_fresh(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *value);
static void ngx_http_session_keep_captures(ngx_http_request_t *r,
    ngx_http_session_captures_t *captures);
static void ngx_http_session_restore_captures(ngx_http_request_t *r,
    ngx_http_session_captures_t *captures);
static ngx_uint_t ngx_http_session_is_nothing(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *text);
static ngx_uint_t ngx_http_session_is_alone(ngx_http_complex_value_t *cv);


ngx_int_t
ngx_http_session_evaluate(ngx_http_request_t *r, ngx_http_complex_value_t *cv,
    ngx_str_t *value)
{
    ngx_int_t                         rc;
    ngx_uint_t                        from_cache;
    ngx_http_variable_value_t        *kept, *fresh;
    ngx_http_session_cached_lines_t   lines;

    if (cv->flushes == NULL) {

        /* without variables */

        return ngx_http_complex_value(r, cv, value);
    }

    fresh = ngx_http_session_copy_variables(r);
    if (fresh == NULL) {
        return NGX_ERROR;
    }

    ngx_http_session_empty_variables(r, fresh);

    kept = r->variables;
    r->variables = fresh;

    /* the cached answer was made for another user */

    from_cache = r->upstream != NULL
                 && ngx_http_session_from_cache(r->upstream);

    if (from_cache) {
        ngx_http_session_take_cached_lines(r, &lines);
    }

    rc = ngx_http_session_evaluate_fresh(r, cv, value);

    if (from_cache) {
        ngx_http_session_give_cached_lines(r, &lines);
    }

    r->variables = kept;

    return rc;
}


ngx_uint_t
ngx_http_session_from_cache(ngx_http_upstream_t *u)
{
#if (NGX_HTTP_CACHE)

    switch (u->cache_status) {

    case NGX_HTTP_CACHE_HIT:
    case NGX_HTTP_CACHE_STALE:
    case NGX_HTTP_CACHE_UPDATING:
    case NGX_HTTP_CACHE_REVALIDATED:
        return 1;
    }

#endif

    return 0;
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
    copy = ctx != NULL ? ctx->variables.copy : NULL;

    if (copy == NULL) {
        copy = ngx_palloc(r->pool, size);
        if (copy == NULL) {
            return NULL;
        }

        if (ctx != NULL) {
            ctx->variables.copy = copy;
        }
    }

    ngx_memcpy(copy, r->variables, size);

    return copy;
}


/*
 * A map that is evaluated between "$1" and its copy would change the length of
 * "$1".  So the variables are evaluated before the value.
 */

static ngx_int_t
ngx_http_session_evaluate_fresh(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *value)
{
    ngx_uint_t                   *index;
    ngx_http_variable_value_t    *v;
    ngx_http_session_captures_t   captures;

    v = NULL;

    ngx_http_session_keep_captures(r, &captures);

    for (index = cv->flushes; *index != (ngx_uint_t) -1; index++) {
        v = ngx_http_get_indexed_variable(r, *index);
    }

    ngx_http_session_restore_captures(r, &captures);

    if (!ngx_http_session_is_alone(cv)) {
        return ngx_http_complex_value(r, cv, value);
    }

    /* which would evaluate it twice, and copy it */

    ngx_str_set(value, "");

    if (v != NULL && !v->not_found && v->len != 0) {
        value->len = v->len;
        value->data = v->data;
    }

    return NGX_OK;
}


static void
ngx_http_session_keep_captures(ngx_http_request_t *r,
    ngx_http_session_captures_t *captures)
{
#if (NGX_PCRE)
    captures->captures = r->captures;
    captures->data = r->captures_data;
    captures->n = r->ncaptures;
    captures->realloc = r->realloc_captures;

    /* the next expression leaves them alone */

    r->realloc_captures = 1;
#endif
}


static void
ngx_http_session_restore_captures(ngx_http_request_t *r,
    ngx_http_session_captures_t *captures)
{
#if (NGX_PCRE)
    r->captures = captures->captures;
    r->captures_data = captures->data;
    r->ncaptures = captures->n;
    r->realloc_captures = captures->realloc;
#endif
}


/* evaluates all at once: the expressions of maps must not run later */

ngx_int_t
ngx_http_session_refresh(ngx_http_request_t *r)
{
    ngx_uint_t                     i, n, *derived, *known;
    ngx_http_variable_value_t     *v;
    ngx_http_session_captures_t    captures;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    if (smcf->derived.nelts == 0) {
        ngx_http_session_empty_variables(r, r->variables);
        return NGX_OK;
    }

    known = ngx_palloc(r->pool, smcf->derived.nelts * sizeof(ngx_uint_t));
    if (known == NULL) {
        return NGX_ERROR;
    }

    derived = smcf->derived.elts;
    n = 0;

    for (i = 0; i < smcf->derived.nelts; i++) {
        v = &r->variables[derived[i]];

        if (v->valid || v->not_found) {
            known[n++] = derived[i];
        }
    }

    ngx_http_session_empty_variables(r, r->variables);

    ngx_http_session_keep_captures(r, &captures);

    for (i = 0; i < n; i++) {
        (void) ngx_http_get_indexed_variable(r, known[i]);
    }

    ngx_http_session_restore_captures(r, &captures);

    return NGX_OK;
}


ngx_int_t
ngx_http_session_own_variables(ngx_http_request_t *r)
{
    size_t                      size;
    ngx_http_variable_value_t  *own;
    ngx_http_core_main_conf_t  *cmcf;

    if (r == r->main || r->variables != r->parent->variables) {
        return NGX_OK;
    }

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    size = cmcf->variables.nelts * sizeof(ngx_http_variable_value_t);

    own = ngx_palloc(r->pool, size);
    if (own == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(own, r->variables, size);
    r->variables = own;

    return NGX_OK;
}


ngx_int_t
ngx_http_session_test(ngx_http_request_t *r, ngx_http_complex_value_t *cv,
    ngx_uint_t *yes)
{
    ngx_str_t  value;

    if (ngx_http_session_evaluate(r, cv, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    *yes = value.len != 0 && !(value.len == 1 && value.data[0] == '0')
           && !ngx_http_session_is_nothing(r, cv, &value);

    return NGX_OK;
}


/*
 * Is the value one variable of a session, whose text, such as 0.0 or [], is
 * that of a value which is false by its type?
 */

static ngx_uint_t
ngx_http_session_is_nothing(ngx_http_request_t *r,
    ngx_http_complex_value_t *cv, ngx_str_t *text)
{
    switch (text->data[0]) {

    case '0':
    case '-':
    case '[':
    case '{':
        return ngx_http_session_is_alone(cv)
               && ngx_http_session_is_false_variable(r, cv->flushes[0]);

    default:
        return 0;
    }
}


/* is a value one variable, and nothing else? */

static ngx_uint_t
ngx_http_session_is_alone(ngx_http_complex_value_t *cv)
{
    ngx_http_script_code_pt      copy;
    ngx_http_script_var_code_t  *code;

    copy = (ngx_http_script_code_pt) (void *) ngx_http_script_copy_var_len_code;
    code = cv->lengths;

    return code != NULL && code->code == copy
           && *(uintptr_t *) (code + 1) == (uintptr_t) NULL;
}
