/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * $session_id, $session_status, $session_meta_<name>: facts about the session
 * that its record does not hold.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_early.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_meta.h"
#include "ngx_http_session_result.h"

#include "ngx_session_reason.h"


static ngx_uint_t ngx_http_session_number(ngx_http_session_ctx_t *ctx,
    uintptr_t which, int64_t *number);


static ngx_str_t  ngx_http_session_status_name = ngx_string("session_status");
static ngx_str_t  ngx_http_session_id_name = ngx_string("session_id");
static ngx_str_t  ngx_http_session_hash_name =
    ngx_string("session_meta_id_hash");


ngx_int_t
ngx_http_session_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const ngx_str_t         *status;
    ngx_http_session_ctx_t  *ctx;

    ngx_http_session_read_early(r, &ngx_http_session_status_name);

    ctx = ngx_http_session_here(r);

    if (ctx == NULL || ctx->load.status == NGX_HTTP_SESSION_UNKNOWN) {
        v->not_found = 1;
        return NGX_OK;
    }

    status = ngx_http_session_status(ctx->load.status);

    ngx_http_session_found(v, status->data, status->len);

    return NGX_OK;
}


ngx_int_t
ngx_http_session_name_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_session_ctx_t  *ctx;

    ngx_http_session_read_early(r, data == NGX_HTTP_SESSION_NAME_LEN
                                   ? &ngx_http_session_id_name
                                   : &ngx_http_session_hash_name);

    ctx = ngx_http_session_here(r);

    if (ctx == NULL
        || (ctx->load.status != NGX_HTTP_SESSION_HIT
            && ctx->load.status != NGX_HTTP_SESSION_NEW
            && !(ctx->who.known
                 && ctx->load.status != NGX_HTTP_SESSION_UNKNOWN)))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_http_session_found(v, ctx->who.identity.name, data);

    return NGX_OK;
}


ngx_int_t
ngx_http_session_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                  *p;
    int64_t                  number;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL
        || (ctx->load.status != NGX_HTTP_SESSION_HIT
            && ctx->load.status != NGX_HTTP_SESSION_NEW)
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
        *number = ctx->who.identity.token.created;
        return ctx->who.identity.token.created != 0;

    case NGX_HTTP_SESSION_AGE:
        *number = ngx_time() - ctx->who.identity.token.created;
        return ctx->who.identity.token.created != 0;

    case NGX_HTTP_SESSION_TTL:
        *number = ctx->loaded.life;
        return 1;

    default: /* NGX_HTTP_SESSION_OPAQUE */
        *number = ctx->loaded.record.opaque;
        return 1;
    }
}


ngx_int_t
ngx_http_session_error_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char              *reason;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL
        || (ctx->load.reason == NGX_SESSION_REASON_NONE && !ctx->who.unsure))
    {
        v->not_found = 1;
        return NGX_OK;
    }

    reason = ctx->who.unsure ? ngx_http_session_unknown
                             : ngx_session_reason(ctx->manager->store,
                                                  ctx->load.reason);

    ngx_http_session_found(v, (u_char *) reason, ngx_strlen(reason));

    return NGX_OK;
}


ngx_int_t
ngx_http_session_save_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    const char              *result;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL || ctx->save.result == NGX_HTTP_SESSION_SAVE_NONE) {
        v->not_found = 1;
        return NGX_OK;
    }

    result = ngx_http_session_result(ctx->save.result);

    ngx_http_session_found(v, (u_char *) result, ngx_strlen(result));

    return NGX_OK;
}


/* data: of the save, or else of the load */

ngx_int_t
ngx_http_session_took_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                  *p;
    ngx_msec_t               msec;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_here(r);

    if (ctx == NULL || !(data ? ctx->save.timed : ctx->load.timed)) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_TIME_T_LEN + 4);
    if (p == NULL) {
        return NGX_ERROR;
    }

    msec = data ? ctx->save.time : ctx->load.time;

    ngx_http_session_found(v, p, ngx_sprintf(p, "%T.%03M",
                                             (time_t) (msec / 1000),
                                             msec % 1000)
                                 - p);

    return NGX_OK;
}


ngx_int_t
ngx_http_session_upstream_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    ctx = ngx_http_session_get_ctx(r);
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    /* an upstream may speak of a session that is not loaded */

    if (ctx == NULL || ctx->upstream.verdict.len == 0
        || ctx->changes.manager == NULL
        || ctx->changes.manager != slcf->manager)
    {
        v->not_found = 1;
        return NGX_OK;
    }

    ngx_http_session_found(v, ctx->upstream.verdict.data,
                           ctx->upstream.verdict.len);

    return NGX_OK;
}


/* $session_meta_<anything else> is reserved */

ngx_int_t
ngx_http_session_no_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    v->not_found = 1;

    return NGX_OK;
}
