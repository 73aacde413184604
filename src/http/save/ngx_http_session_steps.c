/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps on the record of a session: create it, change it where it is now,
 * confirm that its cookie is good.
 */


#include "ngx_http_session_counters.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_count.h"
#include "nsess_mc_proto.h"
#include "nsess_moved.h"
#include "nsess_token.h"


/*
 * markers that an ordinary change follows, each a round trip; a destroy
 * follows all of them
 */
#define NGX_HTTP_SESSION_FOLLOWS  64


static ngx_uint_t ngx_http_session_is_circle(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key);
static ngx_int_t ngx_http_session_encode(ngx_http_session_save_t *save,
    nsess_writer_t *w, nsess_err_t *err);


ngx_int_t
ngx_http_session_make_record(ngx_http_session_save_t *save, nsess_writer_t *w)
{
    nsess_err_t  err;

    if (w->start == NULL || w->size > save->manager->max_size) {
        w->size = ngx_min(w->size, save->manager->max_size);
    }

    err.code = NSESS_E_NONE;

    if (ngx_http_session_encode(save, w, &err) == NGX_OK) {
        return NGX_OK;
    }

    switch (err.code) {

    case NSESS_E_OVERFLOW:
        return NGX_AGAIN;

    case NSESS_E_OPAQUE:
        save->result = NGX_HTTP_SESSION_SAVE_OPAQUE;
        break;

    case NSESS_E_INTEGER:
        save->result = NGX_HTTP_SESSION_SAVE_INTEGER;
        break;

    case NSESS_E_RANGE:
        save->result = NGX_HTTP_SESSION_SAVE_RANGE;
        break;

    default:
        save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_http_session_encode(ngx_http_session_save_t *save, nsess_writer_t *w,
    nsess_err_t *err)
{
    const nsess_codec_t   *codec;
    const nsess_change_t  *changes;

    codec = save->manager->codec;
    changes = save->changes;

    if (save->counted != NULL) {

        if (nsess_count(codec, &save->record, changes, save->counted, err)
            != NSESS_OK)
        {
            return NGX_ERROR;
        }

        changes = &save->counted[0].change;
    }

    return codec->apply(&save->record, changes, w, err) == NSESS_OK
           ? NGX_OK : NGX_ERROR;
}


ngx_http_session_step_e
ngx_http_session_created(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    save->manager->stats->created++;

    return ngx_http_session_bind(save);
}


ngx_http_session_step_e
ngx_http_session_updated(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    save->result = save->joined ? NGX_HTTP_SESSION_SAVE_JOINED
                                : NGX_HTTP_SESSION_SAVE_OK;
    save->confirmed = 1;

    return ngx_http_session_resend(save);
}


/* the record as it is now, under the id where it is now */

ngx_http_session_step_e
ngx_http_session_reread(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_int_t      rc;
    nsess_moved_t  moved;

    rc = ngx_http_session_save_open(save, reply, &moved);

    if (rc == NGX_DONE) {

        if (moved.until < ngx_time()) {
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_GONE);
        }

        if (save->chain.nelts > NGX_HTTP_SESSION_FOLLOWS) {
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_CONFLICT);
        }

        save->joined = 1;
        save->untouched = 1;
        save->crossed |= moved.how != NSESS_MOVED_SAME;

        rc = ngx_http_session_chain_next(save, &moved);

        return rc == NGX_OK ? NGX_HTTP_SESSION_STEP_REREAD
                            : ngx_http_session_unopened(rc);
    }

    if (rc != NGX_OK) {
        return ngx_http_session_unopened(rc);
    }

    return save->crossed || ngx_http_session_is_given_away(save)
           ? ngx_http_session_end(NGX_HTTP_SESSION_SAVE_OTHER)
           : NGX_HTTP_SESSION_STEP_UPDATE;
}


ngx_uint_t
ngx_http_session_is_given_away(ngx_http_session_save_t *save)
{
    ngx_str_t  text;

    /* a failure to read it leaves it unknown: nothing is written then */

    return ngx_http_session_subject_text(save->manager, &save->record,
                                         save->pool, &text)
           == NGX_ERROR
           || !ngx_http_session_equal(&text, &save->was);
}


