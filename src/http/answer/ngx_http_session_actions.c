/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_set, session_unset, session_destroy, session_regenerate: they become
 * changes of the request's session when the response header goes out.
 */


#include "ngx_http_session_access.h"
#include "ngx_http_session_action_conf.h"
#include "ngx_http_session_actions.h"
#include "ngx_http_session_changes.h"
#include "ngx_http_session_csrf.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_location.h"

#include "nsess_change.h"


/* how far a request came before its response was made */
typedef enum {
    NGX_HTTP_SESSION_UNREAD = 0,    /* its header could not be read */
    NGX_HTTP_SESSION_EARLY,         /* before the access phase */
    NGX_HTTP_SESSION_ADMITTED
} ngx_http_session_reached_e;


static ngx_http_session_reached_e ngx_http_session_reached(
    ngx_http_request_t *r);
static ngx_uint_t ngx_http_session_is_applied(ngx_http_request_t *r);
static ngx_uint_t ngx_http_session_counts_always(
    ngx_http_session_action_t *action);
static ngx_int_t ngx_http_session_do_all(ngx_http_session_ctx_t *ctx,
    ngx_array_t *actions, ngx_uint_t applied);
static ngx_int_t ngx_http_session_do(ngx_http_session_ctx_t *ctx,
    ngx_http_session_action_t *action);


ngx_uint_t
ngx_http_session_may_act(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_uint_t                  i;
    ngx_http_session_action_t  *action;

    if (ngx_http_session_is_applied(r)) {
        return slcf->manager != NULL && slcf->actions != NULL;
    }

    if (ctx != NULL) {
        ngx_http_session_drop_early(ctx);
    }

    if (slcf->manager == NULL || slcf->actions == NULL
        || ngx_http_session_reached(r) == NGX_HTTP_SESSION_UNREAD)
    {
        return 0;
    }

    action = slcf->actions->elts;

    for (i = 0; i < slcf->actions->nelts; i++) {
        if (ngx_http_session_counts_always(&action[i])) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_session_act(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_uint_t                  applied;
    ngx_http_session_reached_e  reached;

    if (slcf->manager == NULL) {
        return NGX_OK;
    }

    applied = ngx_http_session_is_applied(ctx->request);
    reached = ngx_http_session_reached(ctx->request);

    if (reached == NGX_HTTP_SESSION_UNREAD) {
        return NGX_OK;
    }

    if (reached == NGX_HTTP_SESSION_EARLY
        && ngx_http_session_judge_csrf(ctx, slcf) != NGX_OK)
    {
        /* a response must not report success when the change is refused */

        return ctx->request->headers_out.status < NGX_HTTP_BAD_REQUEST
               ? NGX_DECLINED : NGX_OK;
    }

    /* requirements do not stop "return", but they stop changes */

    if (applied && reached == NGX_HTTP_SESSION_EARLY
        && ngx_http_session_permit(ctx, slcf) != NGX_OK)
    {
        ngx_http_session_drop_early(ctx);
        applied = 0;
    }

    if (slcf->actions == NULL) {
        return NGX_OK;
    }

    return ngx_http_session_do_all(ctx, slcf->actions, applied);
}


/* the same statuses as for add_header */

static ngx_uint_t
ngx_http_session_is_applied(ngx_http_request_t *r)
{
    switch (r->headers_out.status) {

    case NGX_HTTP_OK:
    case NGX_HTTP_CREATED:
    case NGX_HTTP_NO_CONTENT:
    case NGX_HTTP_PARTIAL_CONTENT:
    case NGX_HTTP_MOVED_PERMANENTLY:
    case NGX_HTTP_MOVED_TEMPORARILY:
    case NGX_HTTP_SEE_OTHER:
    case NGX_HTTP_NOT_MODIFIED:
    case NGX_HTTP_TEMPORARY_REDIRECT:
    case NGX_HTTP_PERMANENT_REDIRECT:
        return 1;
    }

    return 0;
}


/* destroying counts with each status */

static ngx_uint_t
ngx_http_session_counts_always(ngx_http_session_action_t *action)
{
    return (action->words & NGX_HTTP_SESSION_ALWAYS)
           || action->type == NGX_HTTP_SESSION_DESTROY
           || action->type == NGX_HTTP_SESSION_REVOKE_ALL;
}


static ngx_int_t
ngx_http_session_do_all(ngx_http_session_ctx_t *ctx, ngx_array_t *actions,
    ngx_uint_t applied)
{
    ngx_uint_t                  i;
    ngx_http_session_action_t  *action;

    action = actions->elts;

    for (i = 0; i < actions->nelts; i++) {

        if (!applied && !ngx_http_session_counts_always(&action[i])) {
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

        if (ngx_http_session_evaluate(r, &action->value, &value) != NGX_OK) {
            return NGX_ERROR;
        }

        return ngx_http_session_set(ctx, &action->key, &value);

    case NGX_HTTP_SESSION_UNSET:
        return ngx_http_session_change(ctx, NSESS_CHANGE_UNSET, &action->key,
                                       NULL);

    case NGX_HTTP_SESSION_DESTROY:
        ctx->changes.clear_site |= action->clear;
        ctx->changes.destroy = 1;
        return NGX_OK;

    case NGX_HTTP_SESSION_REVOKE_ALL:

        /* all sessions of the subject, and so the request's own */

        ctx->changes.clear_site |= action->clear;
        ctx->changes.destroy = 1;
        ctx->changes.revoke = 1;
        return NGX_OK;

    default: /* NGX_HTTP_SESSION_REGENERATE */
        ctx->changes.regenerate = 1;
        ctx->changes.login |= (action->words & NGX_HTTP_SESSION_LOGIN) != 0;
        ctx->changes.clear_data |=
                              (action->words & NGX_HTTP_SESSION_CLEAR) != 0;
        return NGX_OK;
    }
}


static ngx_http_session_reached_e
ngx_http_session_reached(ngx_http_request_t *r)
{
    ngx_http_phase_handler_t   *ph;
    ngx_http_core_main_conf_t  *cmcf;

    if (r->write_event_handler == NULL) {

        /* refused while its header was read, before the first phase */

        return NGX_HTTP_SESSION_UNREAD;
    }

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);
    ph = cmcf->phase_engine.handlers + r->phase_handler;

    /* "return" sends its response before the access phase */

    for ( /* void */ ; ph->checker != NULL; ph++) {

        if (ph->checker == ngx_http_core_content_phase) {

            /* the last one */

            break;
        }

        if (ph->checker == ngx_http_core_access_phase
            || ph->checker == ngx_http_core_post_access_phase)
        {
            return NGX_HTTP_SESSION_EARLY;
        }
    }

    return NGX_HTTP_SESSION_ADMITTED;
}
