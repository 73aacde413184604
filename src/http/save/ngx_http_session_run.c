/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The steps of a save as a table, and what drives them.
 *
 * MISSING says that a session was destroyed meanwhile: it stays destroyed.
 * Of every CONFLICT one other save succeeded.  A failure of the store ends a
 * save, but where the row says otherwise.
 */


#include "ngx_http_session_counters.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_life.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_subject.h"

#include "ngx_session_mc.h"
#include "nsess_buf.h"
#include "nsess_mc_proto.h"


/* a burst of parallel requests of one browser, each with a change */
#define NGX_HTTP_SESSION_TRIES  256

/* most records fit, and the longest list of a subject: they are made once */
#define NGX_HTTP_SESSION_SMALL  12288


/* which record */
typedef enum {
    NGX_HTTP_SESSION_KEY_AT = 0,
    NGX_HTTP_SESSION_KEY_OLD,
    NGX_HTTP_SESSION_KEY_FRESH,
    NGX_HTTP_SESSION_KEY_SUBJECT
} ngx_http_session_where_e;


/* how long it lives from now on */
typedef enum {
    NGX_HTTP_SESSION_LIFE_STAYS = 0,
    NGX_HTTP_SESSION_LIFE_RECORD,
    NGX_HTTP_SESSION_LIFE_MARKER,
    NGX_HTTP_SESSION_LIFE_SUBJECT
} ngx_http_session_life_e;


typedef struct {
    ngx_http_session_step_e     step;
    nsess_mc_command_e          verb;
    ngx_http_session_where_e    where;
    unsigned                    compares:1;     /* with its cas */
    unsigned                    turn:1;         /* one save after the other */
    ngx_http_session_life_e     life;
    ngx_http_session_make_pt    make;
    ngx_http_session_next_pt    read;

    /* what follows: _STEP_READ asks the function before */
    ngx_http_session_step_e     done;
    ngx_http_session_step_e     missing;
    ngx_http_session_step_e     exists;
    ngx_http_session_step_e     conflict;
    ngx_http_session_step_e     failed;
} ngx_http_session_row_t;


static ngx_int_t ngx_http_session_start(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row);
static ngx_int_t ngx_http_session_send(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_http_session_key_t *key,
    nsess_writer_t *w);
static const ngx_http_session_key_t *ngx_http_session_where(
    ngx_http_session_save_t *save, const ngx_http_session_row_t *row,
    ngx_http_session_key_t *subject);
