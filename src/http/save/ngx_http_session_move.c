/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps to a new id.  The record is written under it first; then the old id
 * becomes a marker, by which ends and parallel requests find the new one; then
 * the new id is listed as its subject's; then the cookie goes out.  A login
 * that finds its id replaced already takes an id of its own.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_ids.h"
#include "ngx_http_session_listing.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_subject.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_str.h"
#include "nsess_successor.h"


static void ngx_http_session_carry(ngx_http_session_save_t *save);
static ngx_uint_t ngx_http_session_carries(ngx_http_session_save_t *save);
static ngx_int_t ngx_http_session_leave(ngx_http_session_save_t *save);
static nsess_successor_how_e ngx_http_session_how(ngx_http_session_save_t *save,
    ngx_str_t *was);
static ngx_http_session_step_e ngx_http_session_move_again(
    ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_overtaken(
    ngx_http_session_save_t *save, const nsess_successor_t *moved);
static ngx_uint_t ngx_http_session_is_left(ngx_http_session_save_t *save);


ngx_http_session_step_e
ngx_http_session_move_begin(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (ngx_http_session_leave(save) != NGX_OK) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    ngx_http_session_carry(save);

    return NGX_HTTP_SESSION_STEP_MOVE;
}


ngx_http_session_step_e
ngx_http_session_own_begin(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    ngx_http_session_carry(save);

    return NGX_HTTP_SESSION_STEP_OWN;
}


/* the new record is made of that of the old id, or of nothing */

static void
ngx_http_session_carry(ngx_http_session_save_t *save)
{
    if (!ngx_http_session_carries(save)) {
        ngx_http_session_empty_base(save);
    }
}


static ngx_uint_t
ngx_http_session_carries(ngx_http_session_save_t *save)
{
    ngx_int_t  rc;
    ngx_str_t  was;

    if (save->clear) {
        return 0;
    }

    if (save->manager->subject.len == 0) {

        /* the subject is not known; under its first id nobody logged in */

        return save->goal != NGX_HTTP_SESSION_GOAL_OWN
               || save->old.token.issued == save->old.token.created;
    }

    rc = ngx_http_session_subject_text(save->manager, &save->base.record,
                                       save->pool, &was);

    return rc == NGX_DECLINED
           || (rc == NGX_OK
               && ngx_http_session_equal(&was, &save->whose));
}


/* what the marker under the old id will say */

static ngx_int_t
ngx_http_session_leave(ngx_http_session_save_t *save)
{
    u_char                   *p;
    ngx_str_t                 was;
    const nsess_str_t        *data;
    ngx_http_session_left_t  *left;

    left = &save->left;
    data = &save->base.record.data;

    if (ngx_http_session_subject_text(save->manager, &save->base.record,
                                      save->pool, &was)
        == NGX_ERROR)
    {
        return NGX_ERROR;
    }

    left->how = ngx_http_session_how(save, &was);

    if (left->record.data != NULL) {
        (void) ngx_pfree(save->pool, (void *) left->record.data);
    }

    left->record.len = 0;
    left->record.data = NULL;

    /* it shows no record of another subject, or that says who logged in */

    if (left->how == NSESS_SUCCESSOR_LEFT || save->rebind
        || save->manager->profile->marker == NSESS_SUCCESSOR_PICKLED
        || data->len == 0)
    {
        return NGX_OK;
    }

    p = ngx_pnalloc(save->pool, data->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, data->data, data->len);

    left->record.data = p;
    left->record.len = data->len;

    return NGX_OK;
}


static nsess_successor_how_e
ngx_http_session_how(ngx_http_session_save_t *save, ngx_str_t *was)
{
    if (save->manager->subject.len == 0) {
        return save->login || save->clear ? NSESS_SUCCESSOR_LOGIN
                                          : NSESS_SUCCESSOR_SAME;
    }

    if (save->rebind || was->len == 0) {
        return save->whose.len == 0 ? NSESS_SUCCESSOR_SAME
                                    : NSESS_SUCCESSOR_LOGIN;
    }

    return ngx_http_session_equal(was, &save->whose)
           ? NSESS_SUCCESSOR_SAME : NSESS_SUCCESSOR_LEFT;
}


ngx_int_t
ngx_http_session_make_marker(ngx_http_session_save_t *save, nsess_writer_t *w)
{
    nsess_successor_t  moved;

    moved.until = save->left.record.len != 0
                  && save->manager->regenerate_grace != 0
                  ? ngx_time() + save->manager->regenerate_grace : 0;
    moved.name = ngx_http_session_subject_name(save->manager,
                                               &save->fresh.key);
    moved.how = save->left.how;
    moved.record = save->left.record;

    nsess_successor_write(w, &moved, save->manager->profile->marker);

    return w->error == NSESS_E_NONE ? NGX_OK : NGX_AGAIN;
}


ngx_http_session_step_e
ngx_http_session_moved(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    save->fresh_version = reply->version;

    if (save->goal == NGX_HTTP_SESSION_GOAL_OWN) {
        return NGX_HTTP_SESSION_STEP_FOLLOW;
    }

    /*
     * Behind the marker there is no way back: who runs out of time there has no
     * cookie, and the old id ends with its grace.
     */

    if (save->step == NGX_HTTP_SESSION_STEP_MOVE) {
        save->limit = ngx_current_msec + save->manager->patience;
    }

    return NGX_HTTP_SESSION_STEP_LEAVE;
}


/*
 * Was the marker written?  The reads may go on to succeed where each write
 * fails: it is asked once.
 */

ngx_http_session_step_e
ngx_http_session_leave_failed(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (save->unsure) {
        return NGX_HTTP_SESSION_STEP_FAIL;
    }

    save->unsure = 1;

    return NGX_HTTP_SESSION_STEP_LEAVE_READ;
}


/* others wrote there, or it is not known whether the marker was written */

ngx_http_session_step_e
ngx_http_session_leave_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    ngx_int_t          rc;
    nsess_str_t        name;
    nsess_successor_t  moved;

    rc = ngx_http_session_open_base(save, reply, &moved);

    if (rc == NGX_OK) {
        return ngx_http_session_move_again(save);
    }

    if (rc != NGX_DONE) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    name = ngx_http_session_subject_name(save->manager, &save->fresh.key);

    return nsess_str_equal(moved.name, name)
           ? NGX_HTTP_SESSION_STEP_BIND
           : ngx_http_session_overtaken(save, &moved);
}


