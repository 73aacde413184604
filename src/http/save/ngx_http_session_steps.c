/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps on the record of a session: create it, and change it where it is now.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_counters.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_ids.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_increment.h"
#include "nsess_successor.h"


/*
 * markers that an ordinary change follows, each a round trip; a destroy
 * follows all of them
 */
#define NGX_HTTP_SESSION_FOLLOWS  64


static ngx_int_t ngx_http_session_encode(ngx_http_session_save_t *save,
    nsess_writer_t *w, nsess_err_t *err);
static ngx_uint_t ngx_http_session_is_given(ngx_http_session_save_t *save);


ngx_int_t
ngx_http_session_make_record(ngx_http_session_save_t *save, nsess_writer_t *w)
{
    nsess_err_t  err;

    w->size = ngx_min(w->size, save->manager->max_size);

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

        if (nsess_increment(codec, &save->base.record, changes, save->counted,
                            err)
            != NSESS_OK)
        {
            return NGX_ERROR;
        }

        changes = &save->counted[0].change;
    }

    return codec->apply(&save->base.record, changes, w, err) == NSESS_OK
           ? NGX_OK : NGX_ERROR;
}


ngx_http_session_step_e
ngx_http_session_created(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    save->manager->stats->created++;

    return NGX_HTTP_SESSION_STEP_BIND;
}


/*
 * Nobody knows the new id yet, and nobody will: another one is drawn.  When the
 * server of the first is down, that of another may be up.  When it is not known
 * whether the add was carried out, or yet will be, its record is one that no
 * cookie opens; under the same id it could come back after a logout.  Once
 * alone, since it may take another timeout.
 *
 * Where the id is told in the response already, or where the request is gone,
 * and with it the record that was loaded, the save has failed.
 */

ngx_http_session_step_e
ngx_http_session_add_failed(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    ngx_uint_t                   again, unknown;
    ngx_http_session_manager_t  *manager;

    manager = save->manager;

    again = save->repeated;
    unknown = ngx_http_session_may_repeat(save);

    if (again
        || save->handler == NULL
        || (!unknown
            && ngx_session_server_is_up(manager->store, &save->fresh.key))
        || ngx_http_session_is_given(save)
        || ngx_http_session_new_identity(manager, &save->fresh) != NGX_OK
        || (!unknown
            && !ngx_session_server_is_up(manager->store, &save->fresh.key)))
    {
        return NGX_HTTP_SESSION_STEP_FAIL;
    }

    return save->step;
}


/* the token of a form in this response is good with that id alone */

static ngx_uint_t
ngx_http_session_is_given(ngx_http_session_save_t *save)
{
    return ngx_memcmp(save->fresh.name, save->old.name,
                      NGX_HTTP_SESSION_NAME_LEN)
           == 0;
}


ngx_http_session_step_e
ngx_http_session_updated(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (save->goal == NGX_HTTP_SESSION_GOAL_RENEW) {
        save->result = NGX_HTTP_SESSION_SAVE_OK;
        return NGX_HTTP_SESSION_STEP_SIGN;
    }

    return ngx_http_session_end(save->goal == NGX_HTTP_SESSION_GOAL_JOIN
                                ? NGX_HTTP_SESSION_SAVE_JOINED
                                : NGX_HTTP_SESSION_SAVE_OK);
}


/*
 * It may have been carried out, and another write behind it.  The changes are
 * applied to the record as it is then; twice is as once, but of increments.
 */

ngx_http_session_step_e
ngx_http_session_update_failed(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    return save->counted == NULL && ngx_http_session_may_repeat(save)
           ? NGX_HTTP_SESSION_STEP_REREAD : NGX_HTTP_SESSION_STEP_FAIL;
}


/* the record as it is now, under the id where it is now */

ngx_http_session_step_e
ngx_http_session_reread_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    ngx_int_t          rc;
    nsess_successor_t  moved;

    rc = ngx_http_session_open_base(save, reply, &moved);

    if (rc == NGX_DONE) {

        if (moved.until < ngx_time()) {
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_GONE);
        }

        if (save->ids.keys.nelts > NGX_HTTP_SESSION_FOLLOWS) {
            return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_CONFLICT);
        }

        save->goal = NGX_HTTP_SESSION_GOAL_JOIN;
        save->base.untouched = 1;

        rc = ngx_http_session_follow_id(&save->ids, save->manager, &moved);

        return rc == NGX_OK ? NGX_HTTP_SESSION_STEP_REREAD
                            : ngx_http_session_unopened(rc);
    }

    if (rc != NGX_OK) {
        return ngx_http_session_unopened(rc);
    }

    /* behind a change of subject the session is another person's */

    return save->ids.how != NSESS_SUCCESSOR_SAME
           || ngx_http_session_is_given_away(save)
           ? ngx_http_session_end(NGX_HTTP_SESSION_SAVE_OTHER)
           : NGX_HTTP_SESSION_STEP_UPDATE;
}
