/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Saving: a save's beginning and its end.  It has a life and a pool of its
 * own.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_counters.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_run.h"

#include "ngx_session_limit.h"
#include "ngx_session_mc.h"


/* the save itself, some changes and the ids of its session */
#define NGX_HTTP_SESSION_SAVE_POOL  4096


static ngx_http_session_save_t *ngx_http_session_save_create(
    ngx_http_session_ctx_t *ctx, ngx_http_session_saved_pt handler);
static void ngx_http_session_log_result(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);


static const char  *ngx_http_session_results[] = {
    "nothing to save",
    "saved",
    "saved under a newer id",
    "the session was destroyed meanwhile",
    "the session became another subject's meanwhile",
    "the store failed",
    "too many conflicts with other writers",
    "the record would exceed max_size",
    "the stored record is corrupt",
    "the new id is in use",
    "values that cannot be decoded are in the way of an unset",
    "a value to be incremented is not an integer",
    "an incremented value would be out of range",
    "out of memory or of random bytes"
};


const char *
ngx_http_session_result(ngx_http_session_result_e result)
{
    return ngx_http_session_results[result];
}


ngx_int_t
ngx_http_session_save_start(ngx_http_session_ctx_t *ctx, ngx_uint_t may_wait,
    ngx_http_session_saved_pt handler, ngx_http_session_saved_t *saved)
{
    ngx_http_session_step_e   step;
    ngx_http_session_save_t  *save;

    saved->result = NGX_HTTP_SESSION_SAVE_NONE;
    saved->reason = NGX_SESSION_MC_OK;
    saved->cookie = NGX_HTTP_SESSION_COOKIE_STAYS;

    if (ctx->changes.first == NULL && !ctx->changes.destroy
        && !ctx->changes.regenerate && !ctx->changes.clear_data
        && !ctx->changes.begun && !ctx->loaded.rebind
        && !ctx->who.identity.stale)
    {
        return NGX_OK;
    }

    save = ngx_http_session_save_create(ctx, handler);
    if (save == NULL) {
        saved->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
        return NGX_ERROR;
    }

    step = ngx_http_session_plan(save, ctx);

    if (!may_wait && save->cookies) {
        ngx_http_session_log_dropped(ctx->request, NULL,
                                     NGX_HTTP_SESSION_DROP_BUSY);

        step = ngx_http_session_end(NGX_HTTP_SESSION_SAVE_NONE);
    }

    save->ended = saved;
    saved->result = NGX_HTTP_SESSION_SAVE_LAST;

    ngx_http_session_run(save, step);

    if (saved->result == NGX_HTTP_SESSION_SAVE_NONE) {
        return NGX_OK;
    }

    if (saved->result != NGX_HTTP_SESSION_SAVE_LAST) {
        return NGX_ERROR;
    }

    save->ended = NULL;

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

    pool = ngx_create_pool(NGX_HTTP_SESSION_SAVE_POOL, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    save = ngx_pcalloc(pool, sizeof(ngx_http_session_save_t));
    if (save == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    save->pool = pool;
    save->log = ctx->request->connection->log;
    save->manager = ctx->manager;
    save->handler = handler;
    save->data = ctx;

    return save;
}


ngx_uint_t
ngx_http_session_save_waits(ngx_http_session_save_t *save)
{
    return save->waits;
}


void
ngx_http_session_save_abandon(ngx_http_session_save_t *save)
{
    save->handler = NULL;
    save->log = ngx_cycle->log;
}


void
ngx_http_session_finish(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    ngx_http_session_saved_t  saved;

    if (result != NGX_HTTP_SESSION_SAVE_NONE) {
        save->manager->stats->saves[result]++;
    }

    ngx_http_session_end_turn(save);

    ngx_http_session_log_result(save, result);

    saved.result = result;
    saved.reason = result == NGX_HTTP_SESSION_SAVE_STORE ? save->reason
                                                         : NGX_SESSION_MC_OK;
    saved.cookie = save->cookie;
    saved.identity = save->cookie == NGX_HTTP_SESSION_COOKIE_NEW ? save->fresh
                                                                 : save->old;

    if (save->ended != NULL) {
        *save->ended = saved;

    } else if (save->handler != NULL) {
        save->handler(save->data, &saved);
    }

    ngx_destroy_pool(save->pool);
}


static void
ngx_http_session_log_result(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    ngx_uint_t  level;

    switch (result) {

    case NGX_HTTP_SESSION_SAVE_NONE:
    case NGX_HTTP_SESSION_SAVE_OK:
    case NGX_HTTP_SESSION_SAVE_JOINED:
        return;

    case NGX_HTTP_SESSION_SAVE_GONE:
    case NGX_HTTP_SESSION_SAVE_OTHER:
        level = NGX_LOG_INFO;
        break;

    default:
        level = NGX_LOG_ERR;
    }

    (void) ngx_session_log(&save->manager->unsaved[result], level, save->log,
                           0, "changes of \"%V\" were not saved: %s",
                           &save->manager->name,
                           result == NGX_HTTP_SESSION_SAVE_STORE
                           ? ngx_session_mc_reason(save->reason)
                           : ngx_http_session_results[result]);
}
