/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The steps of a regenerate: add under the new key, then leave the old one
 * with the cas of the load; EX: get, apply, set the new one, leave again.
 * What is left there answers for regenerate_grace, and says where to save.
 */


#include "ngx_http_session_save.h"

#include "nsess_moved.h"


static void ngx_http_session_moved(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_left(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_move_again(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static ngx_int_t ngx_http_session_keep_old(ngx_http_session_save_t *save,
    nsess_str_t record);
static ngx_int_t ngx_http_session_leave(ngx_http_session_save_t *save);


ngx_int_t
ngx_http_session_regenerate(ngx_http_session_save_t *save,
    const nsess_record_t *record)
{
    if (ngx_http_session_keep_old(save, record->data) != NGX_OK) {
        return NGX_ERROR;
    }

    save->moving = 1;
    save->step = ngx_http_session_moved;

    return ngx_http_session_store(save, NSESS_MC_ADD, &save->new_key, record,
                                  0);
}


static void
ngx_http_session_moved(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    if (reply->status == NSESS_MC_NS) {
        ngx_http_session_finish(save, NGX_HTTP_SESSION_SAVE_EXISTS,
                                NGX_SESSION_MC_OK);
        return;
    }

    if (reply->status != NSESS_MC_HD) {
        ngx_http_session_unexpected(save);
        return;
    }

    save->step = ngx_http_session_left;

    ngx_http_session_go_on(save, ngx_http_session_leave(save));
}


static void
ngx_http_session_left(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_http_session_settle(save, reply, ngx_http_session_move_again);
}


static void
ngx_http_session_move_again(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_int_t       rc;
    nsess_record_t  record;

    if (ngx_http_session_reread(save, reply, &record)) {
        save->step = ngx_http_session_moved;

        rc = ngx_http_session_keep_old(save, record.data);

        if (rc == NGX_OK) {
            rc = ngx_http_session_store(save, NSESS_MC_SET, &save->new_key,
                                        &record, 0);
        }

        save->manager->codec->close(&record);

        ngx_http_session_go_on(save, rc);
    }
}


static ngx_int_t
ngx_http_session_keep_old(ngx_http_session_save_t *save, nsess_str_t record)
{
    u_char  *p;

    if (!save->manager->profile->moves
        || save->manager->regenerate_grace == 0)
    {
        return NGX_OK;
    }

    if (save->old.data != NULL) {
        (void) ngx_pfree(save->pool, (void *) save->old.data);
    }

    p = ngx_pnalloc(save->pool, record.len);
    if (p == NULL) {
        return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    ngx_memcpy(p, record.data, record.len);

    save->old.data = p;
    save->old.len = record.len;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_leave(ngx_http_session_save_t *save)
{
    u_char              *p;
    size_t               prefix;
    ngx_int_t            rc;
    nsess_moved_t        moved;
    nsess_writer_t       w;
    nsess_mc_request_t   req;

    if (save->old.data == NULL) {
        return ngx_http_session_ask(save, NSESS_MC_DELETE, &save->key,
                                    save->cas);
    }

    prefix = save->manager->key_prefix.len;

    moved.until = ngx_time() + save->manager->regenerate_grace;
    moved.name.data = save->new_key.data + prefix;
    moved.name.len = save->new_key.len - prefix;
    moved.record = save->old;

    nsess_writer_init(&w, NULL, SIZE_MAX);
    nsess_moved_write(&w, &moved);

    p = ngx_alloc(w.len, save->log);
    if (p == NULL) {
        return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    nsess_writer_init(&w, p, w.len);
    nsess_moved_write(&w, &moved);

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_SET;
    req.value.data = p;
    req.value.len = w.len;
    req.cas = save->cas;
    req.exptime = save->manager->regenerate_grace + 1;

    rc = ngx_http_session_start(save, &req, &save->key);

    ngx_free(p);

    return rc;
}
