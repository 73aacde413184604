/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The request context: made once, found again after internal redirects,
 * read, changed, and gone with the request.
 */


#include "ngx_http_session_module.h"


/* most values fit, and are written once */
#define NGX_HTTP_SESSION_SMALL_TEXT  256


/* a change in the context's list */
typedef struct {
    nsess_change_t                change;
    unsigned                      early:1;      /* by "set" */
} ngx_http_session_written_t;


static void ngx_http_session_cleanup(void *data);
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
static ngx_int_t ngx_http_session_find(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath,
    const nsess_change_t **change, nsess_value_t *found);
static ngx_int_t ngx_http_session_copy(ngx_http_session_ctx_t *ctx,
    const nsess_str_t *from, ngx_str_t *value);
static ngx_uint_t ngx_http_session_printable(ngx_str_t *value);


static const char  *ngx_http_session_drops[] = {
    "the location has no session",
    "a subrequest cannot change the session",
    "the response header is sent already",
    "the response cannot wait"
};


ngx_http_session_ctx_t *
ngx_http_session_get_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_session_ctx_t  *ctx;

    r = r->main;

    ctx = ngx_http_get_module_ctx(r, ngx_http_session_module);

    if (ctx == NULL && (r->internal || r->filter_finalize)) {

        /*
         * contexts are cleared by internal redirects, but ours can still
         * be found through its cleanup handler
         */

        for (cln = r->pool->cleanup; cln; cln = cln->next) {
            if (cln->handler == ngx_http_session_cleanup) {
                ctx = cln->data;
                ngx_http_set_ctx(r, ctx, ngx_http_session_module);
                break;
            }
        }
    }

    return ctx;
}


ngx_http_session_ctx_t *
ngx_http_session_here(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    ctx = ngx_http_session_get_ctx(r);

    if (ctx == NULL || ctx->manager == NULL) {
        return NULL;
    }

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    return ctx->manager == slcf->manager ? ctx : NULL;
}


ngx_http_session_ctx_t *
ngx_http_session_make_ctx(ngx_http_request_t *r)
{
    ngx_pool_cleanup_t      *cln;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_get_ctx(r);
    if (ctx != NULL) {
        return ctx;
    }

    r = r->main;

    cln = ngx_pool_cleanup_add(r->pool, sizeof(ngx_http_session_ctx_t));
    if (cln == NULL) {
        return NULL;
    }

    ctx = cln->data;
    ngx_memzero(ctx, sizeof(ngx_http_session_ctx_t));

    ctx->request = r;

    cln->handler = ngx_http_session_cleanup;

    ngx_http_set_ctx(r, ctx, ngx_http_session_module);

    return ctx;
}


static void
ngx_http_session_cleanup(void *data)
{
    ngx_http_session_ctx_t *ctx = data;

    ngx_http_session_cancel_load(ctx);

    if (ctx->save != NULL) {
        ngx_http_session_save_abandon(ctx->save);
        ctx->save = NULL;
    }

    ngx_http_session_forget(ctx);
}


void
ngx_http_session_change_for(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager)
{
    if (manager == NULL || ctx->changed == manager) {
        return;
    }

    if (ctx->changed != NULL
        && (ctx->changes != NULL || ctx->destroy || ctx->regenerate))
    {
        (void) ngx_session_log(&ctx->changed->crossed, NGX_LOG_INFO,
                               ctx->request->connection->log, 0,
                               "changes of \"%V\" were dropped: the request "
                               "went on with \"%V\"",
                               &ctx->changed->name, &manager->name);

        ctx->changes = NULL;
        ctx->last_change = NULL;
        ctx->clear = 0;
        ctx->destroy = 0;
        ctx->revoke = 0;
        ctx->regenerate = 0;
        ctx->login = 0;
        ctx->clear_data = 0;
    }

    ctx->begun = 0;
    ctx->csrf = NGX_HTTP_SESSION_CSRF_UNCHECKED;
    ngx_str_null(&ctx->verdict);

    ctx->changed = manager;
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

    /* one that counts in every case stays behind it */

    written = (ngx_http_session_written_t *)
                  nsess_change_last(ctx->changes, ngx_http_session_str(key));

    if (written == NULL || !written->early) {
        written = ngx_http_session_add_change(ctx, key);
        if (written == NULL) {
            return NGX_ERROR;
        }
    }

    written->early = 1;

    return ngx_http_session_write(ctx, &written->change, op, value);
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

    written = (ngx_http_session_written_t *) ctx->changes;

    ctx->changes = NULL;
    ctx->last_change = NULL;

    for ( /* void */ ; written != NULL; written = next) {
        next = (ngx_http_session_written_t *) written->change.next;

        if (!written->early) {
            ngx_http_session_append(ctx, &written->change);
        }
    }
}


/*
 * The last write of a key is the one that counts: it takes the place.  So the
 * list is short enough to be walked: keys are the configuration's, and of an
 * upstream's lines at most NSESS_ANSWER_LINES_MAX count.
 */