static int64_t ngx_http_session_life(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row);
static void ngx_http_session_replied(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);
static ngx_http_session_step_e ngx_http_session_follows(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
static ngx_http_session_step_e ngx_http_session_again(
    ngx_http_session_save_t *save, ngx_http_session_step_e next);


/* of an outcome that the command does not have, or that helps no further */

#define NGX_HTTP_SESSION_STEP_FAIL                                            \
    (NGX_HTTP_SESSION_STEP_END + NGX_HTTP_SESSION_SAVE_STORE)
#define NGX_HTTP_SESSION_STEP_GONE                                            \
    (NGX_HTTP_SESSION_STEP_END + NGX_HTTP_SESSION_SAVE_GONE)
#define NGX_HTTP_SESSION_STEP_USED                                            \
    (NGX_HTTP_SESSION_STEP_END + NGX_HTTP_SESSION_SAVE_EXISTS)


static const ngx_http_session_row_t  ngx_http_session_steps[] = {

    { NGX_HTTP_SESSION_STEP_CREATE,
      NSESS_MC_ADD, NGX_HTTP_SESSION_KEY_FRESH, 0, 0,
      NGX_HTTP_SESSION_LIFE_RECORD,
      ngx_http_session_make_record, ngx_http_session_created,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_USED, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_UPDATE,
      NSESS_MC_SET, NGX_HTTP_SESSION_KEY_AT, 1, 0,
      NGX_HTTP_SESSION_LIFE_RECORD,
      ngx_http_session_make_record, ngx_http_session_updated,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_GONE,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_REREAD,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_REREAD,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_AT, 0, 1,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_reread,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_GONE,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_MOVE,
      NSESS_MC_ADD, NGX_HTTP_SESSION_KEY_FRESH, 0, 0,
      NGX_HTTP_SESSION_LIFE_RECORD,
      ngx_http_session_make_record, ngx_http_session_moved,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_USED, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_LEAVE,
      NSESS_MC_SET, NGX_HTTP_SESSION_KEY_OLD, 1, 0,
      NGX_HTTP_SESSION_LIFE_MARKER,
      ngx_http_session_make_marker, ngx_http_session_left,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_UNDO,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_LEAVE_READ,
      NGX_HTTP_SESSION_STEP_LEAVE_READ },

    { NGX_HTTP_SESSION_STEP_LEAVE_READ,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_OLD, 0, 1,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_leave_read,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_UNDO,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_MOVE_AGAIN,
      NSESS_MC_SET, NGX_HTTP_SESSION_KEY_FRESH, 1, 0,
      NGX_HTTP_SESSION_LIFE_RECORD,
      ngx_http_session_make_record, ngx_http_session_moved,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_UNDO,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_LEAVE_READ,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_WITHDRAW,
      NSESS_MC_DELETE, NGX_HTTP_SESSION_KEY_FRESH, 0, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_withdrawn,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_UNDO,
      NSESS_MC_DELETE, NGX_HTTP_SESSION_KEY_FRESH, 0, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_undone,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_CONFIRM_FRESH,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_FRESH, 0, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_confirm_fresh,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_GONE,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_OWN,
      NSESS_MC_ADD, NGX_HTTP_SESSION_KEY_FRESH, 0, 0,
      NGX_HTTP_SESSION_LIFE_RECORD,
      ngx_http_session_make_record, ngx_http_session_moved,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_USED, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_FOLLOW,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_AT, 0, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_followed,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_UNDO,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_LEAVE_SUBJECT,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_SUBJECT, 0, 0,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      NULL, ngx_http_session_leave_subject,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_UNDO,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_BIND_READ,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_SUBJECT, 0, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      NULL, ngx_http_session_bind_read,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_BIND_ADD,
      NSESS_MC_ADD, NGX_HTTP_SESSION_KEY_SUBJECT, 0, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      ngx_http_session_make_subject, ngx_http_session_bound,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_BIND_READ, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_BIND_WRITE,
      NSESS_MC_SET, NGX_HTTP_SESSION_KEY_SUBJECT, 1, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      ngx_http_session_make_subject, ngx_http_session_bound,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_BIND_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_BIND_READ,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_DROP_READ,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_SUBJECT, 0, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      NULL, ngx_http_session_drop_read,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_READ },

    { NGX_HTTP_SESSION_STEP_DROP_WRITE,
      NSESS_MC_SET, NGX_HTTP_SESSION_KEY_SUBJECT, 1, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      ngx_http_session_make_subject, ngx_http_session_dropped,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_DROP_READ,
      NGX_HTTP_SESSION_STEP_READ },

    { NGX_HTTP_SESSION_STEP_CONFIRM_SUBJECT,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_SUBJECT, 0, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_confirm_subject,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_READ },

    { NGX_HTTP_SESSION_STEP_CONFIRM_RECORD,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_OLD, 0, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_confirm_record,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_READ },

    { NGX_HTTP_SESSION_STEP_DESTROY,
      NSESS_MC_DELETE, NGX_HTTP_SESSION_KEY_AT, 1, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_destroyed,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_DESTROY_READ,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_DESTROY_READ,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_AT, 0, 0,
      NGX_HTTP_SESSION_LIFE_STAYS,
      NULL, ngx_http_session_destroy_read,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_REVOKE_READ,
      NSESS_MC_GET, NGX_HTTP_SESSION_KEY_SUBJECT, 0, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      NULL, ngx_http_session_revoke_read,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_REVOKE_ADD,
      NSESS_MC_ADD, NGX_HTTP_SESSION_KEY_SUBJECT, 0, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      ngx_http_session_make_subject, ngx_http_session_revoked,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_REVOKE_READ, NGX_HTTP_SESSION_STEP_FAIL,
      NGX_HTTP_SESSION_STEP_FAIL },

    { NGX_HTTP_SESSION_STEP_REVOKE_WRITE,
      NSESS_MC_SET, NGX_HTTP_SESSION_KEY_SUBJECT, 1, 1,
      NGX_HTTP_SESSION_LIFE_SUBJECT,
      ngx_http_session_make_subject, ngx_http_session_revoked,
      NGX_HTTP_SESSION_STEP_READ, NGX_HTTP_SESSION_STEP_REVOKE_READ,
      NGX_HTTP_SESSION_STEP_FAIL, NGX_HTTP_SESSION_STEP_REVOKE_READ,
      NGX_HTTP_SESSION_STEP_FAIL }
};


void
ngx_http_session_run(ngx_http_session_save_t *save,
    ngx_http_session_step_e step)
{
    ngx_int_t                      rc;
    const ngx_http_session_row_t  *row;

    while (step < NGX_HTTP_SESSION_STEP_END) {

        ngx_log_debug1(NGX_LOG_DEBUG_HTTP, save->log, 0,
                       "session: save, step %d", (int) step);

        row = &ngx_http_session_steps[step];
        save->step = step;

        rc = ngx_http_session_start(save, row);

        if (save->opened) {
            ngx_http_session_close_record(save->manager, &save->record);
            save->opened = 0;
        }

        if (rc == NGX_AGAIN) {
            return;
        }

        if (rc == NGX_ERROR) {
            break;
        }

        /* rc == NGX_DECLINED: by the store */

        step = row->failed == NGX_HTTP_SESSION_STEP_READ
               ? row->read(save, NULL) : row->failed;
    }

    ngx_http_session_finish(save, step < NGX_HTTP_SESSION_STEP_END
                                  ? save->result
                                  : (ngx_http_session_result_e)
                                        (step - NGX_HTTP_SESSION_STEP_END));
}


/* NGX_AGAIN: started, or it waits for its turn; NGX_DECLINED; NGX_ERROR */

static ngx_int_t
ngx_http_session_start(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row)
{
    u_char                        *buf;
    ngx_int_t                      rc;
    nsess_writer_t                 w;
    ngx_http_session_key_t         subject;
    const ngx_http_session_key_t  *key;
    u_char                         small[NGX_HTTP_SESSION_SMALL];

    key = ngx_http_session_where(save, row, &subject);

    if (row->turn && !ngx_http_session_take_turn(save, key)) {
        return NGX_AGAIN;
    }

    nsess_writer_init(&w, small, sizeof(small));

    if (row->make == NULL) {
        return ngx_http_session_send(save, row, key, &w);
    }

    rc = row->make(save, &w);

    if (rc == NGX_OK) {
        return ngx_http_session_send(save, row, key, &w);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    /* rc == NGX_AGAIN: it is a long one, how long? */

    nsess_writer_init(&w, NULL, save->manager->mc_conf.max_value);

    if (row->make(save, &w) != NGX_OK) {
        save->result = NGX_HTTP_SESSION_SAVE_SIZE;
        return NGX_ERROR;
    }

    buf = ngx_alloc(w.len, save->log);
    if (buf == NULL) {
        save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
        return NGX_ERROR;
    }

    nsess_writer_init(&w, buf, w.len);

    rc = row->make(save, &w) == NGX_OK
         ? ngx_http_session_send(save, row, key, &w) : NGX_ERROR;

    ngx_free(buf);

    return rc;
}


static ngx_int_t
ngx_http_session_send(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_http_session_key_t *key,
    nsess_writer_t *w)
{
    nsess_mc_request_t  req;

    ngx_memzero(&req, sizeof(nsess_mc_request_t));

    req.command = row->verb;
    req.key.data = key->data;
    req.key.len = key->len;
    req.value.data = w->start;
    req.value.len = w->len;
    req.cas = !row->compares ? 0
              : row->where == NGX_HTTP_SESSION_KEY_FRESH ? save->fresh_cas
                                                         : save->cas;
    req.exptime = ngx_http_session_life(save, row);

    if (row->life == NGX_HTTP_SESSION_LIFE_RECORD) {

        /* what was unwrapped is not wrapped again */

        req.flags = save->manager->profile->unwrap == NULL ? save->flags : 0;

        if (row->where == NGX_HTTP_SESSION_KEY_FRESH) {
            req.tell_cas = 1;
            req.flags &= ~NGX_HTTP_SESSION_BOUND;

            if (save->fresh.token.has_subject) {
                req.flags |= NGX_HTTP_SESSION_BOUND;
            }
        }
    }

    return ngx_session_mc_start(save->manager->mc, &req,
                                ngx_http_session_replied, save, &save->reason)
           != NULL ? NGX_AGAIN : NGX_DECLINED;
}


static const ngx_http_session_key_t *
ngx_http_session_where(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_http_session_key_t *subject)
{
    switch (row->where) {

    case NGX_HTTP_SESSION_KEY_AT:
        return &save->at;

    case NGX_HTTP_SESSION_KEY_OLD:
        return &save->old.key;

    case NGX_HTTP_SESSION_KEY_FRESH:
        return &save->fresh.key;

    default: /* NGX_HTTP_SESSION_KEY_SUBJECT */
        ngx_http_session_subject_key(save->manager, save->subject, subject);
        return subject;
    }
}


static int64_t
ngx_http_session_life(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row)
{
    switch (row->life) {

    case NGX_HTTP_SESSION_LIFE_STAYS:
        return -1;

    case NGX_HTTP_SESSION_LIFE_MARKER:
        return ngx_http_session_marker_exptime(save->manager);

    case NGX_HTTP_SESSION_LIFE_SUBJECT:
        return ngx_http_session_subject_exptime(save->manager);

    default: /* NGX_HTTP_SESSION_LIFE_RECORD */
        break;
    }

    if (row->where == NGX_HTTP_SESSION_KEY_FRESH) {
        return ngx_http_session_exptime(save->manager, &save->fresh.token);
    }

    if (save->untouched && save->ttl >= 0) {
        return nsess_mc_exptime(ngx_max(save->ttl, 1), ngx_time());
    }

    return ngx_http_session_exptime(save->manager, &save->old.token);
}


static void
ngx_http_session_replied(void *data, const nsess_mc_reply_t *reply,
    ngx_session_mc_reason_e reason)
{
    ngx_http_session_save_t *save = data;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session: save, step %d, reply %d", (int) save->step,
                   reply != NULL ? (int) reply->status : 0);

    save->reason = reason;

    ngx_http_session_run(save, ngx_http_session_follows(save, reply));
}


static ngx_http_session_step_e
ngx_http_session_follows(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply)
{
    ngx_http_session_step_e        next;
    const ngx_http_session_row_t  *row;

    row = &ngx_http_session_steps[save->step];

    switch (reply != NULL ? reply->status : NSESS_MC_UNKNOWN) {

    case NSESS_MC_VA:
    case NSESS_MC_HD:
        next = row->done;
        break;

    case NSESS_MC_EN:
    case NSESS_MC_NF:
        next = row->missing;
        break;

    case NSESS_MC_NS:
        next = ngx_http_session_again(save, row->exists);
        break;

    case NSESS_MC_EX:
        next = ngx_http_session_again(save, row->conflict);
        break;

    default:
        next = row->failed;

        if (reply != NULL) {
            reply = NULL;
            save->reason = NGX_SESSION_MC_PROTOCOL;
        }
    }

    return next == NGX_HTTP_SESSION_STEP_READ ? row->read(save, reply) : next;
}


/* others write the same record: a bounded number of times */

static ngx_http_session_step_e
ngx_http_session_again(ngx_http_session_save_t *save,
    ngx_http_session_step_e next)
{
    if (next >= NGX_HTTP_SESSION_STEP_END) {
        return next;
    }

    save->manager->stats->conflicts++;

    if (++save->tries > NGX_HTTP_SESSION_TRIES) {

        /* a new id is of no use to anybody then */

        return save->step == NGX_HTTP_SESSION_STEP_LEAVE
               ? ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CONFLICT)
               : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_CONFLICT);
    }

    save->manager->stats->retries++;

    return next;
}