/* to the response belongs no cookie but one that is good now */

ngx_http_session_step_e
ngx_http_session_resend(ngx_http_session_save_t *save)
{
    if (!save->resend || save->joined || save->handler == NULL) {
        return ngx_http_session_end(save->result);
    }

    if (save->manager->subject.len != 0 && save->old.token.has_subject) {
        ngx_memcpy(save->subject, save->old.token.subject, NSESS_SUBJECT_LEN);

        return NGX_HTTP_SESSION_STEP_CONFIRM_SUBJECT;
    }

    if (save->confirmed) {
        save->cookie = NGX_HTTP_SESSION_COOKIE_AGAIN;
        return ngx_http_session_end(save->result);
    }

    return NGX_HTTP_SESSION_STEP_CONFIRM_RECORD;
}


ngx_http_session_step_e
ngx_http_session_confirm_subject(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    if (reply == NULL || !ngx_http_session_is_owned(save, reply, 1)) {
        return ngx_http_session_end(save->result);
    }

    if (save->confirmed) {
        save->cookie = NGX_HTTP_SESSION_COOKIE_AGAIN;
        return ngx_http_session_end(save->result);
    }

    return NGX_HTTP_SESSION_STEP_CONFIRM_RECORD;
}


ngx_http_session_step_e
ngx_http_session_confirm_record(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    nsess_moved_t  moved;

    if (reply != NULL && reply->status == NSESS_MC_VA
        && ngx_http_session_save_open(save, reply, &moved) == NGX_OK
        && !ngx_http_session_is_given_away(save))
    {
        save->cookie = NGX_HTTP_SESSION_COOKIE_AGAIN;
    }

    return ngx_http_session_end(save->result);
}


ngx_int_t
ngx_http_session_save_open(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, nsess_moved_t *moved)
{
    ngx_int_t    rc;
    nsess_err_t  err;

    if (save->opened) {
        ngx_http_session_close_record(save->manager, &save->record);
        save->opened = 0;
    }

    if (reply->oversize) {
        return NGX_DECLINED;
    }

    rc = ngx_http_session_open(save->manager, reply->value, reply->flags,
                               save->pool, &save->record, moved, &err);

    save->opened = (rc == NGX_OK);
    save->cas = reply->cas;

    if (rc == NGX_OK) {
        save->flags = reply->flags;
        save->ttl = reply->ttl;
    }

    return rc;
}


ngx_http_session_step_e
ngx_http_session_unopened(ngx_int_t rc)
{
    return ngx_http_session_end(rc == NGX_DECLINED
                                ? NGX_HTTP_SESSION_SAVE_CORRUPT
                                : NGX_HTTP_SESSION_SAVE_INTERNAL);
}


ngx_int_t
ngx_http_session_chain(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key)
{
    ngx_http_session_key_t  *link;

    link = ngx_array_push(&save->chain);
    if (link == NULL) {
        return NGX_ERROR;
    }

    *link = *key;
    save->at = *key;

    return NGX_OK;
}


ngx_int_t
ngx_http_session_chain_next(ngx_http_session_save_t *save,
    const nsess_moved_t *moved)
{
    ngx_http_session_key_t  key;

    if (ngx_http_session_next_key(save->manager, moved, &key) != NGX_OK
        || ngx_http_session_is_circle(save, &key))
    {
        return NGX_DECLINED;
    }

    return ngx_http_session_chain(save, &key);
}


/*
 * Markers that nginx writes never lead back; those of others could (Brent's
 * algorithm: compared with the last one whose number is a power of two)
 */

static ngx_uint_t
ngx_http_session_is_circle(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key)
{
    ngx_uint_t               n;
    ngx_http_session_key_t  *link;

    for (n = 1; n <= save->chain.nelts / 2; n *= 2) { /* void */ }

    link = (ngx_http_session_key_t *) save->chain.elts + n - 1;

    return link->len == key->len
           && ngx_memcmp(link->data, key->data, key->len) == 0;
}
