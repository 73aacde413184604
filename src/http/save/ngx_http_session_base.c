/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The base of a save: opening and closing what the store has under an id.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_subject.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_successor.h"


/* nginx's head of a pool, and the index of some twenty keys */
#define NGX_HTTP_SESSION_BASE_POOL  512


ngx_int_t
ngx_http_session_open_base(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply, nsess_successor_t *moved)
{
    ngx_int_t                 rc;
    nsess_err_t               err;
    ngx_http_session_base_t  *base;

    ngx_http_session_close_base(save);

    base = &save->base;
    base->version = reply->version;

    if (reply->oversize) {
        return NGX_DECLINED;
    }

    base->pool = ngx_create_pool(NGX_HTTP_SESSION_BASE_POOL, save->log);
    if (base->pool == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_http_session_open(save->manager, reply->value, reply->flags,
                               base->pool, &base->record, moved, &err);

    if (rc == NGX_OK) {
        base->opened = 1;
        base->flags = reply->flags;
        base->life = reply->life;
    }

    return rc;
}


void
ngx_http_session_close_base(ngx_http_session_save_t *save)
{
    if (save->base.opened) {
        ngx_http_session_close_record(save->manager, &save->base.record);
        save->base.opened = 0;
    }

    if (save->base.pool != NULL) {
        ngx_destroy_pool(save->base.pool);
        save->base.pool = NULL;
    }
}


void
ngx_http_session_empty_base(ngx_http_session_save_t *save)
{
    ngx_http_session_close_base(save);
    ngx_http_session_record(&save->base.record, save->manager);
}


ngx_http_session_step_e
ngx_http_session_unopened(ngx_int_t rc)
{
    return ngx_http_session_end(rc == NGX_DECLINED
                                ? NGX_HTTP_SESSION_SAVE_CORRUPT
                                : NGX_HTTP_SESSION_SAVE_INTERNAL);
}


ngx_uint_t
ngx_http_session_is_given_away(ngx_http_session_save_t *save)
{
    ngx_str_t  text;

    /* if the subject cannot be read, it may have changed: do not write */

    return ngx_http_session_subject_text(save->manager, &save->base.record,
                                         save->pool, &text)
           == NGX_ERROR
           || !ngx_http_session_equal(&text, &save->was);
}
