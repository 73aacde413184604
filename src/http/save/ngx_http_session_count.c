/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Counting: what the increments of a request come to, for its own variables
 * and anew for each record that a save finds.
 */


#include "ngx_http_session_save.h"


static ngx_uint_t ngx_http_session_counts(const nsess_change_t *changes);


nsess_rc_t
ngx_http_session_fate(ngx_http_session_ctx_t *ctx, nsess_str_t key,
    const nsess_change_t **change)
{
    ngx_uint_t              n;
    nsess_err_t             err;
    nsess_counted_t        *counted;
    const nsess_change_t   *changes;

    changes = ctx->changes;
    n = ngx_http_session_counts(changes);

    if (n != 0) {
        counted = ngx_palloc(ctx->request->pool, n * sizeof(nsess_counted_t));
        if (counted == NULL) {
            return NSESS_ERROR;
        }

        if (ctx->manager == NULL || ctx->manager != ctx->changed
            || nsess_count(ctx->manager->codec, &ctx->loaded.record, changes,
                           counted, &err)
               != NSESS_OK)
        {
            /* it will not be saved */

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


ngx_int_t
ngx_http_session_count_init(ngx_http_session_save_t *save)
{
    ngx_uint_t  n;

    n = ngx_http_session_counts(save->changes);

    if (n == 0) {
        return NGX_OK;
    }

    save->counted = ngx_palloc(save->pool, n * sizeof(nsess_counted_t));

    return save->counted != NULL ? NGX_OK : NGX_ERROR;
}


/* changes, if some of them are increments; else 0 */

static ngx_uint_t
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
