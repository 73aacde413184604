/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The driver of a save: starts the command of each step, in its turn, and
 * goes on with the step that the tables name for its outcome.
 */


#include "ngx_http_session_choices.h"
#include "ngx_http_session_command.h"
#include "ngx_http_session_counters.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_run.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_table.h"
#include "ngx_http_session_turns.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"
#include "nsess_buf.h"


/* a burst of parallel requests of one browser, each with a change */
#define NGX_HTTP_SESSION_TRIES  256

/* most records fit, and the longest list of a subject: they are made once */
#define NGX_HTTP_SESSION_SMALL  12288


/* by ngx_http_session_where_e: what is written there */
static const ngx_http_session_make_pt  ngx_http_session_makers[] = {
    ngx_http_session_make_record,
    ngx_http_session_make_marker,
    ngx_http_session_make_record,
    ngx_http_session_make_subject
};


static ngx_int_t ngx_http_session_start(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row);
static ngx_uint_t ngx_http_session_turn(ngx_http_session_save_t *save,
    const ngx_session_key_t *key);
static void ngx_http_session_turn_handler(ngx_event_t *ev);
static ngx_int_t ngx_http_session_write(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key);
static ngx_int_t ngx_http_session_send_command(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key,
    nsess_writer_t *w);
static void ngx_http_session_replied(void *data,
    const ngx_session_reply_t *reply);
static ngx_http_session_step_e ngx_http_session_follows(
    ngx_http_session_save_t *save, ngx_session_outcome_e outcome);
static ngx_http_session_step_e ngx_http_session_again(
    ngx_http_session_save_t *save, ngx_http_session_step_e next);
static ngx_http_session_step_e ngx_http_session_resolve(
    ngx_http_session_save_t *save, ngx_http_session_step_e step,
    const ngx_session_reply_t *reply);
#if (NGX_DEBUG)
static const char *ngx_http_session_step_name(ngx_http_session_save_t *save,
    ngx_http_session_step_e step);
#endif


#if (NGX_DEBUG)

static const char  *ngx_http_session_outcomes[] = {
    "DONE", "MISSING", "EXISTS", "CONFLICT", "FAILED"
};

#endif


void
ngx_http_session_run(ngx_http_session_save_t *save,
    ngx_http_session_step_e step)
{
    ngx_int_t  rc;

    for ( ;; ) {
        step = ngx_http_session_resolve(save, step, NULL);

        if (step >= NGX_HTTP_SESSION_STEP_END) {
            break;
        }

        save->step = step;

        rc = ngx_http_session_start(save, &ngx_http_session_rows[step]);

        ngx_http_session_close_base(save);

        if (rc == NGX_AGAIN) {
            return;
        }

        if (rc == NGX_ERROR) {
            step = NGX_HTTP_SESSION_STEP_AS_IS;
            break;
        }

        /* rc == NGX_DECLINED: by the store */

        step = ngx_http_session_follows(save, NGX_SESSION_FAILED);
    }

    ngx_http_session_close_base(save);

    ngx_http_session_finish(save, step == NGX_HTTP_SESSION_STEP_AS_IS
                                  ? save->result
                                  : (ngx_http_session_result_e)
                                        (step - NGX_HTTP_SESSION_STEP_END));
}


/* NGX_AGAIN: started, or it waits for its turn; NGX_DECLINED; NGX_ERROR */

static ngx_int_t
ngx_http_session_start(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row)
{
    nsess_writer_t            w;
    ngx_session_key_t         subject;
    const ngx_session_key_t  *key;

    key = ngx_http_session_command_key(save, row, &subject);

    if (row->verb == NGX_HTTP_SESSION_VERB_READ
        && !ngx_http_session_turn(save, key))
    {
        return NGX_AGAIN;
    }

    if (ngx_http_session_writes(row)) {
        return ngx_http_session_write(save, row, key);
    }

    nsess_writer_init(&w, NULL, 0);

    return ngx_http_session_send_command(save, row, key, &w);
}


static ngx_uint_t
ngx_http_session_turn(ngx_http_session_save_t *save,
    const ngx_session_key_t *key)
{
    save->turn.wake.handler = ngx_http_session_turn_handler;
    save->turn.wake.data = save;
    save->turn.wake.log = ngx_cycle->log;

    if (ngx_http_session_take_turn(&save->manager->turns, &save->turn, key)) {
        return 1;
    }

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session save: %s waits for its turn",
                   ngx_http_session_step_name(save, save->step));

    return 0;
}


static void
ngx_http_session_turn_handler(ngx_event_t *ev)
{
    ngx_http_session_save_t *save = ev->data;

    ngx_http_session_run(save, save->step);
}


