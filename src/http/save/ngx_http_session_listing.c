/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The record of a subject: what a save reads in it, and how it is written.
 */


#include "ngx_http_session_choices.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_ids.h"
#include "ngx_http_session_listing.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_subject.h"
#include "nsess_token.h"


ngx_uint_t
ngx_http_session_read_listing(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    nsess_err_t  err;

    save->subject_version = reply->version;

    return !reply->oversize
           && nsess_subject_read(reply->value, &save->listed, &err)
              == NSESS_OK;
}


ngx_uint_t
ngx_http_session_is_owned(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply, ngx_uint_t n)
{
    return ngx_http_session_read_listing(save, reply)
           && save->listed.epoch == save->old.token.epoch
           && (save->manager->max_sessions == 0 || n == 0
               || ngx_http_session_lists_id(save->manager, &save->listed,
                                            save->ids.keys.elts, n));
}


ngx_uint_t
ngx_http_session_is_listed(ngx_http_session_save_t *save)
{
    return ngx_http_session_lists_id(save->manager, &save->listed,
                                     save->ids.keys.elts,
                                     save->ids.keys.nelts);
}


void
ngx_http_session_edit(ngx_http_session_save_t *save, int64_t epoch)
{
    ngx_memzero(&save->edit, sizeof(nsess_subject_edit_t));

    save->edit.epoch = epoch;
    save->edit.since = ngx_time() - save->manager->absolute_timeout;
    save->edit.max = save->manager->max_sessions;
}


void
ngx_http_session_edit_anew(ngx_http_session_save_t *save, int64_t epoch)
{
    ngx_memzero(&save->listed, sizeof(nsess_subject_t));

    ngx_http_session_edit(save, epoch);
}


void
ngx_http_session_edit_add(ngx_http_session_save_t *save)
{
    save->edit.add = ngx_http_session_subject_name(save->manager,
                                                   &save->fresh.key);
    save->edit.began = save->fresh.token.created;
}


ngx_int_t
ngx_http_session_edit_drop(ngx_http_session_save_t *save)
{
    ngx_uint_t          i, n;
    nsess_str_t        *names;
    ngx_session_key_t  *key;

    key = save->ids.keys.elts;
    n = save->ids.keys.nelts;

    names = ngx_palloc(save->pool, n * sizeof(nsess_str_t));
    if (names == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        names[i] = ngx_http_session_subject_name(save->manager, &key[i]);
    }

    save->edit.drop = names;
    save->edit.ndrop = n;

    return NGX_OK;
}


ngx_uint_t
ngx_http_session_keeps_subject(ngx_http_session_save_t *save)
{
    return save->old.token.has_subject && save->fresh.token.has_subject
           && ngx_memcmp(save->old.token.subject, save->fresh.token.subject,
                         NSESS_SUBJECT_LEN)
              == 0;
}


int64_t
ngx_http_session_epoch(void)
{
    int64_t      epoch;
    ngx_time_t  *tp;

    static int64_t  last;

    tp = ngx_timeofday();
    epoch = (int64_t) tp->sec * 1000 + tp->msec;

    last = ngx_max(epoch, last + 1);

    return last;
}


ngx_int_t
ngx_http_session_make_subject(ngx_http_session_save_t *save,
    nsess_writer_t *w)
{
    nsess_subject_write(w, &save->listed, &save->edit);

    return w->error == NSESS_E_NONE ? NGX_OK : NGX_AGAIN;
}
