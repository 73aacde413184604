/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Reading a session's keys as text: from the loaded record, as the request's
 * own changes have made it.
 */


#include "ngx_http_session_changes.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_kept.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_read.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_keyset.h"


/* most values fit, and are written once */
#define NGX_HTTP_SESSION_SMALL_TEXT  256


static ngx_int_t ngx_http_session_find(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath,
    const nsess_change_t **change, nsess_value_t *found);
static ngx_int_t ngx_http_session_copy(ngx_http_session_ctx_t *ctx,
    const nsess_str_t *from, ngx_str_t *value);
static ngx_uint_t ngx_http_session_printable(ngx_str_t *value);


ngx_int_t
ngx_http_session_read(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath,
    ngx_str_t *value)
{
    ngx_int_t              rc;
    nsess_value_t          found;
    const nsess_change_t  *change;

    if (ctx->variables.kept != NULL && ctx->manager == manager) {
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
 * NGX_DECLINED: the key has no value; NGX_ERROR.
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

    rc = ctx->changes.manager == manager
         ? ngx_http_session_fate(ctx, key, change) : NSESS_AGAIN;

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


ngx_int_t
ngx_http_session_is_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, const nsess_value_t *value,
    ngx_pool_t *pool, nsess_str_t text)
{
    u_char          small[NGX_HTTP_SESSION_SMALL_TEXT], *buf;
    nsess_writer_t  w;

    /* a text that is longer does not fit */

    buf = text.len <= sizeof(small) ? small : ngx_pnalloc(pool, text.len);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, buf, text.len);

    return manager->codec->text(record, value, &w) == NSESS_OK
           && w.error == NSESS_E_NONE && w.len == text.len
           && ngx_memcmp(buf, text.data, text.len) == 0 ? NGX_OK
                                                        : NGX_DECLINED;
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
