/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The step of a save that follows: from the tables, or by a choice.
 */


#include "ngx_http_session_counters.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_next.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_run.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_table.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"


/* a burst of parallel requests of one browser, each with a change */
#define NGX_HTTP_SESSION_TRIES  256


static ngx_uint_t ngx_http_session_goes_on(ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_repeat(
    ngx_http_session_save_t *save);
static ngx_http_session_step_e ngx_http_session_again(
    ngx_http_session_save_t *save, ngx_http_session_step_e next);


ngx_http_session_step_e
ngx_http_session_follows(ngx_http_session_save_t *save,
    ngx_session_outcome_e outcome, const ngx_session_reply_t *reply)
{
    ngx_http_session_step_e  next;

    if (outcome == NGX_SESSION_FAILED && ngx_http_session_goes_on(save)) {
        next = ngx_http_session_repeat(save);
        return ngx_http_session_resolve(save, next, reply);
    }

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

    return ngx_http_session_resolve(save, next, reply);
}


/*
 * Nobody waits any longer, and what ends sessions, or takes back what nobody
 * knows of, is to be done all the same.
 */

static ngx_uint_t
ngx_http_session_goes_on(ngx_http_session_save_t *save)
{
    if (save->handler == NULL
        || save->reason != NGX_SESSION_REASON_TIMEOUT
        || ngx_http_session_rows[save->step].next[NGX_SESSION_FAILED]
           == NGX_HTTP_SESSION_STEP_DROPPED)
    {
        return 0;
    }

    return save->goal == NGX_HTTP_SESSION_GOAL_DESTROY
           || save->goal == NGX_HTTP_SESSION_GOAL_REVOKE
           || save->step == NGX_HTTP_SESSION_STEP_WITHDRAW
           || save->step == NGX_HTTP_SESSION_STEP_UNDO;
}


/* without the request, as if another one had written the record meanwhile */

static ngx_http_session_step_e
ngx_http_session_repeat(ngx_http_session_save_t *save)
{
    const ngx_http_session_row_t  *row;

    row = &ngx_http_session_rows[save->step];

    ngx_http_session_go_alone(save, save->step == NGX_HTTP_SESSION_STEP_UNDO
                                    ? save->result
                                    : NGX_HTTP_SESSION_SAVE_STORE);

    if (row->next[NGX_SESSION_CONFLICT] != NGX_HTTP_SESSION_STEP_NEVER) {
        return row->next[NGX_SESSION_CONFLICT];
    }

    return row->next[NGX_SESSION_EXISTS] != NGX_HTTP_SESSION_STEP_NEVER
           ? row->next[NGX_SESSION_EXISTS] : save->step;
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


ngx_http_session_step_e
ngx_http_session_resolve(ngx_http_session_save_t *save,
    ngx_http_session_step_e step, const ngx_session_reply_t *reply)
{
    ngx_uint_t  n;

    while (step >= NGX_HTTP_SESSION_STEP_COMMANDS
           && step < NGX_HTTP_SESSION_STEP_END)
    {
        n = step - NGX_HTTP_SESSION_STEP_COMMANDS;

        step = ngx_http_session_choices[n].choose(save, reply);
    }

    return step;
}
