/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_set, session_unset, session_destroy, session_regenerate: from the
 * configuration to changes of the session.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_module.h"


/* how far a request came before it was answered */
typedef enum {
    NGX_HTTP_SESSION_DENIED = 0,    /* refused before the content */
    NGX_HTTP_SESSION_EARLY,         /* by "return", before the access phase */
    NGX_HTTP_SESSION_ADMITTED
} ngx_http_session_reached_e;


static ngx_http_session_reached_e ngx_http_session_reached(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_session_do_all(ngx_http_session_ctx_t *ctx,
    ngx_array_t *actions, ngx_uint_t unmet);
static ngx_int_t ngx_http_session_do(ngx_http_session_ctx_t *ctx,
    ngx_http_session_action_t *action);


ngx_uint_t
ngx_http_session_is_denied(ngx_http_request_t *r)
{
    return ngx_http_session_reached(r) == NGX_HTTP_SESSION_DENIED;
}


ngx_int_t
ngx_http_session_act(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t                           rc;
    ngx_uint_t                          unmet;
    ngx_http_upstream_t                *u;
    ngx_http_session_reached_e          reached;
    ngx_http_session_upstream_lines_t   lines;

    if (slcf->manager == NULL) {
        return NGX_OK;
    }

    reached = ngx_http_session_reached(ctx->request);

    if (reached == NGX_HTTP_SESSION_DENIED
        || (reached == NGX_HTTP_SESSION_EARLY
            && ngx_http_session_judge_csrf(ctx, slcf) != NGX_OK)
        || slcf->actions == NULL)
    {
        return NGX_OK;
    }

    /* what a location requires does not stop "return", but a change */

    unmet = reached == NGX_HTTP_SESSION_EARLY
            && ngx_http_session_permit(ctx, slcf) != NGX_OK;

    u = ctx->request->upstream;

    if (u == NULL || !ngx_http_session_from_cache(u)) {
        return ngx_http_session_do_all(ctx, slcf->actions, unmet);
    }

    /* $upstream_http_... was said to somebody else */

    ngx_http_session_take_upstream_lines(u, &lines);

    rc = ngx_http_session_do_all(ctx, slcf->actions, unmet);

    ngx_http_session_give_upstream_lines(u, &lines);

    return rc;
}


static ngx_int_t
ngx_http_session_do_all(ngx_http_session_ctx_t *ctx, ngx_array_t *actions,
    ngx_uint_t unmet)
{
    ngx_uint_t                  i;
    ngx_http_session_action_t  *action;

    action = actions->elts;

    for (i = 0; i < actions->nelts; i++) {

        if (unmet && action[i].type != NGX_HTTP_SESSION_DESTROY
            && action[i].type != NGX_HTTP_SESSION_REVOKE_ALL)
        {
            continue;
        }

        if (ngx_http_session_do(ctx, &action[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_do(ngx_http_session_ctx_t *ctx,
    ngx_http_session_action_t *action)
{
    ngx_str_t            value;
    ngx_uint_t           yes;
    ngx_http_request_t  *r;

    r = ctx->request;

    if (action->condition != NULL) {

        if (ngx_http_session_test(r, action->condition, &yes) != NGX_OK) {
            return NGX_ERROR;
        }

        if (!yes) {
            return NGX_OK;
        }
    }

    switch (action->type) {

    case NGX_HTTP_SESSION_SET:

        if (ngx_http_complex_value(r, &action->value, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_http_session_change(ctx, NSESS_CHANGE_SET, &action->key,
                                       &value);

    case NGX_HTTP_SESSION_UNSET:
        return ngx_http_session_change(ctx, NSESS_CHANGE_UNSET, &action->key,
                                       NULL);

    case NGX_HTTP_SESSION_DESTROY:
        ctx->clear |= action->clear;
        ctx->destroy = 1;
        return NGX_OK;

    case NGX_HTTP_SESSION_REVOKE_ALL:

        /* this one is among them */

        ctx->clear |= action->clear;
        ctx->destroy = 1;
        ctx->revoke = 1;
        return NGX_OK;

    default: /* NGX_HTTP_SESSION_REGENERATE */
        ctx->regenerate = 1;
        ctx->login |= action->login;
        ctx->clear_data |= action->clear_data;
        return NGX_OK;
    }
}


static ngx_http_session_reached_e
ngx_http_session_reached(ngx_http_request_t *r)
{
    ngx_http_phase_handler_t   *ph;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    ph = cmcf->phase_engine.handlers + r->phase_handler;

    if (ph->checker == ngx_http_core_rewrite_phase) {

        /* at the first handler: refused while its header was read */

        return r->phase_handler == 0
               && r->headers_out.status >= NGX_HTTP_BAD_REQUEST
               ? NGX_HTTP_SESSION_DENIED : NGX_HTTP_SESSION_EARLY;
    }

    for ( /* void */ ; ph->checker; ph++) {

        if (ph->checker == ngx_http_core_access_phase
            || ph->checker == ngx_http_core_post_access_phase)
        {
            /* or answered there, by a script */

            return r->headers_out.status >= NGX_HTTP_BAD_REQUEST
                   ? NGX_HTTP_SESSION_DENIED : NGX_HTTP_SESSION_EARLY;
        }
    }

    return NGX_HTTP_SESSION_ADMITTED;
}
