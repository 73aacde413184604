/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The beginning of a save, in a pool of its own.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_next.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_run.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_log.h"
#include "ngx_http_session_save_pool.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_wait.h"

#include "ngx_session_store.h"


/*
 * The save itself, and what most saves take besides until they wait (some 300
 * bytes), twice
 */
#define NGX_HTTP_SESSION_SAVE_SIZE  (sizeof(ngx_http_session_save_t) + 640)


static ngx_http_session_save_t *ngx_http_session_save_create(
    ngx_http_session_ctx_t *ctx, ngx_http_session_saved_pt handler);
static ngx_uint_t ngx_http_session_waits(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t may_wait);
static ngx_uint_t ngx_http_session_makes_id(ngx_http_session_save_t *save);


ngx_int_t
ngx_http_session_save_start(ngx_http_session_ctx_t *ctx, ngx_uint_t may_wait,
    ngx_http_session_saved_pt handler, ngx_http_session_saved_t *saved)
{
    ngx_http_session_step_e   step;
    ngx_http_session_save_t  *save;

    saved->result = NGX_HTTP_SESSION_SAVE_NONE;
    saved->reason = NGX_SESSION_REASON_NONE;
    saved->cookie = NGX_HTTP_SESSION_COOKIE_STAYS;

    if (!ngx_http_session_has_changes(&ctx->changes) && !ctx->changes.begun
        && !ctx->loaded.rebind && !ctx->who.identity.stale)
    {
        return NGX_OK;
    }

    save = ngx_http_session_save_create(ctx, handler);
    if (save == NULL) {
        saved->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
        return NGX_ERROR;
    }

    step = ngx_http_session_plan(save, ctx);

    if (!may_wait && step < NGX_HTTP_SESSION_STEP_END
        && ngx_http_session_makes_id(save))
    {
        ngx_http_session_log_dropped(ctx->request, NULL,
                                     NGX_HTTP_SESSION_DROP_BUSY);

        step = ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    if (!ngx_http_session_waits(save, ctx, may_wait)) {
        save->handler = NULL;
    }

    save->ended = saved;
    saved->result = NGX_HTTP_SESSION_SAVE_LAST;

    step = ngx_http_session_resolve(save, step, NULL);

    ngx_http_session_log_plan(save, ctx, step);

    ngx_http_session_run(save, step);

    if (saved->result == NGX_HTTP_SESSION_SAVE_NONE) {
        return NGX_OK;
    }

    if (saved->result != NGX_HTTP_SESSION_SAVE_LAST) {
        return NGX_ERROR;
    }

    save->ended = NULL;

    if (save->handler == NULL) {
        save->log = ngx_cycle->log;
        return NGX_DONE;
    }

    ctx->save.running = save;
    ctx->save.begun = ngx_current_msec;

    return NGX_AGAIN;
}


static ngx_http_session_save_t *
ngx_http_session_save_create(ngx_http_session_ctx_t *ctx,
    ngx_http_session_saved_pt handler)
{
    ngx_pool_t               *pool;
    ngx_http_session_save_t  *save;

    pool = ngx_http_session_get_save_pool(NGX_HTTP_SESSION_SAVE_SIZE);
    if (pool == NULL) {
        return NULL;
    }

    save = ngx_palloc(pool, sizeof(ngx_http_session_save_t));
    if (save == NULL) {
        ngx_http_session_free_save_pool(pool);
        return NULL;
    }

    ngx_memzero(save, offsetof(ngx_http_session_save_t, pool));

    save->pool = pool;
    save->log = ctx->request->connection->log;
    save->manager = ctx->manager;
    save->handler = handler;
    save->data = ctx;
    save->turn.first = 0;
    save->turn.wake.timer_set = 0;
    save->limit = ngx_http_session_wait_limit(ctx);

    return save;
}


/* with session_save async: only if the browser needs to know how it ends */

static ngx_uint_t
ngx_http_session_waits(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t may_wait)
{
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_http_get_module_loc_conf(ctx->request, ngx_http_session_module);

    if (!may_wait || slcf->save != NGX_HTTP_SESSION_ASYNC) {
        return may_wait;
    }

    switch (save->goal) {

    case NGX_HTTP_SESSION_GOAL_RESIGN:
    case NGX_HTTP_SESSION_GOAL_DESTROY:
    case NGX_HTTP_SESSION_GOAL_REVOKE:
        return 1;

    default:
        return ngx_http_session_makes_id(save);
    }
}


static ngx_uint_t
ngx_http_session_makes_id(ngx_http_session_save_t *save)
{
    switch (save->goal) {

    case NGX_HTTP_SESSION_GOAL_CREATE:
    case NGX_HTTP_SESSION_GOAL_MOVE:
    case NGX_HTTP_SESSION_GOAL_OWN:
        return 1;

    default:
        return 0;
    }
}


void
ngx_http_session_save_abandon(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_save_t  *save;

    save = ctx->save.running;

    if (save != NULL) {
        save->handler = NULL;
        save->log = ngx_cycle->log;

        ctx->save.running = NULL;
    }
}
