/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps that bind a session to its subject: after its record was written, and
 * before its cookie goes out, the new id is listed in the subject's record.
 * The subject that is left is asked before, and its list is mended after that.
 */


#include "ngx_http_session_choices.h"
#include "ngx_http_session_listing.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"

#include "ngx_session_store.h"
#include "nsess_subject.h"
#include "nsess_successor.h"
#include "nsess_token.h"


static ngx_http_session_step_e ngx_http_session_bind_new(
    ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_bind_same(
    ngx_http_session_save_t *save, const ngx_session_reply_t *reply);
static ngx_uint_t ngx_http_session_is_same(ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_bind_end(
    ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_move_end(
    ngx_http_session_save_t *save);


ngx_http_session_step_e
ngx_http_session_bind(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (save->goal != NGX_HTTP_SESSION_GOAL_CREATE
        && save->old.token.has_subject
        && !ngx_http_session_keeps_subject(save))
    {
        save->subject = save->old.token.subject;

        return NGX_HTTP_SESSION_STEP_QUIT;
    }

    return ngx_http_session_bind_new(save);
}


/* the subject that is left may have ended the session: its record says so */

ngx_http_session_step_e
ngx_http_session_quit_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    ngx_uint_t  n;

    /* another request that left it has taken the ids from its list */

    n = save->ids.how == NSESS_SUCCESSOR_LEFT ? 0 : save->ids.keys.nelts;

    return ngx_http_session_is_owned(save, reply, n)
           ? ngx_http_session_bind_new(save)
           : ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
}


static ngx_http_session_step_e
ngx_http_session_bind_new(ngx_http_session_save_t *save)
{
    if (!save->fresh.token.has_subject) {
        return ngx_http_session_bind_end(save);
    }

    save->subject = save->fresh.token.subject;

    return NGX_HTTP_SESSION_STEP_BIND_READ;
}


ngx_http_session_step_e
ngx_http_session_bind_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (ngx_http_session_is_same(save)) {
        return ngx_http_session_bind_same(save, reply);
    }

    if (ngx_http_session_read_listing(save, reply)) {

        save->fresh.token.epoch = save->listed.epoch;

        if (save->manager->max_sessions == 0) {
            return ngx_http_session_bind_end(save);
        }

        ngx_http_session_edit(save, save->listed.epoch);

    } else {

        /* a damaged list gets another epoch, as a lost one does */

        save->fresh.token.epoch = ngx_http_session_epoch();

        ngx_http_session_edit_anew(save, save->fresh.token.epoch);
    }

    ngx_http_session_edit_add(save);

    return NGX_HTTP_SESSION_STEP_BIND_WRITE;
}


ngx_http_session_step_e
ngx_http_session_bind_missing(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (ngx_http_session_is_same(save)) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
    }

    save->fresh.token.epoch = ngx_http_session_epoch();

    ngx_http_session_edit_anew(save, save->fresh.token.epoch);
    ngx_http_session_edit_add(save);

    return NGX_HTTP_SESSION_STEP_BIND_ADD;
}


/*
 * Once more, from the record that is there now, and with another epoch: an add
 * that is late does no harm, as no cookie has its epoch unless it was found.
 */

ngx_http_session_step_e
ngx_http_session_bind_failed(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    return ngx_http_session_may_repeat(save)
           ? NGX_HTTP_SESSION_STEP_BIND_READ : NGX_HTTP_SESSION_STEP_FAIL;
}


/* the session goes on as the same subject's, unless it was ended meanwhile */

static ngx_http_session_step_e
ngx_http_session_bind_same(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (!ngx_http_session_is_owned(save, reply, save->ids.keys.nelts)) {
        return ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_GONE);
    }

    save->fresh.token.epoch = save->old.token.epoch;

    if (save->manager->max_sessions == 0) {
        return ngx_http_session_bind_end(save);
    }

    ngx_http_session_edit(save, save->listed.epoch);
    ngx_http_session_edit_add(save);

    if (save->goal != NGX_HTTP_SESSION_GOAL_OWN) {

        /* it takes the place of the old id, and is not the newest */

        save->edit.replace = 1;

        if (ngx_http_session_edit_drop(save) != NGX_OK) {
            return ngx_http_session_undo(save,
                                         NGX_HTTP_SESSION_SAVE_INTERNAL);
        }
    }

    return NGX_HTTP_SESSION_STEP_BIND_WRITE;
}


static ngx_uint_t
ngx_http_session_is_same(ngx_http_session_save_t *save)
{
    return save->goal != NGX_HTTP_SESSION_GOAL_CREATE
           && ngx_http_session_keeps_subject(save);
}


ngx_http_session_step_e
ngx_http_session_bound(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    return ngx_http_session_bind_end(save);
}


static ngx_http_session_step_e
ngx_http_session_bind_end(ngx_http_session_save_t *save)
{
    if (save->goal == NGX_HTTP_SESSION_GOAL_MOVE
        && save->left.how == NSESS_SUCCESSOR_LEFT
        && save->old.token.has_subject
        && save->manager->max_sessions != 0)
    {
        save->subject = save->old.token.subject;

        return NGX_HTTP_SESSION_STEP_DROP_READ;
    }

    return ngx_http_session_move_end(save);
}


/* a name that stays in the list does no harm: failures do not count */

ngx_http_session_step_e
ngx_http_session_drop_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (!ngx_http_session_read_listing(save, reply)
        || !ngx_http_session_is_listed(save))
    {
        return NGX_HTTP_SESSION_STEP_DROPPED;
    }

    ngx_http_session_edit(save, save->listed.epoch);

    return ngx_http_session_edit_drop(save) == NGX_OK
           ? NGX_HTTP_SESSION_STEP_DROP_WRITE : NGX_HTTP_SESSION_STEP_DROPPED;
}


ngx_http_session_step_e
ngx_http_session_dropped(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    return save->goal == NGX_HTTP_SESSION_GOAL_MOVE
           ? ngx_http_session_move_end(save)
           : NGX_HTTP_SESSION_STEP_DESTROY_NEXT;
}


/*
 * The marker leads to the new id.  If it was not written by the last command,
 * another request may have followed it meanwhile, and ended the session.
 */

static ngx_http_session_step_e
ngx_http_session_move_end(ngx_http_session_save_t *save)
{
    return save->goal == NGX_HTTP_SESSION_GOAL_MOVE
           && save->step != NGX_HTTP_SESSION_STEP_LEAVE
           ? NGX_HTTP_SESSION_STEP_CONFIRM_NEW : NGX_HTTP_SESSION_STEP_SEND;
}
