/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The limits of a session as requests meet them.
 */


#include "ngx_http_session_module.h"


time_t
ngx_http_session_idle(ngx_http_session_manager_t *manager,
    const nsess_token_t *token)
{
    ngx_uint_t  anonymous;

    /* without a subject a login is known by the new id that it gives */

    anonymous = manager->subject.len != 0 ? !token->has_subject
                                          : token->issued == token->created;

    return anonymous ? manager->anonymous_timeout : manager->idle_timeout;
}


ngx_int_t
ngx_http_session_decide_touch(ngx_http_session_ctx_t *ctx)
{
    ngx_uint_t                    yes;
    ngx_http_request_t           *r;
    ngx_http_session_limits_t    *limits;
    ngx_http_session_loc_conf_t  *slcf;

    r = ctx->request;
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);
    limits = &slcf->limits;
    yes = limits->no_touch;

    if (yes && limits->no_touch_if != NULL
        && ngx_http_session_test(r, limits->no_touch_if, &yes) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->untouched = yes;

    return NGX_OK;
}


ngx_uint_t
ngx_http_session_is_fresh(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    /* in an outage the signed cookie tells it, where requests pass at all */

    if (ctx->status != NGX_HTTP_SESSION_HIT
        && (ctx->status != NGX_HTTP_SESSION_ERROR || !ctx->has_token))
    {
        return 0;
    }

    return ngx_time() - ctx->token.issued <= slcf->limits.fresh;
}
