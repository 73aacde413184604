/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The driver of a save: starts the command of each step, in its turn, and
 * goes on with the step that the tables name for its outcome.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_command.h"
#include "ngx_http_session_group.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_next.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_run.h"
#include "ngx_http_session_save_log.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_table.h"
#include "ngx_http_session_turns.h"

#include "ngx_session_store.h"


static ngx_int_t ngx_http_session_start(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row);
static ngx_uint_t ngx_http_session_turn(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key);
static void ngx_http_session_turn_limit(ngx_http_session_save_t *save,
    ngx_msec_t limit);
static void ngx_http_session_turn_handler(ngx_event_t *ev);
static void ngx_http_session_turn_over(ngx_http_session_save_t *save);
static ngx_int_t ngx_http_session_write(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_session_request_t *req);
static ngx_int_t ngx_http_session_send_command(ngx_http_session_save_t *save,
    const ngx_session_request_t *req);
static void ngx_http_session_replied(void *data,
    const ngx_session_reply_t *reply);
static ngx_http_session_step_e ngx_http_session_declined(
    ngx_http_session_save_t *save);
static void ngx_http_session_share(ngx_queue_t *group,
    const ngx_session_reply_t *reply);


void
ngx_http_session_run(ngx_http_session_save_t *save,
    ngx_http_session_step_e step)
{
    ngx_int_t  rc;

    while (step < NGX_HTTP_SESSION_STEP_END) {
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

        step = ngx_http_session_declined(save);
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
    ngx_session_key_t         subject;
    ngx_session_request_t     req;
    const ngx_session_key_t  *key;

    key = ngx_http_session_command_key(save, row, &subject);

    if (ngx_http_session_takes_turns(row)
        && !ngx_http_session_turn(save, row, key))
    {
        return NGX_AGAIN;
    }

    ngx_http_session_command(save, row, key, &req);

    return ngx_http_session_writes(row)
           ? ngx_http_session_write(save, row, &req)
           : ngx_http_session_send_command(save, &req);
}


static ngx_uint_t
ngx_http_session_turn(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key)
{
    if (ngx_http_session_take_turn(save->manager->turns, &save->turn, key)) {
        return 1;
    }

    /* another one writes the record: its version will not be the same then */

    if (row->verb != NGX_HTTP_SESSION_VERB_READ) {
        save->step = row->next[NGX_SESSION_CONFLICT];
    }

    ngx_http_session_log_turn(save);
    ngx_http_session_turn_limit(save, ngx_http_session_command_limit(save));

    return 0;
}


/* until when the save waits: for its turn, or for what it writes for others */

static void
ngx_http_session_turn_limit(ngx_http_session_save_t *save, ngx_msec_t limit)
{
    ngx_event_t     *wake;
    ngx_msec_int_t   left;

    wake = &save->turn.wake;

    ngx_memzero(wake, sizeof(ngx_event_t));

    wake->handler = ngx_http_session_turn_handler;
    wake->data = save;
    wake->log = ngx_cycle->log;

    if (save->handler == NULL) {
        return;
    }

    left = limit - ngx_current_msec;

    ngx_add_timer(wake, (ngx_msec_t) ngx_max(left, 0));
}


static void
ngx_http_session_turn_handler(ngx_event_t *ev)
{
    ngx_http_session_save_t *save = ev->data;

    if (ev->timedout) {
        ev->timedout = 0;
        ngx_http_session_turn_over(save);
        return;
    }

    ngx_http_session_run(save, save->step);
}


/* the save's time is over while another one writes the record, or writes it */

static void
ngx_http_session_turn_over(ngx_http_session_save_t *save)
{
    if (save->handler == NULL) {
        return;
    }

    save->reason = NGX_SESSION_REASON_TIMEOUT;

    if (save->turn.first) {

        /* those that were taken along may wait for longer */

        ngx_http_session_go_alone(save, NGX_HTTP_SESSION_SAVE_STORE);
        return;
    }

    ngx_queue_remove(&save->turn.queue);

    ngx_http_session_run(save, ngx_http_session_declined(save));
}


static ngx_int_t
ngx_http_session_write(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_session_request_t *req)
{
    ngx_int_t   rc;
    ngx_msec_t  limit;

    limit = req->limit;

    rc = ngx_http_session_make_value(save, row, req);

    if (rc == NGX_OK) {

        if (ngx_http_session_takes_turns(row)
            && !ngx_queue_empty(&save->turn.waiting))
        {
            ngx_http_session_take_along(save, req);
        }

        rc = ngx_http_session_send_command(save, req);
    }

    ngx_http_session_drop_values();

    if (rc == NGX_AGAIN && req->limit != limit) {
        ngx_http_session_turn_limit(save, limit);
    }

    return rc;
}


static ngx_int_t
ngx_http_session_send_command(ngx_http_session_save_t *save,
    const ngx_session_request_t *req)
{
    return ngx_session_start(save->manager->store, req,
                             ngx_http_session_replied, save, &save->reason)
           != NULL ? NGX_AGAIN : NGX_DECLINED;
}


static void
ngx_http_session_replied(void *data, const ngx_session_reply_t *reply)
{
    ngx_http_session_save_t *save = data;

    ngx_queue_t              group;
    ngx_http_session_step_e  step;

    if (save->turn.wake.timer_set) {
        ngx_del_timer(&save->turn.wake);
    }

    if (reply->outcome == NGX_SESSION_FAILED) {
        save->reason = reply->reason;
    }

    ngx_http_session_share_out(save, reply->outcome, &group);

    step = ngx_http_session_follows(save, reply->outcome, reply);

    ngx_http_session_log_step(save, reply->outcome, step);

    ngx_http_session_run(save, step);

    ngx_http_session_share(&group, reply);
}


/* the store has not started the command */

static ngx_http_session_step_e
ngx_http_session_declined(ngx_http_session_save_t *save)
{
    ngx_queue_t              group;
    ngx_session_reply_t      reply;
    ngx_http_session_step_e  step;

    ngx_memzero(&reply, sizeof(ngx_session_reply_t));

    reply.outcome = NGX_SESSION_FAILED;
    reply.reason = save->reason;

    ngx_http_session_share_out(save, reply.outcome, &group);
    ngx_http_session_share(&group, &reply);

    step = ngx_http_session_follows(save, reply.outcome, NULL);

    ngx_http_session_log_step(save, reply.outcome, step);

    return step;
}


/* those that were taken along have the same outcome */

static void
ngx_http_session_share(ngx_queue_t *group, const ngx_session_reply_t *reply)
{
    ngx_queue_t              *q;
    ngx_http_session_save_t  *save;

    while (!ngx_queue_empty(group)) {
        q = ngx_queue_head(group);
        ngx_queue_remove(q);

        save = ngx_queue_data(q, ngx_http_session_save_t, turn.queue);
        ngx_http_session_replied(save, reply);
    }
}
