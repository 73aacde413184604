/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps that end a session: the live record is deleted, wherever the chain of
 * its ids leads.  Markers on the way there stay until they expire: another
 * end may follow them at the same time.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"

#include "nsess_mc_proto.h"
#include "nsess_moved.h"
#include "nsess_token.h"


static ngx_http_session_step_e ngx_http_session_end_of(
    ngx_http_session_save_t *save);


ngx_http_session_step_e
ngx_http_session_destroyed(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    /* save->subject: what the record, or else the cookie, has said */

    return save->manager->max_sessions != 0 && save->dropped
           ? NGX_HTTP_SESSION_STEP_DROP_READ
           : ngx_http_session_destroy_next(save);
}


/* of several cookies that are over each may lead to a session that goes on */

ngx_http_session_step_e
ngx_http_session_destroy_next(ngx_http_session_save_t *save)
{
    if (save->nends == 0) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_OK);
    }

    save->nends--;
    save->chain.nelts = 0;
    save->dropped = 0;

    return ngx_http_session_chain(save, &save->ends[save->nends]) == NGX_OK
           ? NGX_HTTP_SESSION_STEP_DESTROY_READ
           : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
}


ngx_http_session_step_e
ngx_http_session_destroy_read(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    nsess_moved_t  moved;

    if (reply->status == NSESS_MC_EN) {
        return ngx_http_session_destroyed(save, reply);
    }

    switch (ngx_http_session_save_open(save, reply, &moved)) {

    case NGX_OK:
        return ngx_http_session_end_of(save);

    case NGX_DONE:

        /* the sessions of who came after are not the cookie's to revoke */

        save->revoke &= moved.how == NSESS_MOVED_SAME;

        switch (ngx_http_session_chain_next(save, &moved)) {

        case NGX_OK:
            return NGX_HTTP_SESSION_STEP_DESTROY_READ;

        case NGX_DECLINED:
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_CORRUPT);

        default: /* NGX_ERROR */
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
        }

    case NGX_DECLINED:

        /* it is ended, even if it is not understood */

        save->cas = reply->cas;

        return NGX_HTTP_SESSION_STEP_DESTROY;

    default: /* NGX_ERROR */
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }
}


/* a live record: first all sessions of its subject are revoked, if they are */

static ngx_http_session_step_e
ngx_http_session_end_of(ngx_http_session_save_t *save)
{
    ngx_int_t                    rc;
    ngx_http_session_manager_t  *manager;

    manager = save->manager;

    rc = ngx_http_session_subject_text(manager, &save->record, save->pool,
                                       &save->whose);

    if (rc == NGX_ERROR) {
        return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
    }

    if (rc == NGX_DECLINED) {
        return NGX_HTTP_SESSION_STEP_DESTROY;
    }

    if (save->revoke) {
        return ngx_http_session_revoke(save);
    }

    save->dropped = 1;

    if (save->old.token.has_subject
        && ngx_http_session_subject_is(manager, &save->whose,
                                       save->old.token.subject)
           == NGX_OK)
    {
        ngx_memcpy(save->subject, save->old.token.subject, NSESS_SUBJECT_LEN);
        return NGX_HTTP_SESSION_STEP_DESTROY;
    }

    return ngx_http_session_subject_hash(manager, 0, &save->whose,
                                         save->subject)
           == NGX_OK ? NGX_HTTP_SESSION_STEP_DESTROY
                     : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_INTERNAL);
}
