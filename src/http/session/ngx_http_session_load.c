/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Loading: the signed cookies are checked, and the sessions of the good ones
 * looked at in one batch.  The first good session counts, of the cookie that
 * was signed last.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_counters.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_identify.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_life.h"
#include "ngx_http_session_limits_conf.h"
#include "ngx_http_session_load.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_wait.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_codec.h"


/* of the commands of a load: those kept for ids that were replaced */
#define NGX_HTTP_SESSION_LOAD_RESERVE  2


static void ngx_http_session_leave(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_find(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_decide_touch(ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_look_at(ngx_http_session_ctx_t *ctx,
    ngx_http_session_identity_t **identities, ngx_uint_t n);
static void ngx_http_session_looked(void *data);
static ngx_uint_t ngx_http_session_choose(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_take_look(ngx_http_session_ctx_t *ctx,
    ngx_http_session_look_t *look);
static void ngx_http_session_take_identity(ngx_http_session_ctx_t *ctx,
    ngx_http_session_look_t *look);
static void ngx_http_session_log_hit(ngx_http_session_ctx_t *ctx,
    ngx_http_session_look_t *look);
static void ngx_http_session_none_is_good(ngx_http_session_ctx_t *ctx);
static ngx_http_session_status_e ngx_http_session_refused(
    ngx_http_session_ctx_t *ctx, nsess_error_e code);
static void ngx_http_session_corrupt(ngx_http_session_ctx_t *ctx,
    const char *what, size_t pos);
static void ngx_http_session_failed(ngx_http_session_ctx_t *ctx,
    ngx_session_reason_e reason);
static void ngx_http_session_load_ended(ngx_http_session_ctx_t *ctx);


ngx_int_t
ngx_http_session_load(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_http_session_resume_pt resume)
{
    if (ctx->manager != manager) {

        if (ctx->manager != NULL) {
            ngx_http_session_leave(ctx);
        }

        ctx->manager = manager;
    }

    /* a response may have overtaken the phase that waits */

    ctx->load.resume = resume;

    if (ctx->load.waits) {
        return NGX_AGAIN;
    }

    if (ctx->changes.manager != manager) {
        ngx_http_session_change_for(ctx, manager);
    }

    return ctx->load.status == NGX_HTTP_SESSION_UNKNOWN
           ? ngx_http_session_find(ctx) : NGX_OK;
}


/* the location that the request has come to has another manager */

static void
ngx_http_session_leave(ngx_http_session_ctx_t *ctx)
{
    if (ctx->load.waits) {
        (void) ngx_http_session_wait_end(ctx, ctx->load.begun);
    }

    ngx_http_session_cancel_load(ctx);
    ngx_http_session_forget(ctx);

    ngx_memzero(&ctx->load, sizeof(ngx_http_session_loading_t));

    ctx->who.unsure = 0;
    ctx->who.known = 0;
    ctx->who.ended = 0;
    ctx->who.also_ended = NULL;
    ctx->who.has_cookie = 0;
}


static ngx_int_t
ngx_http_session_find(ngx_http_session_ctx_t *ctx)
{
    ngx_int_t                     rc;
    ngx_uint_t                    n;
    ngx_http_session_walk_t       walk;
    ngx_http_session_identity_t  *identities[NGX_HTTP_SESSION_LOAD_COMMANDS
                                             + 1];

    if (ngx_http_session_decide_touch(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    ctx->load.begun = ngx_current_msec;

    identities[0] = &ctx->who.identity;

    if (ngx_http_session_identify(&walk, ctx->request, ctx->manager,
                                  identities, NGX_HTTP_SESSION_LOAD_COMMANDS,
                                  &n)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ctx->who.has_cookie = walk.has_cookie;

    if (n == 0) {
        ngx_memzero(&ctx->who.identity, sizeof(ngx_http_session_identity_t));

        ctx->load.status = ngx_http_session_refused(ctx, walk.refused);
        rc = NGX_OK;

    } else {
        rc = ngx_http_session_look_at(ctx, identities, n);
    }

    if (rc == NGX_OK) {
        ngx_http_session_load_ended(ctx);
    }

    return rc;
}


/* does the record live on as it did?  The request's location says it */

static ngx_int_t
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

    ctx->load.untouched = yes;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_look_at(ngx_http_session_ctx_t *ctx,
    ngx_http_session_identity_t **identities, ngx_uint_t n)
{
    ngx_msec_t                limit;
    ngx_uint_t                i, commands, known;
    ngx_http_session_look_t  *look;

    look = &ctx->load.look;

    if (n != 1) {
        look = ngx_pcalloc(ctx->request->pool,
                           n * sizeof(ngx_http_session_look_t));
        if (look == NULL) {
            return NGX_ERROR;
        }
    }

    ctx->load.looks = look;
    ctx->load.nlooks = 0;
    ctx->load.commands = NGX_HTTP_SESSION_LOAD_COMMANDS;
    ctx->load.waits = 1;

    limit = ngx_http_session_wait_limit(ctx);
    known = 0;

    for (i = 0; i < n; i++, look++) {

        commands = ctx->manager->subject.len != 0
                   && identities[i]->token.has_subject ? 2 : 1;

        if (i != 0 && ctx->manager->subject.len != 0
            && ctx->load.commands < commands + NGX_HTTP_SESSION_LOAD_RESERVE)
        {
            break;
        }

        look->identity = identities[i];
        look->manager = ctx->manager;
        look->pool = ctx->request->pool;
        look->log = ctx->request->connection->log;
        look->handler = ngx_http_session_looked;
        look->data = ctx;
        look->commands = &ctx->load.commands;
        look->limit = limit;
        look->life = ctx->load.untouched ? NGX_SESSION_LIFE_STAYS
                     : ngx_http_session_record_life(ctx->manager, NULL,
                                                    &look->identity->token);
        ctx->load.nlooks++;

        ngx_http_session_look(look);

        known |= (look->verdict != NGX_HTTP_SESSION_VERDICT_NONE);
    }

    /* a look knows at once only that the store has failed */

    return known && ngx_http_session_choose(ctx) ? NGX_OK : NGX_AGAIN;
}


static void
ngx_http_session_looked(void *data)
{
    ngx_http_session_ctx_t *ctx = data;

    if (ngx_http_session_choose(ctx)) {
        ngx_http_session_load_ended(ctx);

        ctx->load.resume(ctx);
    }
}


/* 1: ctx->load.status is known */

static ngx_uint_t
ngx_http_session_choose(ngx_http_session_ctx_t *ctx)
{
    ngx_uint_t                i;
    ngx_http_session_look_t  *look;

    look = ctx->load.looks;

    for (i = 0; i < ctx->load.nlooks; i++) {

        if (look[i].verdict == NGX_HTTP_SESSION_VERDICT_NONE) {
            return 0;
        }

        if (look[i].verdict != NGX_HTTP_SESSION_VERDICT_DEAD) {
            break;
        }
    }

    if (i != ctx->load.nlooks) {
        ngx_http_session_take_look(ctx, &look[i]);

    } else {
        ngx_http_session_none_is_good(ctx);
    }

    ngx_http_session_cancel_load(ctx);

    return 1;
}


static void
ngx_http_session_take_look(ngx_http_session_ctx_t *ctx,
    ngx_http_session_look_t *look)
{
    ctx->who.known = 1;
    ngx_http_session_take_identity(ctx, look);
    ctx->loaded = look->loaded;

    /* the record is the request's from now on */

    ngx_memzero(&look->loaded.record, sizeof(nsess_record_t));
    look->loaded.value = NULL;

    if (ctx->loaded.newer != NULL) {

        /* the cookie of an id that was replaced is not signed again */

        ctx->who.identity.stale = 0;
        ctx->who.identity.old_key = 0;
    }

    switch (look->verdict) {

    case NGX_HTTP_SESSION_VERDICT_GOOD:
        ctx->load.status = NGX_HTTP_SESSION_HIT;

        ngx_http_session_log_hit(ctx, look);
        return;

    case NGX_HTTP_SESSION_VERDICT_CORRUPT:
        ngx_http_session_corrupt(ctx, look->err.code == NSESS_E_SIZE
                                      ? "longer than max_size"
                                      : nsess_strerror(look->err.code),
                                 look->err.pos);
        break;

    case NGX_HTTP_SESSION_VERDICT_UNSURE:
        ctx->who.unsure = 1;
        ngx_http_session_failed(ctx, NGX_SESSION_REASON_NONE);
        break;

    default: /* NGX_HTTP_SESSION_VERDICT_FAILED */
        ngx_http_session_failed(ctx, look->reason);
    }

    ngx_http_session_forget(ctx);
}


/* that of most loads is there already */

static void
ngx_http_session_take_identity(ngx_http_session_ctx_t *ctx,
    ngx_http_session_look_t *look)
{
    if (look->identity != &ctx->who.identity) {
        ctx->who.identity = *look->identity;
    }
}


/* a number is -1 where it is not known */

static void
ngx_http_session_log_hit(ngx_http_session_ctx_t *ctx,
    ngx_http_session_look_t *look)
{
#if (NGX_DEBUG)
    static const ngx_str_t  nobody = ngx_string("a store");

    ngx_log_debug6(NGX_LOG_DEBUG_HTTP, look->log, 0,
                   "session load: \"%V\" is HIT: %V had %uz bytes, "
                   "version %uL, age %T s, %L s to live",
                   &ctx->manager->name,
                   look->peer != NULL ? look->peer : &nobody,
                   ctx->loaded.record.data.len, ctx->loaded.version,
                   look->identity->token.created != 0
                   ? ngx_time() - (time_t) look->identity->token.created
                   : (time_t) -1,
                   ctx->loaded.life);
#endif
}


/*
 * A session that replaced one of the ids can still be ended, also if a new one
 * takes the place of the identity meanwhile.
 */

static void
ngx_http_session_none_is_good(ngx_http_session_ctx_t *ctx)
{
    ngx_uint_t                i;
    ngx_session_key_t        *key;
    ngx_http_session_look_t  *look;

    look = ctx->load.looks;

    ctx->who.ended = 1;
    ctx->load.status = NGX_HTTP_SESSION_EXPIRED;

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session load: \"%V\" is EXPIRED: the session of %ui good "
                   "cookie%s is over", &ctx->manager->name,
                   ctx->load.nlooks, ctx->load.nlooks == 1 ? "" : "s");

    for (i = 0; i < ctx->load.nlooks; i++) {

        if (!look[i].late) {
            continue;
        }

        if (ctx->who.also_ended == NULL) {
            ctx->who.also_ended = ngx_array_create(ctx->request->pool, 1,
                                                   sizeof(ngx_session_key_t));
        }

        key = ctx->who.also_ended != NULL
              ? ngx_array_push(ctx->who.also_ended) : NULL;

        if (key == NULL) {
            ngx_http_session_failed(ctx, NGX_SESSION_REASON_NO_MEMORY);
            break;
        }

        *key = look[i].identity->key;
    }

    /* now that its place, which one of the others may have, is free */

    ngx_http_session_take_identity(ctx, &look[0]);
}


/* no good cookie: why? */

static ngx_http_session_status_e
ngx_http_session_refused(ngx_http_session_ctx_t *ctx, nsess_error_e code)
{
    ngx_uint_t                 level;
    ngx_http_session_status_e  status;

    status = code == NSESS_E_NONE ? NGX_HTTP_SESSION_NONE
             : code == NSESS_E_EXPIRED ? NGX_HTTP_SESSION_EXPIRED
                                       : NGX_HTTP_SESSION_FORGED;

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session load: \"%V\" is %V: %s", &ctx->manager->name,
                   ngx_http_session_status(status),
                   code == NSESS_E_NONE ? "the request has no cookie of it"
                                        : nsess_strerror(code));

    if (status == NGX_HTTP_SESSION_NONE) {
        return status;
    }

    /* a forgery is seen at the default level, as nginx's own refusals are */

    level = code == NSESS_E_EXPIRED ? NGX_LOG_INFO : NGX_LOG_ERR;

    (void) ngx_session_log(&ctx->manager->refused, level,
                           ctx->request->connection->log, 0,
                           "cookie of \"%V\" was refused: %s",
                           &ctx->manager->name, nsess_strerror(code));

    return status;
}


static void
ngx_http_session_corrupt(ngx_http_session_ctx_t *ctx, const char *what,
    size_t pos)
{
    ctx->load.status = NGX_HTTP_SESSION_CORRUPT;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session load: \"%V\" is CORRUPT: %s",
                   &ctx->manager->name, what);

    (void) ngx_session_log(&ctx->manager->corrupt, NGX_LOG_ERR,
                           ctx->request->connection->log, 0,
                           "record \"%*s\" of \"%V\" is corrupt: "
                           "%s at offset %uz",
                           (size_t) NGX_HTTP_SESSION_HASH_LEN,
                           ctx->who.identity.name, &ctx->manager->name, what,
                           pos);
}


static void
ngx_http_session_failed(ngx_http_session_ctx_t *ctx,
    ngx_session_reason_e reason)
{
    const char  *why;

    ctx->load.status = NGX_HTTP_SESSION_ERROR;
    ctx->load.reason = reason;

    why = ctx->who.unsure ? ngx_http_session_unknown
                          : ngx_session_reason(ctx->manager->store, reason);

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ctx->request->connection->log, 0,
                   "session load: \"%V\" is ERROR: %s",
                   &ctx->manager->name, why);

    (void) ngx_session_log(&ctx->manager->failed, NGX_LOG_ERR,
                           ctx->request->connection->log, 0,
                           "record of \"%V\" could not be loaded: %s",
                           &ctx->manager->name, why);
}


/* counts the load: its status is known */

static void
ngx_http_session_load_ended(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_stats_t  *stats;

    stats = ctx->manager->stats;

    stats->loads[ctx->load.status]++;

    /* timed if a cookie was good, so that its record was asked for */

    ctx->load.timed = ctx->who.known || ctx->who.ended;
    ctx->load.time = ngx_http_session_wait_end(ctx, ctx->load.begun);

    if (ctx->load.timed && ctx->load.status == NGX_HTTP_SESSION_EXPIRED) {
        stats->evictions++;
    }
}
