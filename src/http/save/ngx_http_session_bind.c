/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps on the record of a subject: a session is bound to it after its
 * record was written and before its cookie goes out; ids that are over are
 * dropped from its list; all sessions are revoked by another epoch.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_mc_proto.h"
#include "nsess_moved.h"
#include "nsess_subject.h"
#include "nsess_token.h"


static ngx_http_session_step_e ngx_http_session_bind_fresh(
    ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_bind_same(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
static ngx_uint_t ngx_http_session_is_same(ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_bind_end(
    ngx_http_session_save_t *save);
static void ngx_http_session_edit(ngx_http_session_save_t *save,
    ngx_uint_t exists, int64_t epoch);
static ngx_int_t ngx_http_session_edit_names(ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_write_subject(
    const nsess_mc_reply_t *reply, ngx_http_session_step_e add,
    ngx_http_session_step_e write);
static ngx_uint_t ngx_http_session_is_revoked(ngx_http_session_save_t *save);
static ngx_uint_t ngx_http_session_read_subject(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
static ngx_uint_t ngx_http_session_is_listed(ngx_http_session_save_t *save,
    ngx_uint_t n);
static int64_t ngx_http_session_epoch(void);


ngx_http_session_step_e
ngx_http_session_bind(ngx_http_session_save_t *save)
{
    if (save->based && save->old.token.has_subject
        && !ngx_http_session_is_old_subject(save))
    {
        ngx_memcpy(save->subject, save->old.token.subject, NSESS_SUBJECT_LEN);

        save->reachable = !save->own;

        return NGX_HTTP_SESSION_STEP_LEAVE_SUBJECT;
    }

    return ngx_http_session_bind_fresh(save);
}


/* who is left may have ended the session, which only its record tells */

ngx_http_session_step_e
ngx_http_session_leave_subject(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    /* another request that left it has taken the ids from its list */

    return ngx_http_session_is_owned(save, reply, save->left_since
                                                  ? 0 : save->chain.nelts)
           ? ngx_http_session_bind_fresh(save)
           : ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
}


static ngx_http_session_step_e
ngx_http_session_bind_fresh(ngx_http_session_save_t *save)
{
    if (!save->fresh.token.has_subject) {
        return ngx_http_session_bind_end(save);
    }

    /* a marker leads to it until its cookie goes out, a while after */

    save->reachable |= save->based && !save->own;

    ngx_memcpy(save->subject, save->fresh.token.subject, NSESS_SUBJECT_LEN);

    return NGX_HTTP_SESSION_STEP_BIND_READ;
}


ngx_http_session_step_e
ngx_http_session_bind_read(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    int64_t     epoch;
    ngx_uint_t  exists;

    if (ngx_http_session_is_same(save)) {
        return ngx_http_session_bind_same(save, reply);
    }

    /* what is damaged, revokes as much as what is lost */

    exists = ngx_http_session_read_subject(save, reply);

    epoch = exists ? save->listed.epoch : ngx_http_session_epoch();
    save->fresh.token.epoch = epoch;

    if (exists && save->manager->max_sessions == 0) {
        return ngx_http_session_bind_end(save);
    }

    ngx_http_session_edit(save, exists, epoch);

    save->edit.add = ngx_http_session_subject_name(save->manager,
                                                   &save->fresh.key);
    save->edit.began = save->fresh.token.created;

    return ngx_http_session_write_subject(reply,
                                          NGX_HTTP_SESSION_STEP_BIND_ADD,
                                          NGX_HTTP_SESSION_STEP_BIND_WRITE);
}


/* the session goes on as the same subject's, unless it was ended meanwhile */

static ngx_http_session_step_e
ngx_http_session_bind_same(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    if (!ngx_http_session_is_owned(save, reply, save->chain.nelts)) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
    }

    save->fresh.token.epoch = save->old.token.epoch;

    if (save->manager->max_sessions == 0) {
        return ngx_http_session_bind_end(save);
    }

    ngx_http_session_edit(save, 1, save->listed.epoch);

    save->edit.add = ngx_http_session_subject_name(save->manager,
                                                   &save->fresh.key);
    save->edit.began = save->fresh.token.created;

    if (!save->own) {

        /* in the place of the one that it replaces: not as the newest */

        save->edit.replace = 1;

        if (ngx_http_session_edit_names(save) != NGX_OK) {
            return ngx_http_session_undo(save,
                                         NGX_HTTP_SESSION_SAVE_INTERNAL);
        }
    }

    return NGX_HTTP_SESSION_STEP_BIND_WRITE;
}


static ngx_uint_t
ngx_http_session_is_same(ngx_http_session_save_t *save)
{
    return save->based && ngx_http_session_is_old_subject(save);
}


ngx_uint_t
ngx_http_session_is_old_subject(ngx_http_session_save_t *save)
{
    return save->old.token.has_subject && save->fresh.token.has_subject
           && ngx_memcmp(save->old.token.subject, save->fresh.token.subject,
                         NSESS_SUBJECT_LEN)
              == 0;
}


ngx_http_session_step_e
ngx_http_session_bound(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    return ngx_http_session_bind_end(save);
}


static ngx_http_session_step_e
ngx_http_session_bind_end(ngx_http_session_save_t *save)
{
    if (!save->own && save->how == NSESS_MOVED_LEFT
        && save->old.token.has_subject
        && save->manager->max_sessions != 0)
    {
        ngx_memcpy(save->subject, save->old.token.subject, NSESS_SUBJECT_LEN);

        save->reachable = 1;

        return NGX_HTTP_SESSION_STEP_DROP_READ;
    }

    return ngx_http_session_move_end(save);
}


/* of what is over: a name that stays does no harm, so no failure counts */

ngx_http_session_step_e
ngx_http_session_drop_read(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    if (reply == NULL
        || !ngx_http_session_read_subject(save, reply)
        || !ngx_http_session_is_listed(save, save->chain.nelts))
    {
        return ngx_http_session_dropped(save, reply);
    }

    ngx_http_session_edit(save, 1, save->listed.epoch);

    return ngx_http_session_edit_names(save) == NGX_OK
           ? NGX_HTTP_SESSION_STEP_DROP_WRITE
           : ngx_http_session_dropped(save, reply);
}


ngx_http_session_step_e
ngx_http_session_dropped(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    return save->cookies ? ngx_http_session_move_end(save)
                         : ngx_http_session_destroy_next(save);
}


/* one hash of the subject after the other */

ngx_http_session_step_e
ngx_http_session_revoke(ngx_http_session_save_t *save)
{
    if (save->revoked == save->manager->subject_keyring.nkeys) {
        save->revoke = 0;
        return NGX_HTTP_SESSION_STEP_DESTROY_READ;
    }

    if (ngx_http_session_subject_hash(save->manager, save->revoked++,
                                      &save->whose, save->subject)
        != NGX_OK)
    {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    return NGX_HTTP_SESSION_STEP_REVOKE_READ;
}


ngx_http_session_step_e
ngx_http_session_revoke_read(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    int64_t     epoch;
    ngx_uint_t  exists;

    exists = ngx_http_session_read_subject(save, reply);

    if ((exists && ngx_http_session_is_revoked(save))
        || (reply->status == NSESS_MC_EN && save->revoked > 1))
    {
        /* by another request; or nobody has logged in by that secret */

        return ngx_http_session_revoke(save);
    }

    epoch = ngx_http_session_epoch();

    if (exists) {
        epoch = ngx_max(save->listed.epoch + 1, epoch);
    }

    ngx_http_session_edit(save, 0, epoch);

    return ngx_http_session_write_subject(reply,
                                          NGX_HTTP_SESSION_STEP_REVOKE_ADD,
                                          NGX_HTTP_SESSION_STEP_REVOKE_WRITE);
}


/* does the cookie have an epoch of the past? */

static ngx_uint_t
ngx_http_session_is_revoked(ngx_http_session_save_t *save)
{
    return save->old.token.has_subject
           && ngx_memcmp(save->old.token.subject, save->subject,
                         NSESS_SUBJECT_LEN)
              == 0
           && save->old.token.epoch != save->listed.epoch;
}


ngx_http_session_step_e
ngx_http_session_revoked(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    return ngx_http_session_revoke(save);
}


/* 1: it is there, and is understood */

static ngx_uint_t
ngx_http_session_read_subject(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    nsess_err_t  err;

    ngx_memzero(&save->listed, sizeof(nsess_subject_t));

    if (reply->status != NSESS_MC_VA) {
        return 0;
    }

    save->cas = reply->cas;

    return !reply->oversize
           && nsess_subject_read(reply->value, &save->listed, &err)
              == NSESS_OK;
}


ngx_uint_t
ngx_http_session_is_owned(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, ngx_uint_t n)
{
    return ngx_http_session_read_subject(save, reply)
           && save->listed.epoch == save->old.token.epoch
           && (save->manager->max_sessions == 0 || n == 0
               || ngx_http_session_is_listed(save, n));
}


static ngx_uint_t
ngx_http_session_is_listed(ngx_http_session_save_t *save, ngx_uint_t n)
{
    ngx_uint_t               i;
    nsess_str_t              name;
    ngx_http_session_key_t  *key;

    key = save->chain.elts;

    for (i = 0; i < n; i++) {

        name = ngx_http_session_subject_name(save->manager, &key[i]);

        if (nsess_subject_has(&save->listed, &name, 1)) {
            return 1;
        }
    }

    return 0;
}


static void
ngx_http_session_edit(ngx_http_session_save_t *save, ngx_uint_t exists,
    int64_t epoch)
{
    if (!exists) {
        ngx_memzero(&save->listed, sizeof(nsess_subject_t));
    }

    ngx_memzero(&save->edit, sizeof(nsess_subject_edit_t));

    save->edit.epoch = epoch;
    save->edit.since = ngx_time() - save->manager->absolute_timeout;
    save->edit.max = save->manager->max_sessions;
}


/* the ids of the session go */

static ngx_int_t
ngx_http_session_edit_names(ngx_http_session_save_t *save)
{
    ngx_uint_t               i;
    nsess_str_t             *names;
    ngx_http_session_key_t  *key;

    names = ngx_palloc(save->pool, save->chain.nelts * sizeof(nsess_str_t));
    if (names == NULL) {
        return NGX_ERROR;
    }

    key = save->chain.elts;

    for (i = 0; i < save->chain.nelts; i++) {
        names[i] = ngx_http_session_subject_name(save->manager, &key[i]);
    }

    save->edit.drop = names;
    save->edit.ndrop = save->chain.nelts;

    return NGX_OK;
}


static ngx_http_session_step_e
ngx_http_session_write_subject(const nsess_mc_reply_t *reply,
    ngx_http_session_step_e add, ngx_http_session_step_e write)
{
    return reply->status == NSESS_MC_EN ? add : write;
}


ngx_int_t
ngx_http_session_make_subject(ngx_http_session_save_t *save,
    nsess_writer_t *w)
{
    nsess_subject_write(w, &save->listed, &save->edit);

    return w->error == NSESS_E_NONE ? NGX_OK : NGX_AGAIN;
}


/* in milliseconds, so that none comes twice */

static int64_t
ngx_http_session_epoch(void)
{
    ngx_time_t  *tp;

    tp = ngx_timeofday();

    return (int64_t) tp->sec * 1000 + tp->msec;
}
