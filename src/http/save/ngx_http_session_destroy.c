/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps that end a session: the live record is deleted, wherever the chain of
 * its ids leads.  Markers on the way there stay until they expire: another
 * end may follow them at the same time.  All sessions of a subject end by
 * another epoch in its record.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_ids.h"
#include "ngx_http_session_listing.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_subject.h"

#include "ngx_session_store.h"
#include "nsess_successor.h"
#include "nsess_token.h"


static ngx_http_session_step_e ngx_http_session_end_of(
    ngx_http_session_save_t *save);
static ngx_uint_t ngx_http_session_is_revoked(ngx_http_session_save_t *save);


ngx_http_session_step_e
ngx_http_session_destroyed(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    /* save->subject is that of the record, or else of the cookie */

    return save->manager->max_sessions != 0 && save->subject != NULL
           ? NGX_HTTP_SESSION_STEP_DROP_READ
           : NGX_HTTP_SESSION_STEP_DESTROY_NEXT;
}


/* each cookie that is over may lead to a session that goes on */

ngx_http_session_step_e
ngx_http_session_destroy_next(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (save->nends == 0) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_OK);
    }

    save->nends--;
    save->subject = NULL;

    ngx_http_session_begin_ids(&save->ids, save->pool,
                               &save->ends[save->nends]);

    return NGX_HTTP_SESSION_STEP_DESTROY_READ;
}


ngx_http_session_step_e
ngx_http_session_destroy_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    ngx_int_t          rc;
    nsess_successor_t  moved;

    switch (ngx_http_session_open_base(save, reply, &moved)) {

    case NGX_OK:
        return ngx_http_session_end_of(save);

    case NGX_DONE:

        rc = ngx_http_session_follow_id(&save->ids, save->manager, &moved);

        if (rc != NGX_OK) {
            return ngx_http_session_unopened(rc);
        }

        if (save->ids.how != NSESS_SUCCESSOR_SAME) {

            /* the session is another subject's, which is not revoked */

            save->goal = NGX_HTTP_SESSION_GOAL_DESTROY;
        }

        return NGX_HTTP_SESSION_STEP_DESTROY_READ;

    case NGX_DECLINED:

        /* a record that is not understood is deleted, too */

        return NGX_HTTP_SESSION_STEP_DESTROY;

    default: /* NGX_ERROR */
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }
}


/* a live record: to revoke, the sessions of its subject end first */

static ngx_http_session_step_e
ngx_http_session_end_of(ngx_http_session_save_t *save)
{
    ngx_int_t                    rc;
    ngx_http_session_manager_t  *manager;

    manager = save->manager;

    rc = ngx_http_session_subject_text(manager, &save->base.record,
                                       save->pool, &save->whose);

    if (rc == NGX_ERROR) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    if (rc == NGX_DECLINED) {
        return NGX_HTTP_SESSION_STEP_DESTROY;
    }

    if (save->goal == NGX_HTTP_SESSION_GOAL_REVOKE) {
        return NGX_HTTP_SESSION_STEP_REVOKE;
    }

    if (save->old.token.has_subject
        && ngx_http_session_subject_is(manager, &save->whose,
                                       save->old.token.subject)
           == NGX_OK)
    {
        save->subject = save->old.token.subject;
        return NGX_HTTP_SESSION_STEP_DESTROY;
    }

    save->subject = save->hash;

    return ngx_http_session_subject_hash(manager, 0, &save->whose, save->hash)
           == NGX_OK ? NGX_HTTP_SESSION_STEP_DESTROY
                     : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
}


/* one hash of the subject after the other, and then the session itself */

ngx_http_session_step_e
ngx_http_session_revoke(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (save->revoked == save->manager->subject_keyring.nkeys) {
        save->goal = NGX_HTTP_SESSION_GOAL_DESTROY;
        save->subject = NULL;

        return NGX_HTTP_SESSION_STEP_DESTROY_READ;
    }

    if (ngx_http_session_subject_hash(save->manager, save->revoked++,
                                      &save->whose, save->hash)
        != NGX_OK)
    {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    save->subject = save->hash;

    return NGX_HTTP_SESSION_STEP_REVOKE_READ;
}


ngx_http_session_step_e
ngx_http_session_revoke_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    int64_t  epoch;

    epoch = ngx_http_session_epoch();

    if (ngx_http_session_read_listing(save, reply)) {

        if (ngx_http_session_is_revoked(save)) {

            /* by another request */

            return NGX_HTTP_SESSION_STEP_REVOKE;
        }

        epoch = ngx_max(save->listed.epoch + 1, epoch);
    }

    ngx_http_session_edit_anew(save, epoch);

    return NGX_HTTP_SESSION_STEP_REVOKE_WRITE;
}


ngx_http_session_step_e
ngx_http_session_revoke_missing(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (save->revoked > 1) {

        /* no cookie was bound by that older secret */

        return NGX_HTTP_SESSION_STEP_REVOKE;
    }

    ngx_http_session_edit_anew(save, ngx_http_session_epoch());

    return NGX_HTTP_SESSION_STEP_REVOKE_ADD;
}


/* once more: see ngx_http_session_bind_failed() */

ngx_http_session_step_e
ngx_http_session_revoke_failed(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    return ngx_http_session_may_repeat(save)
           ? NGX_HTTP_SESSION_STEP_REVOKE_READ : NGX_HTTP_SESSION_STEP_FAIL;
}


/* has the epoch changed since the cookie was made? */

static ngx_uint_t
ngx_http_session_is_revoked(ngx_http_session_save_t *save)
{
    return save->old.token.has_subject
           && ngx_memcmp(save->old.token.subject, save->subject,
                         NSESS_SUBJECT_LEN)
              == 0
           && save->old.token.epoch != save->listed.epoch;
}
