/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The phase handlers: they load the session in the phase that the location
 * chooses, and check the location's requirements in the access phase.
 */


#include "ngx_http_session_accept.h"
#include "ngx_http_session_access.h"
#include "ngx_http_session_compat.h"
#include "ngx_http_session_csrf.h"
#include "ngx_http_session_csrf_body.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_headers.h"
#include "ngx_http_session_life.h"
#include "ngx_http_session_load.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_permit.h"
#include "ngx_http_session_realm.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_strip.h"


static ngx_int_t ngx_http_session_cross(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);
static ngx_uint_t ngx_http_session_needs_lost_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_early(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_guard(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_suspend(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf, ngx_http_session_ctx_t *ctx);
static void ngx_http_session_resume_phases(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_decide(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf, ngx_http_session_ctx_t *ctx);
static ngx_uint_t ngx_http_session_is_missing(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);
static ngx_int_t ngx_http_session_refuse(ngx_http_request_t *r,
    ngx_int_t status);


ngx_int_t
ngx_http_session_rewrite_handler(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    ngx_uint_t                    guards;
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);
    ctx = ngx_http_session_get_ctx(r);

    if (ngx_http_session_strip_found(r) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx != NULL && ngx_http_session_cross(r, ctx, slcf) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r != r->main) {

        /* there is no access phase in subrequests */

        return ngx_http_session_inject(r, slcf) == NGX_OK
               ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ctx != NULL || slcf->accept != NULL) {
        rc = ngx_http_session_enter(r, slcf);

        if (rc != NGX_OK) {
            return rc == NGX_DECLINED ? NGX_HTTP_BAD_GATEWAY
                                      : NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    guards = ngx_http_session_guards(r, slcf);

    if (slcf->phase != NGX_HTTP_SESSION_REWRITE && !guards) {
        return NGX_DECLINED;
    }

    rc = ngx_http_session_early(r, slcf);

    if (rc == NGX_DECLINED && guards) {
        rc = ngx_http_session_guard(r, slcf);
    }

    /* the rewrite phase would finalize the request with NGX_AGAIN */

    return rc == NGX_AGAIN ? NGX_DONE : rc;
}


/*
 * Drops cached variables when the request, or the parent request, comes from a
 * location of another manager, for whose session they were computed.
 */

static ngx_int_t
ngx_http_session_cross(ngx_http_request_t *r, ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    if ((ctx->manager == NULL || ctx->manager == slcf->manager)
        && (ctx->changes.manager == NULL
            || ctx->changes.manager == slcf->manager))
    {
        return NGX_OK;
    }

    if (r != r->main) {

        /* without a session, it keeps sharing variables with its parent */

        return slcf->manager == NULL
               || (ngx_http_session_own_variables(r) == NGX_OK
                   && ngx_http_session_refresh(r) == NGX_OK) ? NGX_OK
                                                             : NGX_ERROR;
    }

    return ngx_http_session_refresh(r);
}


ngx_int_t
ngx_http_session_preaccess_handler(ngx_http_request_t *r)
{
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ngx_http_session_needs_lost_body(r)) {
        r->error_page = 1;
        return ngx_http_session_get_ctx(r)->hold.status;
    }

    if (r != r->main || slcf->phase != NGX_HTTP_SESSION_PREACCESS) {
        return NGX_DECLINED;
    }

    return ngx_http_session_early(r, slcf);
}


/*
 * The response was replaced, and a content handler makes its error_page: most
 * handlers would expect the request's body, which is gone, and wait for it.
 */

static ngx_uint_t
ngx_http_session_needs_lost_body(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t  *ctx;

    if (r != r->main || r->content_handler == NULL) {
        return 0;
    }

    ctx = ngx_http_session_get_ctx(r);

    return ctx != NULL && ngx_http_session_lost_body(ctx);
}


static ngx_int_t
ngx_http_session_early(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t                rc;
    ngx_http_session_ctx_t  *ctx;

    if (slcf->manager == NULL) {
        return NGX_DECLINED;
    }

    ctx = ngx_http_session_make_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_session_suspend(r, slcf, ctx);

    return rc == NGX_OK ? NGX_DECLINED : rc;
}


/* session_csrf is checked here, before "return" can send a response */

static ngx_int_t
ngx_http_session_guard(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t                rc;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);

    if (ngx_http_session_is_missing(ctx, slcf)) {

        /* the access phase refuses it */

        return NGX_DECLINED;
    }

    rc = ngx_http_session_check_csrf(ctx, slcf);

    if (rc == NGX_AGAIN) {
        return ngx_http_session_read_csrf(r);
    }

    if (rc == NGX_OK) {
        return NGX_DECLINED;
    }

    ngx_http_session_challenge(ctx, slcf, rc);

    return rc;
}


ngx_int_t
ngx_http_session_access_handler(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (slcf->manager == NULL) {
        return ngx_http_session_inject(r, slcf) == NGX_OK
               ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx = ngx_http_session_make_ctx(r);
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_session_suspend(r, slcf, ctx);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_http_session_inject(r, slcf) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_session_decide(r, slcf, ctx);
}


/*
 * NGX_OK: loaded; NGX_AGAIN: the handler that called will be called again;
 * or a status.
 */

static ngx_inline ngx_int_t
ngx_http_session_suspend(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf, ngx_http_session_ctx_t *ctx)
{
    ngx_int_t  rc;

    if (ctx->manager != slcf->manager) {

        /* variables that nginx has cached are older than the session */

        ctx->variables.outdated = 1;
    }

    rc = ngx_http_session_load(ctx, slcf->manager,
                               ngx_http_session_resume_phases);

    if (rc == NGX_OK && ctx->variables.outdated) {
        ctx->variables.outdated = 0;
        rc = ngx_http_session_refresh(r);
    }

    if (rc != NGX_AGAIN) {

        if (r->read_event_handler == ngx_http_test_reading) {
            r->read_event_handler = ngx_http_block_reading;
        }

        return rc == NGX_OK ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    /*
     * When the client closes the connection, also in the turn in which the
     * session arrives, the request's cleanup cancels the load; a body may be
     * under way to be discarded.
     */

    if (!ngx_http_session_discards_body(r)
        && r->read_event_handler != ngx_http_test_reading)
    {
        r->read_event_handler = ngx_http_test_reading;

        if (r->connection->read->ready) {
            ngx_post_event(r->connection->read, &ngx_posted_events);

        } else if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    return NGX_AGAIN;
}


static void
ngx_http_session_resume_phases(ngx_http_session_ctx_t *ctx)
{
    ngx_post_event(ctx->request->connection->write, &ngx_posted_events);
}


static ngx_int_t
ngx_http_session_decide(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf, ngx_http_session_ctx_t *ctx)
{
    ngx_int_t                  rc;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->satisfy == NGX_HTTP_SATISFY_ANY) {
        rc = ngx_http_session_check_csrf(ctx, slcf);

        if (rc == NGX_AGAIN) {
            return ngx_http_session_read_csrf(r);
        }

        if (rc != NGX_OK) {

            /*
             * "satisfy any" must not grant access: browsers send the
             * password of auth_basic with forged requests, too
             */

            ngx_http_session_challenge(ctx, slcf, rc);
            ngx_http_finalize_request(r, rc);
            return NGX_DONE;
        }
    }

    if (ctx->load.status == NGX_HTTP_SESSION_ERROR && slcf->deny) {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                       "session access: 503 by \"session_on_error deny\"");

        return ngx_http_session_refuse(r, NGX_HTTP_SERVICE_UNAVAILABLE);
    }

    rc = ngx_http_session_permit(ctx, slcf);

    if (rc == NGX_AGAIN) {
        return ngx_http_session_read_csrf(r);
    }

    if (rc != NGX_OK) {
        ngx_http_session_challenge(ctx, slcf, rc);
        return ngx_http_session_refuse(r, rc);
    }

    if (!slcf->require && !slcf->requirements && slcf->limits.fresh == 0) {
        return NGX_DECLINED;
    }

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, r->connection->log, 0,
                   "session access: granted, the location's requirements are "
                   "met");

    /* NGX_OK grants access under "satisfy any" */

    return NGX_OK;
}


ngx_int_t
ngx_http_session_permit(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t  rc;

    if (ngx_http_session_is_missing(ctx, slcf)) {
        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                       "session access: 401 by \"session %V require\", it "
                       "is %V",
                       &slcf->manager->name,
                       ngx_http_session_status(ctx->load.status));

        ngx_http_session_log_absent(ctx);

        return NGX_HTTP_UNAUTHORIZED;
    }

    if (ngx_http_session_guards(ctx->request, slcf)) {
        rc = ngx_http_session_check_csrf(ctx, slcf);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (slcf->limits.fresh != 0 && !ngx_http_session_is_fresh(ctx, slcf)) {
        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                       "session access: %ui by \"session_fresh\", the login "
                       "is longer ago than %T s",
                       (ngx_uint_t) slcf->limits.fresh_status,
                       slcf->limits.fresh);

        ngx_http_session_log_stale(ctx, &slcf->limits);

        return slcf->limits.fresh_status;
    }

    if (slcf->requirements == NULL) {
        return NGX_OK;
    }

    return ngx_http_session_check_values(ctx, slcf->requirements);
}


/* in an outage session_on_error decides, so the session is not missing */

static ngx_uint_t
ngx_http_session_is_missing(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf)
{
    return slcf->require
           && ctx->load.status != NGX_HTTP_SESSION_HIT
           && ctx->load.status != NGX_HTTP_SESSION_ERROR;
}


static ngx_int_t
ngx_http_session_refuse(ngx_http_request_t *r, ngx_int_t status)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (clcf->satisfy == NGX_HTTP_SATISFY_ALL
        || status == NGX_HTTP_UNAUTHORIZED
        || status == NGX_HTTP_FORBIDDEN
        || status == NGX_HTTP_INTERNAL_SERVER_ERROR)
    {
        return status;
    }

    /* the status of the response, unless another module grants access */

    r->access_code = status;

    return NGX_DECLINED;
}
