/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps to a new id.  The record is written under it first; then the old id
 * becomes a marker, by which ends and parallel requests find the new one; then
 * the new id is listed as its subject's; then the cookie goes out.  A login
 * that finds its id replaced already takes an id of its own.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_codec.h"
#include "nsess_mc_proto.h"
#include "nsess_moved.h"
#include "nsess_str.h"


static void ngx_http_session_base(ngx_http_session_save_t *save,
    const nsess_record_t *record);
static ngx_int_t ngx_http_session_carries(ngx_http_session_save_t *save,
    const nsess_record_t *record);
static ngx_int_t ngx_http_session_keep_left(ngx_http_session_save_t *save,
    const nsess_record_t *record);
static nsess_moved_how_e ngx_http_session_how(ngx_http_session_save_t *save,
    ngx_str_t *was);
static ngx_http_session_step_e ngx_http_session_overtaken(
    ngx_http_session_save_t *save, const nsess_moved_t *moved);
static ngx_http_session_step_e ngx_http_session_move_again(
    ngx_http_session_save_t *save);


ngx_http_session_step_e
ngx_http_session_move(ngx_http_session_save_t *save,
    const nsess_record_t *record)
{
    if (ngx_http_session_keep_left(save, record) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    ngx_http_session_base(save, record);

    return NGX_HTTP_SESSION_STEP_MOVE;
}


/* the cookie's id was replaced: the first of save->chain behind it follows */

ngx_http_session_step_e
ngx_http_session_own(ngx_http_session_save_t *save,
    const nsess_record_t *record)
{
    save->own = 1;

    ngx_http_session_base(save, record);

    return NGX_HTTP_SESSION_STEP_OWN;
}


/* what the new record is made of: that of the old id, or nothing */

static void
ngx_http_session_base(ngx_http_session_save_t *save,
    const nsess_record_t *record)
{
    if (ngx_http_session_carries(save, record)) {
        if (record != &save->record) {
            save->record = *record;
        }

        return;
    }

    if (save->opened) {
        ngx_http_session_close_record(save->manager, &save->record);
        save->opened = 0;
    }

    ngx_http_session_record(&save->record, save->manager);
}


static ngx_int_t
ngx_http_session_carries(ngx_http_session_save_t *save,
    const nsess_record_t *record)
{
    ngx_int_t  rc;
    ngx_str_t  was;

    if (save->clear) {
        return 0;
    }

    if (save->manager->subject.len == 0) {

        /* whose it is, is not known: a first id has not seen a login */

        return !save->own || save->old.token.issued == save->old.token.created;
    }

    rc = ngx_http_session_subject_text(save->manager, record, save->pool,
                                       &was);

    return rc == NGX_DECLINED
           || (rc == NGX_OK
               && ngx_http_session_equal(&was, &save->whose));
}


/* what the old id shows, and how it was left */

static ngx_int_t
ngx_http_session_keep_left(ngx_http_session_save_t *save,
    const nsess_record_t *record)
{
    u_char     *p;
    ngx_str_t   was;

    if (ngx_http_session_subject_text(save->manager, record, save->pool, &was)
        == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    save->how = ngx_http_session_how(save, &was);

    if (save->left.data != NULL) {
        (void) ngx_pfree(save->pool, (void *) save->left.data);
    }

    save->left.len = 0;
    save->left.data = NULL;

    /* nothing, if it is another's, or what is there tells who has logged in */

    if (save->how == NSESS_MOVED_LEFT || save->rebind
        || save->manager->profile->marker == NSESS_MOVED_PICKLED
        || record->data.len == 0)
    {
        return NGX_OK;
    }

    p = ngx_pnalloc(save->pool, record->data.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, record->data.data, record->data.len);

    save->left.data = p;
    save->left.len = record->data.len;

    return NGX_OK;
}


static nsess_moved_how_e
ngx_http_session_how(ngx_http_session_save_t *save, ngx_str_t *was)
{
    if (save->manager->subject.len == 0) {
        return save->login || save->clear ? NSESS_MOVED_LOGIN
                                          : NSESS_MOVED_SAME;
    }

    if (save->rebind || was->len == 0) {
        return save->whose.len == 0 ? NSESS_MOVED_SAME : NSESS_MOVED_LOGIN;
    }

    return ngx_http_session_equal(was, &save->whose)
           ? NSESS_MOVED_SAME : NSESS_MOVED_LEFT;
}


ngx_int_t
ngx_http_session_make_marker(ngx_http_session_save_t *save, nsess_writer_t *w)
{
    nsess_moved_t  moved;

    moved.until = save->left.len != 0 && save->manager->regenerate_grace != 0
                  ? ngx_time() + save->manager->regenerate_grace : 0;
    moved.name = ngx_http_session_subject_name(save->manager,
                                               &save->fresh.key);
    moved.how = save->how;
    moved.record = save->left;

    nsess_moved_write(w, &moved, save->manager->profile->marker);

    return w->error == NSESS_E_NONE ? NGX_OK : NGX_AGAIN;
}


ngx_http_session_step_e
ngx_http_session_moved(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    save->fresh_cas = reply->cas;

    return save->own ? NGX_HTTP_SESSION_STEP_FOLLOW
                     : NGX_HTTP_SESSION_STEP_LEAVE;
}


ngx_http_session_step_e
ngx_http_session_left(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    return ngx_http_session_bind(save);
}


/* others wrote there, or nobody knows what became of the marker */

ngx_http_session_step_e
ngx_http_session_leave_read(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_int_t      rc;
    nsess_str_t    name;
    nsess_moved_t  moved;

    rc = ngx_http_session_save_open(save, reply, &moved);

    if (rc == NGX_OK) {
        return ngx_http_session_move_again(save);
    }

    if (rc != NGX_DONE) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    name = ngx_http_session_subject_name(save->manager, &save->fresh.key);

    if (nsess_str_equal(moved.name, name)) {
        save->reachable = 1;

        return ngx_http_session_bind(save);
    }

    return ngx_http_session_overtaken(save, &moved);
}


static ngx_http_session_step_e
ngx_http_session_move_again(ngx_http_session_save_t *save)
{
    /* the request does not say whose it is, and what was loaded is not true */

    if (ngx_http_session_is_given_away(save)
        && ngx_http_session_equal(&save->whose, &save->was))
    {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_OTHER);
    }

    if (ngx_http_session_keep_left(save, &save->record) != NGX_OK) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    ngx_http_session_base(save, &save->record);

    return NGX_HTTP_SESSION_STEP_MOVE_AGAIN;
}


/* another request has moved the session */

static ngx_http_session_step_e
ngx_http_session_overtaken(ngx_http_session_save_t *save,
    const nsess_moved_t *moved)
{
    nsess_err_t  err;

    if (ngx_http_session_chain_next(save, moved) != NGX_OK) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    if (!save->login) {

        /* a new id alone is one already */

        save->crossed = moved->how != NSESS_MOVED_SAME;
        save->joined = 1;
        save->untouched = 1;

        return NGX_HTTP_SESSION_STEP_WITHDRAW;
    }

    save->own = 1;
    save->left_since |= moved->how == NSESS_MOVED_LEFT;

    if (save->left_since && ngx_http_session_is_old_subject(save)) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
    }

    if (moved->record.len == 0) {

        /* the new record has what there was when the request was loaded */

        return NGX_HTTP_SESSION_STEP_FOLLOW;
    }

    if (ngx_http_session_open_record(save->manager, moved->record,
                                     &save->record, &err)
        != NGX_OK)
    {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    save->opened = 1;

    ngx_http_session_base(save, &save->record);

    return NGX_HTTP_SESSION_STEP_MOVE_AGAIN;
}


ngx_http_session_step_e
ngx_http_session_withdrawn(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    return save->changes != NULL
           ? NGX_HTTP_SESSION_STEP_REREAD
           : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_JOINED);
}


