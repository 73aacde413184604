/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The steps that change the record of a subject: get, and add or set with its
 * cas; NS, EX: get again.  A session is bound to its subject after it was
 * saved and before its cookie goes out; all are revoked before this one is
 * destroyed.
 */


#include "ngx_http_session_save.h"

#include "nsess_subject.h"


static void ngx_http_session_bind_got(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static ngx_uint_t ngx_http_session_bind_edit(ngx_http_session_save_t *save,
    ngx_uint_t exists, nsess_subject_t *subject, nsess_subject_edit_t *edit);
static int64_t ngx_http_session_epoch(void);
static ngx_int_t ngx_http_session_bind_put(ngx_http_session_save_t *save,
    nsess_mc_command_e command, uint64_t cas, nsess_subject_t *subject,
    nsess_subject_edit_t *edit);
static void ngx_http_session_bind_stored(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static void ngx_http_session_bound(ngx_http_session_save_t *save);
static void ngx_http_session_bind_failed(ngx_http_session_save_t *save);


ngx_int_t
ngx_http_session_bind(ngx_http_session_save_t *save,
    ngx_http_session_result_e end)
{
    nsess_mc_request_t       req;
    ngx_http_session_key_t   key;

    save->end = end;
    save->step = ngx_http_session_bind_got;

    ngx_http_session_subject_key(save->manager, save->token.subject, &key);

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = NSESS_MC_GET;
    req.exptime = ngx_http_session_subject_exptime(save->manager);

    return ngx_http_session_start(save, &req, &key);
}


static void
ngx_http_session_bind_got(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_uint_t            exists;
    nsess_err_t           err;
    nsess_subject_t       subject;
    nsess_subject_edit_t  edit;

    switch (reply->status) {

    case NSESS_MC_EN:
        exists = 0;
        break;

    case NSESS_MC_VA:

        /* of a damaged one nothing is known: it is as good as none */

        exists = nsess_subject_read(reply->value, &subject, &err) == NSESS_OK;
        break;

    default:
        save->result = NGX_HTTP_SESSION_SAVE_STORE;
        save->reason = NGX_SESSION_MC_PROTOCOL;
        ngx_http_session_bind_failed(save);
        return;
    }

    if (!exists) {
        ngx_memzero(&subject, sizeof(nsess_subject_t));
    }

    if (!ngx_http_session_bind_edit(save, exists, &subject, &edit)) {
        ngx_http_session_bound(save);
        return;
    }

    save->step = ngx_http_session_bind_stored;

    if (ngx_http_session_bind_put(save, reply->status == NSESS_MC_EN
                                        ? NSESS_MC_ADD : NSESS_MC_SET,
                                  reply->cas, &subject, &edit)
        != NGX_OK)
    {
        ngx_http_session_bind_failed(save);
    }
}


/* 0: the record is as it should be */

static ngx_uint_t
ngx_http_session_bind_edit(ngx_http_session_save_t *save, ngx_uint_t exists,
    nsess_subject_t *subject, nsess_subject_edit_t *edit)
{
    ngx_memzero(edit, sizeof(nsess_subject_edit_t));

    /* after a record that was lost all is new: what it revoked stays so */

    edit->epoch = exists ? subject->epoch : ngx_http_session_epoch();
    edit->now = ngx_time();
    edit->since = edit->now - save->manager->absolute_timeout;
    edit->max = save->manager->max_sessions;

    switch (save->bind) {

    case NGX_HTTP_SESSION_BIND_ADD:

        edit->add = ngx_http_session_subject_name(save->manager,
                                                  save->moving
                                                  ? &save->new_key
                                                  : &save->key);
        if (save->moving) {
            edit->drop = ngx_http_session_subject_name(save->manager,
                                                       &save->key);
        }

        save->token.epoch = edit->epoch;

        return !exists || edit->max != 0;

    case NGX_HTTP_SESSION_BIND_DROP:
        edit->drop = ngx_http_session_subject_name(save->manager, &save->key);

        return exists && edit->max != 0;

    default: /* NGX_HTTP_SESSION_BIND_REVOKE */
        edit->epoch = ngx_max(edit->epoch + 1, ngx_http_session_epoch());
        edit->max = 0;

        return 1;
    }
}


/* in milliseconds, so that none comes twice */

static int64_t
ngx_http_session_epoch(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (int64_t) tp->sec * 1000 + tp->msec;
}


static ngx_int_t
ngx_http_session_bind_put(ngx_http_session_save_t *save,
    nsess_mc_command_e command, uint64_t cas, nsess_subject_t *subject,
    nsess_subject_edit_t *edit)
{
    u_char                  *p;
    ngx_int_t                rc;
    nsess_writer_t           w;
    nsess_mc_request_t       req;
    ngx_http_session_key_t   key;

    nsess_writer_init(&w, NULL, SIZE_MAX);
    nsess_subject_write(&w, subject, edit);

    p = ngx_alloc(w.len, save->log);
    if (p == NULL) {
        return ngx_http_session_fail(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    nsess_writer_init(&w, p, w.len);
    nsess_subject_write(&w, subject, edit);

    ngx_http_session_subject_key(save->manager, save->token.subject, &key);

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = command;
    req.value.data = p;
    req.value.len = w.len;
    req.cas = command == NSESS_MC_SET ? cas : 0;
    req.exptime = ngx_http_session_subject_exptime(save->manager);

    rc = ngx_http_session_start(save, &req, &key);

    ngx_free(p);

    return rc;
}


static void
ngx_http_session_bind_stored(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    switch (reply->status) {

    case NSESS_MC_HD:
        ngx_http_session_bound(save);
        return;

    case NSESS_MC_NS:
    case NSESS_MC_EX:
    case NSESS_MC_NF:

        if (!ngx_http_session_try_again(save)) {
            save->result = NGX_HTTP_SESSION_SAVE_CONFLICT;
            break;
        }

        if (ngx_http_session_bind(save, save->end) == NGX_OK) {
            return;
        }

        break;

    default:
        save->result = NGX_HTTP_SESSION_SAVE_STORE;
        save->reason = NGX_SESSION_MC_PROTOCOL;
    }

    ngx_http_session_bind_failed(save);
}


static void
ngx_http_session_bound(ngx_http_session_save_t *save)
{
    ngx_http_session_bind_e  bind;

    bind = save->bind;
    save->bind = NGX_HTTP_SESSION_BIND_NONE;

    if (bind != NGX_HTTP_SESSION_BIND_REVOKE) {
        ngx_http_session_finish(save, save->end, NGX_SESSION_MC_OK);
        return;
    }

    save->tries = 0;

    ngx_http_session_go_on(save, ngx_http_session_destroy(save,
                                           save->more ? &save->next : NULL));
}


static void
ngx_http_session_bind_failed(ngx_http_session_save_t *save)
{
    save->bind = NGX_HTTP_SESSION_BIND_NONE;

    ngx_http_session_finish(save, save->result, save->reason);
}
