/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps that confirm the cookie at the end of a save: a response sends it only
 * if the store says that it is good.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_listing.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"

#include "ngx_session_store.h"
#include "nsess_successor.h"
#include "nsess_token.h"


static ngx_http_session_step_e ngx_http_session_confirm(
    ngx_http_session_save_t *save);


/* the cookie that the request came with is signed again, if somebody waits */

ngx_http_session_step_e
ngx_http_session_sign(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    if (save->handler == NULL) {
        return NGX_HTTP_SESSION_STEP_AS_IS;
    }

    if (save->manager->subject.len != 0 && save->old.token.has_subject) {
        save->subject = save->old.token.subject;
        return NGX_HTTP_SESSION_STEP_CONFIRM_SUBJECT;
    }

    return ngx_http_session_confirm(save);
}


ngx_http_session_step_e
ngx_http_session_subject_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    return ngx_http_session_is_owned(save, reply, 1)
           ? ngx_http_session_confirm(save) : NGX_HTTP_SESSION_STEP_AS_IS;
}


/* the session's record is left to confirm; a change has done so */

static ngx_http_session_step_e
ngx_http_session_confirm(ngx_http_session_save_t *save)
{
    if (save->goal == NGX_HTTP_SESSION_GOAL_RESIGN) {
        return NGX_HTTP_SESSION_STEP_CONFIRM_RECORD;
    }

    save->cookie = NGX_HTTP_SESSION_COOKIE_AGAIN;

    return NGX_HTTP_SESSION_STEP_AS_IS;
}


ngx_http_session_step_e
ngx_http_session_record_found(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    nsess_successor_t  moved;

    if (ngx_http_session_open_base(save, reply, &moved) == NGX_OK
        && !ngx_http_session_is_given_away(save))
    {
        save->cookie = NGX_HTTP_SESSION_COOKIE_AGAIN;
    }

    return NGX_HTTP_SESSION_STEP_AS_IS;
}


ngx_http_session_step_e
ngx_http_session_send(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply)
{
    save->cookie = NGX_HTTP_SESSION_COOKIE_NEW;

    return ngx_http_session_end(NGX_HTTP_SESSION_SAVE_OK);
}