static ngx_int_t
ngx_http_session_write(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key)
{
    u_char                    *buf;
    ngx_int_t                  rc;
    nsess_writer_t             w;
    ngx_http_session_make_pt   make;
    u_char                     small[NGX_HTTP_SESSION_SMALL];

    make = ngx_http_session_makers[row->where];

    nsess_writer_init(&w, small, sizeof(small));

    rc = make(save, &w);

    if (rc == NGX_OK) {
        return ngx_http_session_send_command(save, row, key, &w);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    /* rc == NGX_AGAIN: it is a long one, how long? */

    nsess_writer_init(&w, NULL, save->manager->max_value);

    if (make(save, &w) != NGX_OK) {
        save->result = NGX_HTTP_SESSION_SAVE_SIZE;
        return NGX_ERROR;
    }

    buf = ngx_alloc(w.len, save->log);
    if (buf == NULL) {
        save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
        return NGX_ERROR;
    }

    nsess_writer_init(&w, buf, w.len);

    rc = make(save, &w) == NGX_OK
         ? ngx_http_session_send_command(save, row, key, &w) : NGX_ERROR;

    ngx_free(buf);

    return rc;
}


static ngx_int_t
ngx_http_session_send_command(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key,
    nsess_writer_t *w)
{
    ngx_session_request_t  req;

    ngx_http_session_command(save, row, key, &req);

    if (ngx_http_session_command_value(save, row, w, &req) != NGX_OK) {
        save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
        return NGX_ERROR;
    }

    return ngx_session_start(save->manager->store, &req,
                             ngx_http_session_replied, save, &save->reason)
           != NULL ? NGX_AGAIN : NGX_DECLINED;
}


static void
ngx_http_session_replied(void *data, const ngx_session_reply_t *reply)
{
    ngx_http_session_save_t *save = data;

    ngx_http_session_step_e  step;

    save->reason = reply->reason;

    step = ngx_http_session_follows(save, reply->outcome);
    step = ngx_http_session_resolve(save, step, reply);

    ngx_http_session_run(save, step);
}


static ngx_http_session_step_e
ngx_http_session_follows(ngx_http_session_save_t *save,
    ngx_session_outcome_e outcome)
{
    ngx_http_session_step_e  next;

    next = ngx_http_session_rows[save->step].next[outcome];

    if (next == NGX_HTTP_SESSION_STEP_NEVER) {
        (void) ngx_session_log(&save->manager->broken, NGX_LOG_ALERT,
                               save->log, 0, "step %d of a save had outcome %d",
                               (int) save->step, (int) outcome);

        save->reason = NGX_SESSION_REASON_PROTOCOL;
        next = NGX_HTTP_SESSION_STEP_FAIL;
    }

    if (outcome == NGX_SESSION_EXISTS || outcome == NGX_SESSION_CONFLICT) {
        next = ngx_http_session_again(save, next);
    }

    /* whether it was carried out is asked once: reads may go on to succeed */

    if (outcome == NGX_SESSION_FAILED
        && save->step == NGX_HTTP_SESSION_STEP_LEAVE && save->failed++ != 0)
    {
        next = NGX_HTTP_SESSION_STEP_FAIL;
    }

    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session save: %s %s -> %s",
                   ngx_http_session_step_name(save, save->step),
                   ngx_http_session_outcomes[outcome],
                   ngx_http_session_step_name(save, next));

    return next;
}


/* others write the same record: the save tries so often at most */

static ngx_http_session_step_e
ngx_http_session_again(ngx_http_session_save_t *save,
    ngx_http_session_step_e next)
{
    if (next >= NGX_HTTP_SESSION_STEP_END) {
        return next;
    }

    save->manager->stats->conflicts++;

    if (++save->tries > NGX_HTTP_SESSION_TRIES) {

        /* nobody is sent the new id then */

        return save->step == NGX_HTTP_SESSION_STEP_LEAVE
               ? ngx_http_session_undo(save, NGX_HTTP_SESSION_SAVE_CONFLICT)
               : ngx_http_session_end(NGX_HTTP_SESSION_SAVE_CONFLICT);
    }

    save->manager->stats->retries++;

    return next;
}


/* makes choices until the step is a command, or an end */

static ngx_http_session_step_e
ngx_http_session_resolve(ngx_http_session_save_t *save,
    ngx_http_session_step_e step, const ngx_session_reply_t *reply)
{
    ngx_uint_t               n;
    ngx_http_session_step_e  next;

    while (step >= NGX_HTTP_SESSION_STEP_COMMANDS
           && step < NGX_HTTP_SESSION_STEP_END)
    {
        n = step - NGX_HTTP_SESSION_STEP_COMMANDS;

        next = ngx_http_session_choices[n].choose(save, reply);

        ngx_log_debug2(NGX_LOG_DEBUG_HTTP, save->log, 0,
                       "session save: %s -> %s",
                       ngx_http_session_step_name(save, step),
                       ngx_http_session_step_name(save, next));

        step = next;
    }

    return step;
}


#if (NGX_DEBUG)

static const char *
ngx_http_session_step_name(ngx_http_session_save_t *save,
    ngx_http_session_step_e step)
{
    if (step < NGX_HTTP_SESSION_STEP_COMMANDS) {
        return ngx_http_session_rows[step].name;
    }

    if (step < NGX_HTTP_SESSION_STEP_END) {
        return ngx_http_session_choices[step - NGX_HTTP_SESSION_STEP_COMMANDS]
                   .name;
    }

    return ngx_http_session_result(step == NGX_HTTP_SESSION_STEP_AS_IS
                                   ? save->result
                                   : (ngx_http_session_result_e)
                                         (step - NGX_HTTP_SESSION_STEP_END));
}

#endif