/* does the session go on from which the login came? */

ngx_http_session_step_e
ngx_http_session_followed(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_int_t      rc;
    nsess_moved_t  moved;

    rc = ngx_http_session_save_open(save, reply, &moved);

    if (rc == NGX_OK) {
        return ngx_http_session_bind(save);
    }

    if (rc != NGX_DONE) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    save->left_since |= moved.how == NSESS_MOVED_LEFT;

    if (save->left_since && ngx_http_session_is_old_subject(save)) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
    }

    return ngx_http_session_chain_next(save, &moved) == NGX_OK
           ? NGX_HTTP_SESSION_STEP_FOLLOW
           : ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
}


ngx_http_session_step_e
ngx_http_session_move_end(ngx_http_session_save_t *save)
{
    /* another request may have followed the marker, and ended the session */

    if (save->reachable) {
        return NGX_HTTP_SESSION_STEP_CONFIRM_FRESH;
    }

    save->cookie = NGX_HTTP_SESSION_COOKIE_NEW;

    return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_OK);
}


ngx_http_session_step_e
ngx_http_session_confirm_fresh(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    save->cookie = NGX_HTTP_SESSION_COOKIE_NEW;

    return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_OK);
}


ngx_http_session_step_e
ngx_http_session_undo(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    save->result = result;

    return NGX_HTTP_SESSION_STEP_UNDO;
}


ngx_http_session_step_e
ngx_http_session_undone(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    return ngx_http_session_end(save->result);
}
