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


static ngx_int_t ngx_http_session_copy_real(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, const nsess_keyset_t *keys);
static ngx_int_t ngx_http_session_amend(ngx_http_session_save_t *save,
    nsess_change_t *last);
static void ngx_http_session_log_invalid(ngx_http_session_save_t *save,
    const nsess_change_t *change);
static ngx_uint_t ngx_http_session_is_real(ngx_http_session_ctx_t *ctx,
    const nsess_change_t *change, const nsess_wanted_t *loaded);
static ngx_int_t ngx_http_session_copy_change(ngx_http_session_save_t *save,
    const nsess_change_t *change, nsess_change_t **last);
static ngx_int_t ngx_http_session_count_init(ngx_http_session_save_t *save);


ngx_int_t
ngx_http_session_copy_changes(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t all)
{
    ngx_int_t              rc;
    nsess_keyset_t         keys;
    const nsess_change_t  *clear;

    if (nsess_keyset_of_changes(&keys, ctx->changes.first, &clear)
        != NSESS_OK)
    {
        return NGX_ERROR;
    }

    if (ctx->loaded.record.data.len != 0
        && ctx->manager->codec->find_all(&ctx->loaded.record, &keys)
           != NSESS_OK)
    {
        nsess_keyset_done(&keys);
        return NGX_ERROR;
    }

    /* after a clear the loaded values do not count */

    rc = ngx_http_session_copy_real(save, ctx,
                                    all || clear != NULL ? NULL : &keys);

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

    for (change = ctx->changes.first; change; change = change->next) {

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


/* does it make a difference to what was loaded? */

static ngx_uint_t
ngx_http_session_is_real(ngx_http_session_ctx_t *ctx,
    const nsess_change_t *change, const nsess_wanted_t *loaded)
{
    if (!loaded->found) {
        return change->op != NSESS_CHANGE_UNSET;
    }

    if (change->op != NSESS_CHANGE_SET) {
        return 1;
    }

    return ngx_http_session_has_text(ctx->manager, &ctx->loaded.record,
                                     &loaded->value, ctx->request->pool,
                                     change->value)
           != NGX_OK;
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
