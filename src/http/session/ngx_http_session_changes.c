/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a request wants of its session: changes in the order of their writes,
 * the last of a key in place of earlier ones.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"

#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_change.h"
#include "nsess_increment.h"
#include "nsess_str.h"


/* a change in the context's list */
typedef struct {
    nsess_change_t                change;
    unsigned                      early:1;      /* by "set" */
} ngx_http_session_written_t;


static ngx_int_t ngx_http_session_write(ngx_http_session_ctx_t *ctx,
    nsess_change_t *change, nsess_change_e op, ngx_str_t *value);
static ngx_http_session_written_t *ngx_http_session_change_of(
    ngx_http_session_ctx_t *ctx, ngx_str_t *key);
static void ngx_http_session_drop_later(ngx_http_session_ctx_t *ctx,
    nsess_change_t *change);
static ngx_http_session_written_t *ngx_http_session_add_change(
    ngx_http_session_ctx_t *ctx, ngx_str_t *key);
static void ngx_http_session_append(ngx_http_session_ctx_t *ctx,
    nsess_change_t *change);


static const char  *ngx_http_session_drops[] = {
    "the location has no session",
    "a subrequest cannot change the session",
    "the response header is sent already",
    "the response cannot wait"
};


void
ngx_http_session_change_for(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager)
{
    if (manager == NULL || ctx->changes.manager == manager) {
        return;
    }

    if (ctx->changes.manager != NULL
        && ngx_http_session_has_changes(&ctx->changes))
    {
        (void) ngx_session_log(&ctx->changes.manager->crossed, NGX_LOG_INFO,
                               ctx->request->connection->log, 0,
                               "changes of \"%V\" were dropped: the request "
                               "went on with \"%V\"",
                               &ctx->changes.manager->name, &manager->name);

        ngx_memzero(&ctx->changes, sizeof(ngx_http_session_changes_t));
    }

    ctx->changes.begun = 0;
    ctx->guard.csrf = NGX_HTTP_SESSION_CSRF_UNCHECKED;
    ngx_str_null(&ctx->upstream.verdict);

    ctx->changes.manager = manager;
}


ngx_int_t
ngx_http_session_change(ngx_http_session_ctx_t *ctx, nsess_change_e op,
    ngx_str_t *key, ngx_str_t *value)
{
    ngx_http_session_written_t  *written;

    written = op == NSESS_CHANGE_INCR ? ngx_http_session_add_change(ctx, key)
                                      : ngx_http_session_change_of(ctx, key);
    if (written == NULL) {
        return NGX_ERROR;
    }

    written->early = 0;

    return ngx_http_session_write(ctx, &written->change, op, value);
}


ngx_int_t
ngx_http_session_change_early(ngx_http_session_ctx_t *ctx, nsess_change_e op,
    ngx_str_t *key, ngx_str_t *value)
{
    ngx_http_session_written_t  *written;

    /* a change that counts in any case stays behind it */

    written = (ngx_http_session_written_t *)
                  nsess_change_last(ctx->changes.first,
                                    ngx_http_session_str(key));

    if (written == NULL || !written->early) {
        written = ngx_http_session_add_change(ctx, key);
        if (written == NULL) {
            return NGX_ERROR;
        }
    }

    written->early = 1;

    return ngx_http_session_write(ctx, &written->change, op, value);
}


