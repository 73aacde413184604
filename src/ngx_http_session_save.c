/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Saving: what of a request's changes is real, and which kind of save they
 * need; the save has a life of its own.
 */


#include "ngx_http_session_save.h"

#include "nsess_utf8.h"


static ngx_int_t ngx_http_session_save_plan(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_plan_end(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_plan_bind(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_copy_changes(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static void ngx_http_session_log_invalid(ngx_http_session_save_t *save,
    const nsess_change_t *change);
static ngx_int_t ngx_http_session_copy_real(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, const nsess_keyset_t *keys);
static ngx_uint_t ngx_http_session_is_real(ngx_http_session_ctx_t *ctx,
    const nsess_change_t *change, const nsess_wanted_t *loaded);
static ngx_int_t ngx_http_session_copy_change(ngx_http_session_save_t *save,
    const nsess_change_t *change, nsess_change_t **last);
static ngx_int_t ngx_http_session_new_id(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static void ngx_http_session_log_result(ngx_http_session_save_t *save,
    ngx_http_session_result_e result, ngx_session_mc_reason_e reason);


static const char  *ngx_http_session_results[] = {
    "nothing to save",
    "saved",
    "saved under a newer id",
    "the session was destroyed meanwhile",
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
ngx_http_session_save_start(ngx_http_session_ctx_t *ctx,
    ngx_http_session_saved_pt handler, void *data,
    ngx_http_session_result_e *result, ngx_session_mc_reason_e *reason)
{
    ngx_int_t                 rc;
    ngx_pool_t               *pool;
    ngx_http_session_save_t  *save;

    *result = NGX_HTTP_SESSION_SAVE_INTERNAL;
    *reason = NGX_SESSION_MC_OK;

    if (ctx->changes == NULL && !ctx->destroy && !ctx->regenerate
        && !ctx->rebind && !ctx->begun)
    {
        return NGX_DECLINED;
    }

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    save = ngx_pcalloc(pool, sizeof(ngx_http_session_save_t));
    if (save == NULL) {
        ngx_destroy_pool(pool);
        return NGX_ERROR;
    }

    save->pool = pool;
    save->log = ctx->request->connection->log;
    save->manager = ctx->manager;
    save->handler = handler;
    save->data = data;
    save->cas = ctx->cas;
    save->token = ctx->token;
    save->key = ctx->key;
    save->untouched = ctx->untouched && !ctx->regenerate
                      && ctx->status == NGX_HTTP_SESSION_HIT;
    save->ttl = ctx->ttl;
    save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;

    if (ctx->status == NGX_HTTP_SESSION_HIT) {

        /* else they are those of a record that is not gone on with */

        save->flags = ctx->flags;
    }

    rc = ngx_http_session_save_plan(save, ctx);

    if (rc == NGX_OK) {
        ctx->save = save;
        ctx->save_begun = ngx_current_msec;

        return NGX_AGAIN;
    }

    if (rc == NGX_ERROR) {
        *result = save->result;
        *reason = save->reason;

        save->manager->stats->saves[save->result]++;

        ngx_http_session_log_result(save, save->result, save->reason);
    }

    ngx_destroy_pool(pool);

    return rc;
}


int64_t
ngx_http_session_saved_epoch(ngx_http_session_save_t *save)
{
    return save->token.epoch;
}


void
ngx_http_session_save_abandon(ngx_http_session_save_t *save)
{
    save->handler = NULL;
    save->log = ngx_cycle->log;
}


static ngx_int_t
ngx_http_session_save_plan(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    if (ctx->destroy) {
        return ctx->has_token ? ngx_http_session_plan_end(save, ctx)
                              : NGX_DECLINED;
    }

    if (ngx_http_session_copy_changes(save, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (save->changes == NULL && !ctx->begun
        && (!(ctx->regenerate || ctx->rebind) || ctx->moved != NULL
            || ctx->status != NGX_HTTP_SESSION_HIT))
    {
        return NGX_DECLINED;
    }

    /* what may be revoked is not gone on with, but a new one may begin */

    if (ctx->status == NGX_HTTP_SESSION_ERROR && !ctx->unknown) {
        save->reason = ctx->reason;
        return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_STORE);
    }

    if (ctx->status == NGX_HTTP_SESSION_CORRUPT && !ctx->regenerate) {
        return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    if (ngx_http_session_plan_bind(save, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ctx->moved != NULL) {
        return ngx_http_session_join(save, ctx->moved);
    }

    if (ctx->status == NGX_HTTP_SESSION_HIT && !ctx->regenerate) {
        return save->untouched ? ngx_http_session_reload(save)
                               : ngx_http_session_update(save, &ctx->record);
    }

    if (ngx_http_session_new_id(save, ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    return ctx->status == NGX_HTTP_SESSION_HIT
           ? ngx_http_session_regenerate(save, &ctx->record)
           : ngx_http_session_create(save);
}


/* the session ends, or with it all of its subject */

static ngx_int_t
ngx_http_session_plan_end(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    if (ctx->token.has_subject) {

        if (ctx->revoke) {
            save->bind = NGX_HTTP_SESSION_BIND_REVOKE;

            if (ctx->moved != NULL) {
                save->next = *ctx->moved;
                save->more = 1;
            }

            return ngx_http_session_bind(save, NGX_HTTP_SESSION_SAVE_OK);
        }

        if (ctx->manager->max_sessions != 0) {
            save->bind = NGX_HTTP_SESSION_BIND_DROP;
        }
    }

    return ngx_http_session_destroy(save, ctx->moved);
}


/* does the save change whose session it is, or its name? */

static ngx_int_t
ngx_http_session_plan_bind(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    u_char      subject[NSESS_SUBJECT_LEN];
    ngx_int_t   rc;
    ngx_uint_t  same;

    if (ctx->manager->subject.len == 0) {
        return NGX_OK;
    }

    rc = ngx_http_session_subject_of(ctx, subject);

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {

        /* nobody's, or no longer */

        if (nsess_change_last(save->changes,
                              ngx_http_session_str(&ctx->manager->subject))
            != NULL)
        {
            save->flags &= ~NGX_HTTP_SESSION_BOUND;
            save->unbound = 1;
        }

        if (ctx->token.has_subject && ctx->status == NGX_HTTP_SESSION_HIT) {
            ctx->stale = 1;

            save->bind = ctx->manager->max_sessions != 0
                         ? NGX_HTTP_SESSION_BIND_DROP
                         : NGX_HTTP_SESSION_BIND_NONE;
        }

        ctx->token.has_subject = 0;

        return NGX_OK;
    }

    same = ctx->token.has_subject && ctx->status == NGX_HTTP_SESSION_HIT
           && ngx_memcmp(ctx->token.subject, subject, NSESS_SUBJECT_LEN) == 0;

    if (same && !ctx->regenerate) {
        return NGX_OK;
    }

    ngx_memcpy(ctx->token.subject, subject, NSESS_SUBJECT_LEN);
    ngx_memcpy(save->token.subject, subject, NSESS_SUBJECT_LEN);

    ctx->token.has_subject = 1;
    save->token.has_subject = 1;
    ctx->stale = 1;
    ctx->binds = 1;

    save->flags |= NGX_HTTP_SESSION_BOUND;
    save->bind = NGX_HTTP_SESSION_BIND_ADD;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_copy_changes(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_int_t              rc;
    ngx_uint_t             all;
    nsess_keyset_t         keys;
    const nsess_change_t  *clear;

    if (nsess_keyset_of_changes(&keys, ctx->changes, &clear) != NSESS_OK) {
        return NGX_ERROR;
    }

    if (ctx->record.data.len != 0
        && ctx->manager->codec->find_all(&ctx->record, &keys) != NSESS_OK)
    {
        nsess_keyset_done(&keys);
        return NGX_ERROR;
    }

    /* what a newer id holds is not known yet, what is cleared is gone */

    all = ctx->moved != NULL || clear != NULL;

    rc = ngx_http_session_copy_real(save, ctx, all ? NULL : &keys);

    nsess_keyset_done(&keys);

    return rc == NGX_OK ? ngx_http_session_count_init(save) : rc;
}


/* keys: what was loaded of them; NULL: all changes are real */

static ngx_int_t
ngx_http_session_copy_real(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, const nsess_keyset_t *keys)
{
    nsess_change_t        *last;
    const nsess_change_t  *change;

    last = NULL;

    for (change = ctx->changes; change; change = change->next) {

        if (keys != NULL
            && !ngx_http_session_is_real(ctx, change,
                                      nsess_keyset_find(keys, change->key)))
        {
            continue;
        }

        if (!nsess_utf8_valid(change->value)) {
            ngx_http_session_log_invalid(save, change);
            continue;
        }

        if (ngx_http_session_copy_change(save, change, &last) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_session_log_invalid(ngx_http_session_save_t *save,
    const nsess_change_t *change)
{
    (void) ngx_session_log(&save->manager->invalid, NGX_LOG_WARN, save->log,
                           0, "\"%*s\" of \"%V\" was not set: "
                           "the value is not valid UTF-8",
                           change->key.len, change->key.data,
                           &save->manager->name);
}


/* does it make a difference to what was loaded? */

static ngx_uint_t
ngx_http_session_is_real(ngx_http_session_ctx_t *ctx,
    const nsess_change_t *change, const nsess_wanted_t *loaded)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    if (!loaded->found) {
        return change->op != NSESS_CHANGE_UNSET;
    }

    if (change->op != NSESS_CHANGE_SET) {
        return 1;
    }

    rc = ngx_http_session_text(ctx, &loaded->value, &text);

    return rc != NGX_OK || text.len != change->value.len
           || ngx_memcmp(text.data, change->value.data, text.len) != 0;
}


static ngx_int_t
ngx_http_session_copy_change(ngx_http_session_save_t *save,
    const nsess_change_t *change, nsess_change_t **last)
{
    u_char          *p;
    nsess_change_t  *copy;

    copy = ngx_pcalloc(save->pool, sizeof(nsess_change_t));
    if (copy == NULL) {
        return NGX_ERROR;
    }

    /* keys are the configuration's, which may be gone after a reload */

    p = ngx_pnalloc(save->pool, change->key.len + change->value.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    copy->op = change->op;

    copy->key.data = p;
    copy->key.len = change->key.len;
    p = ngx_cpymem(p, change->key.data, change->key.len);

    copy->value.data = p;
    copy->value.len = change->value.len;

    if (change->value.len != 0) {
        ngx_memcpy(p, change->value.data, change->value.len);
    }

    if (*last == NULL) {
        save->changes = copy;

    } else {
        (*last)->next = copy;
    }

    *last = copy;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_new_id(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    if (ctx->status != NGX_HTTP_SESSION_HIT) {
        ctx->token.created = ngx_time();
    }

    ctx->token.issued = ngx_time();
    ctx->fresh = 1;

    if (ctx->regenerate) {

        /* a login in the second in which the session begins is one, too */

        ctx->token.issued = ngx_max(ctx->token.issued, ctx->token.created + 1);
    }

    if (!ctx->begun && ctx->manager->profile->renew(ctx) != NGX_OK) {
        return NGX_ERROR;
    }

    save->token = ctx->token;
    save->new_key = ctx->key;

    return NGX_OK;
}


void
ngx_http_session_finish(ngx_http_session_save_t *save,
    ngx_http_session_result_e result, ngx_session_mc_reason_e reason)
{
    if (save->bind != NGX_HTTP_SESSION_BIND_NONE
        && (result == NGX_HTTP_SESSION_SAVE_OK
            || result == NGX_HTTP_SESSION_SAVE_JOINED))
    {
        if (ngx_http_session_bind(save, result) == NGX_OK) {
            return;
        }

        result = save->result;
        reason = save->reason;
    }

    save->manager->stats->saves[result]++;

    ngx_http_session_end_turn(save);

    ngx_http_session_log_result(save, result, reason);

    if (save->handler != NULL) {
        save->handler(save->data, result, reason);
    }

    ngx_destroy_pool(save->pool);
}


ngx_int_t
ngx_http_session_fail(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    save->result = result;

    return NGX_ERROR;
}


static void
ngx_http_session_log_result(ngx_http_session_save_t *save,
    ngx_http_session_result_e result, ngx_session_mc_reason_e reason)
{
    ngx_uint_t  level;

    if (result == NGX_HTTP_SESSION_SAVE_OK
        || result == NGX_HTTP_SESSION_SAVE_JOINED)
    {
        return;
    }

    level = result == NGX_HTTP_SESSION_SAVE_GONE ? NGX_LOG_INFO : NGX_LOG_ERR;

    (void) ngx_session_log(&save->manager->unsaved[result], level, save->log,
                           0, "changes of \"%V\" were not saved: %s",
                           &save->manager->name,
                           reason != NGX_SESSION_MC_OK
                           ? ngx_session_mc_reason(reason)
                           : ngx_http_session_results[result]);
}