static ngx_http_session_written_t *
ngx_http_session_change_of(ngx_http_session_ctx_t *ctx, ngx_str_t *key)
{
    nsess_change_t  *change;

    for (change = ctx->changes;
         change != NULL;
         change = (nsess_change_t *) change->next)
    {
        if (change->key.len == key->len
            && ngx_memcmp(change->key.data, key->data, key->len) == 0)
        {
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

        if (next->key.len == key.len
            && ngx_memcmp(next->key.data, key.data, key.len) == 0)
        {
            prev->next = next->next;

        } else {
            prev = next;
        }
    }

    ctx->last_change = prev;
}


static ngx_http_session_written_t *
ngx_http_session_add_change(ngx_http_session_ctx_t *ctx, ngx_str_t *key)
{
    ngx_http_session_written_t  *written;

    written = ngx_pcalloc(ctx->request->pool,
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

    if (ctx->last_change == NULL) {
        ctx->changes = change;

    } else {
        ctx->last_change->next = change;
    }

    ctx->last_change = change;
}


ngx_int_t
ngx_http_session_read(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath,
    ngx_str_t *value)
{
    ngx_int_t              rc;
    nsess_value_t          found;
    const nsess_change_t  *change;

    if (ctx->kept != NULL && ctx->manager == manager) {
        return ngx_http_session_read_kept(ctx, path, npath, value);
    }

    rc = ngx_http_session_find(ctx, manager, path, npath, &change, &found);

    if (rc == NGX_DONE) {
        return ngx_http_session_copy(ctx, &change->value, value);
    }

    return rc == NGX_OK
           ? ngx_http_session_text(manager, &ctx->loaded.record, &found,
                                   ctx->request->pool, value)
           : rc;
}


ngx_uint_t
ngx_http_session_is_false(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath)
{
    nsess_value_t          found;
    const nsess_change_t  *change;

    return ngx_http_session_find(ctx, manager, path, npath, &change, &found)
           == NGX_OK
           && manager->codec->is_false(&ctx->loaded.record, &found);
}


/*
 * NGX_OK: found in the record; NGX_DONE: set by a change of the request;
 * NGX_DECLINED: there is none; NGX_ERROR.
 */

static ngx_int_t
ngx_http_session_find(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath,
    const nsess_change_t **change, nsess_value_t *found)
{
    ngx_uint_t            i;
    nsess_rc_t            rc;
    nsess_str_t           key;
    const nsess_codec_t  *codec;

    key = ngx_http_session_str(&path[0]);

    /* the request may hold what is of two managers */

    rc = ctx->changed == manager ? ngx_http_session_fate(ctx, key, change)
                                 : NSESS_AGAIN;

    if (rc == NSESS_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NSESS_OK && npath == 1) {
        return NGX_DONE;
    }

    if (rc != NSESS_AGAIN || ctx->manager != manager
        || ctx->loaded.record.data.len == 0)
    {
        return NGX_DECLINED;
    }

    codec = manager->codec;

    rc = codec->find(&ctx->loaded.record, key, found);

    if (rc != NSESS_OK) {
        return rc == NSESS_ERROR ? NGX_ERROR : NGX_DECLINED;
    }

    for (i = 1; i < npath; i++) {
        if (codec->step(&ctx->loaded.record, found,
                        ngx_http_session_str(&path[i]), found)
            != NSESS_OK)
        {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_copy(ngx_http_session_ctx_t *ctx, const nsess_str_t *from,
    ngx_str_t *value)
{
    value->len = from->len;
    value->data = ngx_pnalloc(ctx->request->pool, from->len + 1);
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    if (from->len != 0) {
        ngx_memcpy(value->data, from->data, from->len);
    }

    return ngx_http_session_printable(value) ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
ngx_http_session_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, const nsess_value_t *value,
    ngx_pool_t *pool, ngx_str_t *text)
{
    u_char                small[NGX_HTTP_SESSION_SMALL_TEXT];
    nsess_rc_t            rc;
    ngx_uint_t            long_one;
    nsess_writer_t        w;
    const nsess_codec_t  *codec;

    codec = manager->codec;

    nsess_writer_init(&w, small, sizeof(small));

    rc = codec->text(record, value, &w);
    long_one = (w.error != NSESS_E_NONE);

    if (long_one) {

        /* what is shared within a record can be longer than the record */

        nsess_writer_init(&w, NULL, manager->max_size);
        rc = codec->text(record, value, &w);
    }

    if (rc != NSESS_OK || w.error != NSESS_E_NONE) {
        return NGX_DECLINED;
    }

    text->len = w.len;
    text->data = ngx_pnalloc(pool, w.len + 1);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    if (long_one) {
        nsess_writer_init(&w, text->data, text->len);
        (void) codec->text(record, value, &w);

    } else {
        ngx_memcpy(text->data, small, w.len);
    }

    return ngx_http_session_printable(text) ? NGX_OK : NGX_DECLINED;
}


/* variables go to headers and logs: RFC 9110, 5.5 */

static ngx_uint_t
ngx_http_session_printable(ngx_str_t *value)
{
    size_t  i;

    for (i = 0; i < value->len; i++) {
        if ((value->data[i] < 0x20 && value->data[i] != '\t')
            || value->data[i] == 0x7f)
        {
            return 0;
        }
    }

    return 1;
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
