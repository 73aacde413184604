/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The command of a step: of which record, over which version, with which life.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_command.h"
#include "ngx_http_session_ids.h"
#include "ngx_http_session_life.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"
#include "ngx_http_session_table.h"

#include "ngx_session_store.h"
#include "nsess_buf.h"


static void ngx_http_session_command_flags(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_session_request_t *req);
static ngx_session_version_t ngx_http_session_version(
    ngx_http_session_save_t *save, ngx_http_session_where_e where);
static int64_t ngx_http_session_life(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row);
static int64_t ngx_http_session_command_ends(ngx_http_session_save_t *save);


/* by ngx_http_session_verb_e */
static const struct {
    ngx_session_verb_e  verb;
    unsigned            compares:1;     /* with the version that was read */
    unsigned            touches:1;      /* the record of a subject */
} ngx_http_session_verbs[] = {
    { NGX_SESSION_GET,    0, 0 },
    { NGX_SESSION_GET,    0, 1 },
    { NGX_SESSION_GET,    0, 1 },
    { NGX_SESSION_ADD,    0, 0 },
    { NGX_SESSION_SET,    1, 0 },
    { NGX_SESSION_DELETE, 0, 0 },
    { NGX_SESSION_DELETE, 1, 0 }
};


const ngx_session_key_t *
ngx_http_session_command_key(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_session_key_t *subject)
{
    switch (row->where) {

    case NGX_HTTP_SESSION_KEY_LAST:
        return ngx_http_session_last_id(&save->ids);

    case NGX_HTTP_SESSION_KEY_OLD:
        return &save->old.key;

    case NGX_HTTP_SESSION_KEY_NEW:
        return &save->fresh.key;

    default: /* NGX_HTTP_SESSION_KEY_SUBJECT */
        ngx_http_session_subject_key(save->manager, save->subject, subject);
        return subject;
    }
}


ngx_msec_t
ngx_http_session_command_limit(const ngx_http_session_save_t *save)
{
    return save->handler != NULL ? save->limit
                                 : ngx_current_msec + save->manager->patience;
}


void
ngx_http_session_command(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key,
    ngx_session_request_t *req)
{
    ngx_memzero(req, sizeof(ngx_session_request_t));

    req->verb = ngx_http_session_verbs[row->verb].verb;
    req->key = key;
    req->certain = 1;
    req->max = save->manager->max_value;
    req->version = ngx_http_session_verbs[row->verb].compares
                  ? ngx_http_session_version(save, row->where)
                  : NGX_SESSION_NO_VERSION;
    req->life = ngx_http_session_life(save, row);
    req->limit = ngx_http_session_command_limit(save);
    req->ends = ngx_http_session_command_ends(save);

    if (ngx_http_session_writes(row)) {
        ngx_http_session_command_flags(save, row, req);
    }
}


ngx_int_t
ngx_http_session_command_value(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const nsess_writer_t *w,
    ngx_session_request_t *req)
{
    ngx_http_session_manager_t  *manager;

    manager = save->manager;

    req->value.data = w->start;
    req->value.len = w->len;

    if (manager->profile->wrap == NULL || !ngx_http_session_writes(row)
        || row->where == NGX_HTTP_SESSION_KEY_SUBJECT)
    {
        return NGX_OK;
    }

    return manager->profile->wrap(manager, save->pool, &req->value,
                                  &req->flags);
}


static void
ngx_http_session_command_flags(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_session_request_t *req)
{
    if (row->where == NGX_HTTP_SESSION_KEY_OLD
        || row->where == NGX_HTTP_SESSION_KEY_SUBJECT)
    {
        return;
    }

    req->flags = save->base.flags;

    if (row->where == NGX_HTTP_SESSION_KEY_NEW) {
        req->tell_version = 1;
        req->flags &= ~NGX_HTTP_SESSION_BOUND;

        if (save->fresh.token.has_subject) {
            req->flags |= NGX_HTTP_SESSION_BOUND;
        }
    }
}


static ngx_session_version_t
ngx_http_session_version(ngx_http_session_save_t *save,
    ngx_http_session_where_e where)
{
    switch (where) {

    case NGX_HTTP_SESSION_KEY_NEW:
        return save->fresh_version;

    case NGX_HTTP_SESSION_KEY_SUBJECT:
        return save->subject_version;

    default: /* NGX_HTTP_SESSION_KEY_LAST, NGX_HTTP_SESSION_KEY_OLD */
        return save->base.version;
    }
}


/* from now on */

static int64_t
ngx_http_session_life(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row)
{
    if (row->where == NGX_HTTP_SESSION_KEY_SUBJECT) {
        return ngx_http_session_writes(row)
               || ngx_http_session_verbs[row->verb].touches
               ? ngx_http_session_subject_life(save->manager)
               : NGX_SESSION_LIFE_STAYS;
    }

    if (!ngx_http_session_writes(row)) {
        return NGX_SESSION_LIFE_STAYS;
    }

    switch (row->where) {

    case NGX_HTTP_SESSION_KEY_OLD:
        return ngx_http_session_marker_life(save->manager);

    case NGX_HTTP_SESSION_KEY_NEW:
        return ngx_http_session_record_life(save->manager, &save->base.record,
                                            &save->fresh.token);

    default: /* NGX_HTTP_SESSION_KEY_LAST */
        break;
    }

    if (save->base.untouched && save->base.life >= 0) {
        return ngx_max(save->base.life, 1);
    }

    return ngx_http_session_record_life(save->manager, &save->base.record,
                                        &save->old.token);
}


/* what the step is to end: how long it may live */

static int64_t
ngx_http_session_command_ends(ngx_http_session_save_t *save)
{
    switch (save->step) {

    case NGX_HTTP_SESSION_STEP_DESTROY:
    case NGX_HTTP_SESSION_STEP_DESTROY_READ:
        return ngx_http_session_longest_life(save->manager);

    case NGX_HTTP_SESSION_STEP_REVOKE_READ:
    case NGX_HTTP_SESSION_STEP_REVOKE_ADD:
    case NGX_HTTP_SESSION_STEP_REVOKE_WRITE:
        return ngx_http_session_subject_life(save->manager);

    default:
        return 0;
    }
}