static ngx_http_session_step_e
ngx_http_session_move_again(ngx_http_session_save_t *save)
{
    /* the request keeps the subject that was loaded, the record does not */

    if (ngx_http_session_is_given_away(save)
        && ngx_http_session_equal(&save->whose, &save->was))
    {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_OTHER);
    }

    if (ngx_http_session_leave(save) != NGX_OK) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    ngx_http_session_carry(save);

    return NGX_HTTP_SESSION_STEP_MOVE_AGAIN;
}


/* another request has moved the session */

static ngx_http_session_step_e
ngx_http_session_overtaken(ngx_http_session_save_t *save,
    const nsess_successor_t *moved)
{
    nsess_err_t  err;

    if (ngx_http_session_follow_id(&save->ids, save->manager, moved)
        != NGX_OK)
    {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    if (!save->login) {

        /* the session has a new id, and the request wanted no more */

        save->goal = NGX_HTTP_SESSION_GOAL_JOIN;
        save->base.untouched = 1;

        return NGX_HTTP_SESSION_STEP_WITHDRAW;
    }

    save->goal = NGX_HTTP_SESSION_GOAL_OWN;

    if (ngx_http_session_is_left(save)) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
    }

    if (moved->record.len == 0) {

        /* the new record has what there was when the request was loaded */

        return NGX_HTTP_SESSION_STEP_FOLLOW;
    }

    if (ngx_http_session_open_record(save->manager, moved->record,
                                     save->base.pool, &save->base.record,
                                     &err)
        != NGX_OK)
    {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    save->base.opened = 1;

    ngx_http_session_carry(save);

    return NGX_HTTP_SESSION_STEP_MOVE_AGAIN;
}


/* has the subject that logs in again left the session on its way? */

static ngx_uint_t
ngx_http_session_is_left(ngx_http_session_save_t *save)
{
    return save->ids.how == NSESS_SUCCESSOR_LEFT
           && ngx_http_session_keeps_subject(save);
}


ngx_http_session_step_e
ngx_http_session_withdrawn(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    return save->changes != NULL
           ? NGX_HTTP_SESSION_STEP_REREAD
           : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_JOINED);
}


/* does the session go on from which the login came? */

ngx_http_session_step_e
ngx_http_session_follow_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    ngx_int_t          rc;
    nsess_successor_t  moved;

    rc = ngx_http_session_open_base(save, reply, &moved);

    if (rc == NGX_OK) {
        return NGX_HTTP_SESSION_STEP_BIND;
    }

    if (rc != NGX_DONE) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CORRUPT);
    }

    rc = ngx_http_session_follow_id(&save->ids, save->manager, &moved);

    if (ngx_http_session_is_left(save)) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
    }

    return rc == NGX_OK
           ? NGX_HTTP_SESSION_STEP_FOLLOW
           : ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_INTERNAL);
}
