/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The changes that a save carries out: those of the request that make a
 * difference, copied, since the save may outlive it.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_read.h"
#include "ngx_http_session_save_run.h"

#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_change.h"
#include "nsess_increment.h"
#include "nsess_keyset.h"
#include "nsess_utf8.h"


static ngx_uint_t ngx_http_session_are_few(const nsess_change_t *change);
static ngx_int_t ngx_http_session_copy_many(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_copy_real(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t all, const nsess_keyset_t *keys);
static ngx_int_t ngx_http_session_amend(ngx_http_session_save_t *save,
    nsess_change_t *last);
static void ngx_http_session_log_invalid(ngx_http_session_save_t *save,
    const nsess_change_t *change);
static ngx_uint_t ngx_http_session_is_real(ngx_http_session_ctx_t *ctx,
    const nsess_change_t *change, const nsess_keyset_t *keys);
static ngx_uint_t ngx_http_session_is_loaded(ngx_http_session_ctx_t *ctx,
    const nsess_value_t *loaded, nsess_str_t text);
static nsess_rc_t ngx_http_session_find_loaded(ngx_http_session_ctx_t *ctx,
    nsess_str_t key, const nsess_keyset_t *keys, nsess_value_t *value);
static ngx_int_t ngx_http_session_copy_change(ngx_http_session_save_t *save,
    const nsess_change_t *change, nsess_change_t **last);
static ngx_int_t ngx_http_session_count_init(ngx_http_session_save_t *save);


ngx_int_t
ngx_http_session_copy_changes(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t all)
{
    ngx_int_t  rc;

    rc = all || ngx_http_session_are_few(ctx->changes.first)
         ? ngx_http_session_copy_real(save, ctx, all, NULL)
         : ngx_http_session_copy_many(save, ctx);

    return rc == NGX_OK ? ngx_http_session_count_init(save) : rc;
}


/* so few that their keys are looked for one by one */

static ngx_uint_t
ngx_http_session_are_few(const nsess_change_t *change)
{
    ngx_uint_t  n;

    for (n = 0; change != NULL; change = change->next) {
        n++;
    }

    return n <= NSESS_KEYSET_SMALL;
}


/* looks for all keys in one pass over the record */

static ngx_int_t
ngx_http_session_copy_many(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx)
{
    ngx_int_t              rc;
    nsess_keyset_t         keys;
    const nsess_change_t  *clear;

    if (nsess_keyset_of_changes(&keys, ctx->changes.first, &clear)
        != NSESS_OK)
    {
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ctx->loaded.record.data.len == 0
        || ctx->manager->codec->find_all(&ctx->loaded.record, &keys)
           == NSESS_OK)
    {
        rc = ngx_http_session_copy_real(save, ctx, 0, &keys);
    }

    nsess_keyset_done(&keys);

    return rc;
}


/* those that make a difference, or all; keys: as below */

static ngx_int_t
ngx_http_session_copy_real(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t all, const nsess_keyset_t *keys)
{
    nsess_change_t        *last;
    const nsess_change_t  *change;

    last = NULL;

    for (change = ctx->changes.first; change; change = change->next) {

        if (!all && !ngx_http_session_is_real(ctx, change, keys)) {
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

    /* a profile changes nothing where there is nothing else to save */

    return last != NULL || ctx->changes.begun
           || save->goal == NGX_HTTP_SESSION_GOAL_MOVE
           || save->goal == NGX_HTTP_SESSION_GOAL_OWN
           ? ngx_http_session_amend(save, last) : NGX_OK;
}


static ngx_int_t
ngx_http_session_amend(ngx_http_session_save_t *save, nsess_change_t *last)
{
    nsess_change_t              *added;
    ngx_http_session_manager_t  *manager;

    manager = save->manager;
    added = NULL;

    if (manager->profile->amend == NULL) {
        return NGX_OK;
    }

    if (manager->profile->amend(manager, &save->base.record, save->pool,
                                &added)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (last == NULL) {
        save->changes = added;

    } else {
        last->next = added;
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


/* does it make a difference to what was loaded?  If that is unknown: yes */

static ngx_uint_t
ngx_http_session_is_real(ngx_http_session_ctx_t *ctx,
    const nsess_change_t *change, const nsess_keyset_t *keys)
{
    nsess_value_t  loaded;

    switch (ngx_http_session_find_loaded(ctx, change->key, keys, &loaded)) {

    case NSESS_OK:
        return change->op != NSESS_CHANGE_SET
               || !ngx_http_session_is_loaded(ctx, &loaded, change->value);

    case NSESS_DECLINED:
        return change->op != NSESS_CHANGE_UNSET;

    default: /* NSESS_ERROR */
        return 1;
    }
}


/* if that is unknown: no */

static ngx_uint_t
ngx_http_session_is_loaded(ngx_http_session_ctx_t *ctx,
    const nsess_value_t *loaded, nsess_str_t text)
{
    nsess_rc_t  rc;

    rc = ctx->manager->codec->has_text(&ctx->loaded.record, loaded, text);

    if (rc == NSESS_AGAIN) {
        return ngx_http_session_is_text(ctx->manager, &ctx->loaded.record,
                                        loaded, ctx->request->pool, text)
               == NGX_OK;
    }

    return rc == NSESS_OK;
}


/* keys: what was found already; NULL: nothing */

static nsess_rc_t
ngx_http_session_find_loaded(ngx_http_session_ctx_t *ctx, nsess_str_t key,
    const nsess_keyset_t *keys, nsess_value_t *value)
{
    const nsess_wanted_t  *wanted;

    if (ctx->loaded.record.data.len == 0) {
        return NSESS_DECLINED;
    }

    if (keys == NULL) {
        return ctx->manager->codec->find(&ctx->loaded.record, key, value);
    }

    wanted = nsess_keyset_find(keys, key);
    *value = wanted->value;

    return wanted->found ? NSESS_OK : NSESS_DECLINED;
}


static ngx_int_t
ngx_http_session_copy_change(ngx_http_session_save_t *save,
    const nsess_change_t *change, nsess_change_t **last)
{
    u_char          *p;
    nsess_change_t  *copy;

    /* keys are the configuration's, which may be gone after a reload */

    copy = ngx_palloc(save->pool, sizeof(nsess_change_t) + change->key.len
                                  + change->value.len);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    *copy = *change;
    copy->next = NULL;

    p = (u_char *) (copy + 1);

    copy->key.data = p;
    p = ngx_cpymem(p, change->key.data, change->key.len);

    copy->value.data = p;

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


/* makes room for what is counted, if there are increments */

static ngx_int_t
ngx_http_session_count_init(ngx_http_session_save_t *save)
{
    ngx_uint_t  n;

    n = ngx_http_session_counts(save->changes);

    if (n == 0) {
        return NGX_OK;
    }

    save->counted = ngx_palloc(save->pool, n * sizeof(nsess_incremented_t));

    return save->counted != NULL ? NGX_OK : NGX_ERROR;
}
