/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_require: checks a request against the lines of a location.  And what
 * the log says of requests that a location's requirements refuse.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_life.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_permit.h"
#include "ngx_http_session_require_conf.h"
#include "ngx_http_session_result.h"

#include "ngx_session_limit.h"


/* what was looked at last, and why that does not do; never its value */
typedef struct {
    ngx_str_t                    word;          /* as it is configured */
    char                        *why;
} ngx_http_session_unmet_t;


static ngx_int_t ngx_http_session_is_met(ngx_http_session_ctx_t *ctx,
    ngx_http_session_require_t *require, ngx_http_session_unmet_t *unmet);
static ngx_int_t ngx_http_session_are_true(ngx_http_request_t *r,
    ngx_array_t *values, ngx_http_session_unmet_t *unmet);
static ngx_int_t ngx_http_session_is_among(ngx_http_request_t *r,
    ngx_str_t *value, ngx_http_session_require_t *require);
static ngx_int_t ngx_http_session_is_matched(ngx_http_session_ctx_t *ctx,
    ngx_str_t *value, ngx_http_session_require_t *require);
static ngx_uint_t ngx_http_session_is_news(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_log_unmet(ngx_http_session_ctx_t *ctx,
    ngx_http_session_require_t *require, ngx_http_session_unmet_t *unmet);


/* ngx_http_session_compare_e */

static char  *ngx_http_session_unmet_texts[] = {
    "is empty or false",
    "has another value",
    "has the value that is excluded",
    "does not match"
};


ngx_int_t
ngx_http_session_check_values(ngx_http_session_ctx_t *ctx,
    ngx_array_t *requirements)
{
    ngx_int_t                    rc;
    ngx_uint_t                   i;
    ngx_http_session_unmet_t     unmet;
    ngx_http_session_require_t  *require;

    require = requirements->elts;

    for (i = 0; i < requirements->nelts; i++) {
        rc = ngx_http_session_is_met(ctx, &require[i], &unmet);

        if (rc == NGX_ERROR) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        if (rc == NGX_DECLINED) {
            ngx_log_debug2(NGX_LOG_DEBUG_HTTP,
                           ctx->request->connection->log, 0,
                           "session access: %ui by line %ui of "
                           "\"session_require\"",
                           (ngx_uint_t) require[i].status, i + 1);

            ngx_http_session_log_unmet(ctx, &require[i], &unmet);

            return require[i].status;
        }
    }

    return NGX_OK;
}


/* NGX_OK, NGX_DECLINED or NGX_ERROR, as all below */

static ngx_int_t
ngx_http_session_is_met(ngx_http_session_ctx_t *ctx,
    ngx_http_session_require_t *require, ngx_http_session_unmet_t *unmet)
{
    ngx_int_t                  rc;
    ngx_str_t                  value;
    ngx_http_request_t        *r;
    ngx_http_complex_value_t  *cv;

    r = ctx->request;
    unmet->why = ngx_http_session_unmet_texts[require->compare];

    if (require->compare == NGX_HTTP_SESSION_TRUE) {
        return ngx_http_session_are_true(r, &require->values, unmet);
    }

    cv = require->values.elts;

    if (ngx_http_session_evaluate(r, cv, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    unmet->word = cv->value;

    if (value.len == 0) {
        unmet->why = "is empty";
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
ngx_http_session_are_true(ngx_http_request_t *r, ngx_array_t *values,
    ngx_http_session_unmet_t *unmet)
{
    ngx_uint_t                 i, yes;
    ngx_http_complex_value_t  *cv;

    cv = values->elts;

    for (i = 0; i < values->nelts; i++) {

        if (ngx_http_session_test(r, &cv[i], &yes) != NGX_OK) {
            return NGX_ERROR;
        }

        if (!yes) {
            unmet->word = cv[i].value;
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


/*
 * As of auth_basic, it is an error when somebody with a session is refused, and
 * information when the visitor has to log in first, or when another module may
 * grant access.
 */

static ngx_uint_t
ngx_http_session_is_news(ngx_http_session_ctx_t *ctx)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_core_module);

    return ctx->load.status == NGX_HTTP_SESSION_HIT
           && clcf->satisfy == NGX_HTTP_SATISFY_ALL;
}


static void
ngx_http_session_log_unmet(ngx_http_session_ctx_t *ctx,
    ngx_http_session_require_t *require, ngx_http_session_unmet_t *unmet)
{
    ngx_uint_t                   level;
    ngx_session_limit_t         *limit;
    ngx_http_session_manager_t  *manager;

    manager = ctx->manager;

    if (ngx_http_session_is_news(ctx)
        && require->status != NGX_HTTP_UNAUTHORIZED)
    {
        level = NGX_LOG_ERR;
        limit = &manager->unmet;

    } else {
        level = NGX_LOG_INFO;
        limit = &manager->strangers;
    }

    (void) ngx_session_log(limit, level, ctx->request->connection->log, 0,
                           "request for \"%V\" was refused with %ui by "
                           "\"session_require\": \"%V\" %s",
                           &manager->name, require->status, &unmet->word,
                           unmet->why);
}


void
ngx_http_session_log_absent(ngx_http_session_ctx_t *ctx)
{
    (void) ngx_session_log(&ctx->manager->absent, NGX_LOG_INFO,
                           ctx->request->connection->log, 0,
                           "request for \"%V\" was refused with %ui by "
                           "\"session %V require\": $session_status is %V",
                           &ctx->manager->name,
                           (ngx_uint_t) NGX_HTTP_UNAUTHORIZED,
                           &ctx->manager->name,
                           ngx_http_session_status(ctx->load.status));
}


/* a login that is old is news also with 401, which is the default here */

void
ngx_http_session_log_stale(ngx_http_session_ctx_t *ctx,
    ngx_http_session_limits_t *limits)
{
    ngx_uint_t                   level;
    ngx_session_limit_t         *limit;
    ngx_http_session_manager_t  *manager;

    manager = ctx->manager;

    if (ngx_http_session_is_news(ctx)
        && ngx_http_session_has_login(manager, &ctx->who.identity.token))
    {
        level = NGX_LOG_ERR;
        limit = &manager->stale;

    } else {
        level = NGX_LOG_INFO;
        limit = &manager->unproven;
    }

    (void) ngx_session_log(limit, level, ctx->request->connection->log, 0,
                           "request for \"%V\" was refused with %ui by "
                           "\"session_fresh\": no login in the last %T s, "
                           "$session_status is %V",
                           &manager->name, limits->fresh_status, limits->fresh,
                           ngx_http_session_status(ctx->load.status));
}
