/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_require: checks a request against the lines of a location.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_permit.h"
#include "ngx_http_session_require_conf.h"

#include "ngx_session_limit.h"


static ngx_int_t ngx_http_session_is_met(ngx_http_session_ctx_t *ctx,
    ngx_http_session_require_t *require);
static ngx_int_t ngx_http_session_are_true(ngx_http_request_t *r,
    ngx_array_t *values);
static ngx_int_t ngx_http_session_is_among(ngx_http_request_t *r,
    ngx_str_t *value, ngx_http_session_require_t *require);
static ngx_int_t ngx_http_session_is_matched(ngx_http_session_ctx_t *ctx,
    ngx_str_t *value, ngx_http_session_require_t *require);


ngx_int_t
ngx_http_session_check_values(ngx_http_session_ctx_t *ctx,
    ngx_array_t *requirements)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_http_session_require_t  *require;

    require = requirements->elts;

    for (i = 0; i < requirements->nelts; i++) {
        rc = ngx_http_session_is_met(ctx, &require[i]);

        if (rc == NGX_ERROR) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (rc == NGX_DECLINED) {
            ngx_log_debug2(NGX_LOG_DEBUG_HTTP,
                           ctx->request->connection->log, 0,
                           "session access: %ui by line %ui of "
                           "\"session_require\"",
                           (ngx_uint_t) require[i].status, i + 1);

            return require[i].status;
        }
    }

    return NGX_OK;
}


/* NGX_OK, NGX_DECLINED or NGX_ERROR, as all below */

static ngx_int_t
ngx_http_session_is_met(ngx_http_session_ctx_t *ctx,
    ngx_http_session_require_t *require)
{
    ngx_int_t            rc;
    ngx_str_t            value;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (require->compare == NGX_HTTP_SESSION_TRUE) {
        return ngx_http_session_are_true(r, &require->values);
    }

    if (ngx_http_session_evaluate(r, require->values.elts, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    switch (require->compare) {

    case NGX_HTTP_SESSION_EQUAL:
        return ngx_http_session_is_among(r, &value, require);

    case NGX_HTTP_SESSION_UNEQUAL:
        rc = ngx_http_session_is_among(r, &value, require);

        return rc == NGX_ERROR ? NGX_ERROR
               : rc == NGX_OK ? NGX_DECLINED : NGX_OK;

    default: /* NGX_HTTP_SESSION_MATCH */
        return ngx_http_session_is_matched(ctx, &value, require);
    }
}


static ngx_int_t
ngx_http_session_are_true(ngx_http_request_t *r, ngx_array_t *values)
{
    ngx_uint_t                 i, yes;
    ngx_http_complex_value_t  *cv;

    cv = values->elts;

    for (i = 0; i < values->nelts; i++) {

        if (ngx_http_session_test(r, &cv[i], &yes) != NGX_OK) {
            return NGX_ERROR;
        }

        if (!yes) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_is_among(ngx_http_request_t *r, ngx_str_t *value,
    ngx_http_session_require_t *require)
{
    ngx_str_t                  text;
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *cv;

    cv = require->texts.elts;

    for (i = 0; i < require->texts.nelts; i++) {

        if (ngx_http_session_evaluate(r, &cv[i], &text) != NGX_OK) {
            return NGX_ERROR;
        }

        /* two empty variables are not equal, or a mistake would grant access */

        if (text.len == 0 && cv[i].lengths != NULL
            && require->compare == NGX_HTTP_SESSION_EQUAL)
        {
            continue;
        }

        if (ngx_http_session_equal(&text, value)) {
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


/* captures are not stored: $1 keeps those of the location's expression */

static ngx_int_t
ngx_http_session_is_matched(ngx_http_session_ctx_t *ctx, ngx_str_t *value,
    ngx_http_session_require_t *require)
{
#if (NGX_PCRE)

    ngx_int_t  n;

    n = ngx_regex_exec(require->regex, value, NULL, 0);

    if (n == NGX_REGEX_NO_MATCHED) {
        return NGX_DECLINED;
    }

    if (n < 0) {
        (void) ngx_session_log(&ctx->manager->unmatched, NGX_LOG_ERR,
                               ctx->request->connection->log, 0,
                               "an expression of \"session_require\" failed "
                               "on a value of %uz bytes: " ngx_regex_exec_n
                               " returned %i", value->len, n);
        return NGX_ERROR;
    }

    return NGX_OK;

#else

    return NGX_ERROR;

#endif
}