ngx_int_t
ngx_http_session_set(ngx_http_session_ctx_t *ctx, ngx_str_t *key,
    ngx_str_t *value)
{
    ngx_http_session_written_t  *written;

    written = ngx_http_session_change_of(ctx, key);
    if (written == NULL) {
        return NGX_ERROR;
    }

    written->early = 0;
    written->change.op = NSESS_CHANGE_SET;
    written->change.value = ngx_http_session_str(value);

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_write(ngx_http_session_ctx_t *ctx, nsess_change_t *change,
    nsess_change_e op, ngx_str_t *value)
{
    u_char  *p;

    change->op = op;
    change->value.data = (u_char *) "";
    change->value.len = 0;

    if (value != NULL && value->len != 0) {
        p = ngx_pstrdup(ctx->request->pool, value);
        if (p == NULL) {
            return NGX_ERROR;
        }

        change->value.data = p;
        change->value.len = value->len;
    }

    return NGX_OK;
}


void
ngx_http_session_drop_early(ngx_http_session_ctx_t *ctx)
{
    ngx_http_session_written_t  *written, *next;

    written = (ngx_http_session_written_t *) ctx->changes.first;

    ctx->changes.first = NULL;
    ctx->changes.last = NULL;

    for ( /* void */ ; written != NULL; written = next) {
        next = (ngx_http_session_written_t *) written->change.next;

        if (!written->early) {
            ngx_http_session_append(ctx, &written->change);
        }
    }
}


/*
 * The last write of a key counts, and replaces the one before.  So the list is
 * short enough to be walked: it has keys of the configuration, and at most
 * NSESS_UPSTREAM_LINES_MAX of an upstream's lines.
 */

static ngx_http_session_written_t *
ngx_http_session_change_of(ngx_http_session_ctx_t *ctx, ngx_str_t *key)
{
    nsess_change_t  *change;

    for (change = ctx->changes.first;
         change != NULL;
         change = (nsess_change_t *) change->next)
    {
        if (nsess_str_equal(change->key, ngx_http_session_str(key))) {
            ngx_http_session_drop_later(ctx, change);
            return (ngx_http_session_written_t *) change;
        }
    }

    return ngx_http_session_add_change(ctx, key);
}


/* those behind a change of the same key */

static void
ngx_http_session_drop_later(ngx_http_session_ctx_t *ctx,
    nsess_change_t *change)
{
    nsess_str_t      key;
    nsess_change_t  *prev, *next;

    key = change->key;

    for (prev = change; prev->next != NULL; /* void */ ) {
        next = (nsess_change_t *) prev->next;

        if (nsess_str_equal(next->key, key)) {
            prev->next = next->next;

        } else {
            prev = next;
        }
    }

    ctx->changes.last = prev;
}


/* what the change is, the caller writes */

static ngx_http_session_written_t *
ngx_http_session_add_change(ngx_http_session_ctx_t *ctx, ngx_str_t *key)
{
    ngx_http_session_written_t  *written;

    written = ngx_palloc(ctx->request->pool,
                         sizeof(ngx_http_session_written_t));
    if (written == NULL) {
        return NULL;
    }

    written->change.key = ngx_http_session_str(key);

    ngx_http_session_append(ctx, &written->change);

    return written;
}


static void
ngx_http_session_append(ngx_http_session_ctx_t *ctx, nsess_change_t *change)
{
    change->next = NULL;

    if (ctx->changes.last == NULL) {
        ctx->changes.first = change;

    } else {
        ctx->changes.last->next = change;
    }

    ctx->changes.last = change;
}


void
ngx_http_session_log_dropped(ngx_http_request_t *r, ngx_str_t *key,
    ngx_http_session_drop_e why)
{
    ngx_log_t                     *log;
    ngx_session_limit_t           *limit;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    limit = &smcf->dropped[why];
    log = r->connection->log;

    if (key != NULL) {
        (void) ngx_session_log(limit, NGX_LOG_WARN, log, 0,
                               "change of \"%V\" was dropped: %s",
                               key, ngx_http_session_drops[why]);
        return;
    }

    (void) ngx_session_log(limit, NGX_LOG_WARN, log, 0,
                           "all changes were dropped: %s",
                           ngx_http_session_drops[why]);
}


nsess_rc_t
ngx_http_session_fate(ngx_http_session_ctx_t *ctx, nsess_str_t key,
    const nsess_change_t **change)
{
    ngx_uint_t             n;
    nsess_err_t            err;
    nsess_incremented_t   *counted;
    const nsess_change_t  *changes;

    changes = ctx->changes.first;
    n = ngx_http_session_counts(changes);

    if (n != 0) {
        counted = ngx_palloc(ctx->request->pool,
                             n * sizeof(nsess_incremented_t));
        if (counted == NULL) {
            return NSESS_ERROR;
        }

        if (ctx->manager == NULL || ctx->manager != ctx->changes.manager
            || nsess_increment(ctx->manager->codec, &ctx->loaded.record,
                               changes, counted, &err)
               != NSESS_OK)
        {
            /* the save will fail for the same reason */

            return NSESS_AGAIN;
        }

        changes = &counted[0].change;
    }

    *change = nsess_change_last(changes, key);

    if (*change == NULL) {
        return NSESS_AGAIN;
    }

    return (*change)->op == NSESS_CHANGE_SET
           || (*change)->op == NSESS_CHANGE_NUMBER ? NSESS_OK
                                                   : NSESS_DECLINED;
}


ngx_uint_t
ngx_http_session_counts(const nsess_change_t *changes)
{
    ngx_uint_t  n, increments;

    n = 0;
    increments = 0;

    for ( /* void */ ; changes != NULL; changes = changes->next) {
        increments += (changes->op == NSESS_CHANGE_INCR);
        n++;
    }

    return increments != 0 ? n : 0;
}
