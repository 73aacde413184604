/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a log of debug level tells of a save.  Names of keys are in it, but no
 * values, and of ids no more than what $session_meta_id_hash begins with.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_log.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_table.h"

#include "ngx_session_store.h"
#include "nsess_change.h"


#if (NGX_DEBUG)


/* of a line: the rest of what is wanted is left out */
#define NGX_HTTP_SESSION_WANTED_LEN  256


static u_char *ngx_http_session_log_changes(u_char *p, u_char *last,
    const nsess_change_t *change);
static u_char *ngx_http_session_log_key(u_char *p, u_char *last,
    nsess_str_t key);
static const char *ngx_http_session_step_name(ngx_http_session_save_t *save,
    ngx_http_session_step_e step);


static const char  *ngx_http_session_goals[] = {
    "CHANGE", "JOIN", "RENEW", "RESIGN", "CREATE", "MOVE", "OWN", "DESTROY",
    "REVOKE"
};


static const char  *ngx_http_session_outcomes[] = {
    "DONE", "MISSING", "EXISTS", "CONFLICT", "FAILED"
};


/* by nsess_change_e */

static const char  *ngx_http_session_ops[] = {
    "", "set", "unset", "clear", "set", "incr"
};


/* by ngx_http_session_verb_e */

static const char  *ngx_http_session_done[] = {
    "read", "read", "read", "added", "written", "deleted", "deleted"
};


/* by ngx_http_session_where_e */

static const char  *ngx_http_session_records[] = {
    "the record", "the record of the old id", "the record of the new id",
    "the list of the subject"
};


void
ngx_http_session_tell_plan(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_http_session_step_e step)
{
    u_char                      *p, *last;
    u_char                       wanted[NGX_HTTP_SESSION_WANTED_LEN];
    ngx_http_session_changes_t  *changes;

    changes = &ctx->changes;
    last = wanted + NGX_HTTP_SESSION_WANTED_LEN;

    p = ngx_http_session_log_changes(wanted, last, changes->first);

    p = ngx_slprintf(p, last, "%s%s%s%s%s%s%s",
                     changes->destroy ? ", destroy" : "",
                     changes->revoke ? ", revoke all" : "",
                     changes->regenerate ? ", regenerate" : "",
                     changes->login ? " login" : "",
                     changes->clear_data ? " clear" : "",
                     changes->begun ? ", begin" : "",
                     save->rebind ? ", list for the subject" : "");

    if (p == wanted) {
        p = ngx_slprintf(p, last, ", sign the cookie again");
    }

    ngx_log_debug5(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session save: %s of \"%V\"%*s -> %s",
                   ngx_http_session_goals[save->goal], &save->manager->name,
                   (size_t) (p - wanted), wanted,
                   ngx_http_session_step_name(save, step));
}


static u_char *
ngx_http_session_log_changes(u_char *p, u_char *last,
    const nsess_change_t *change)
{
    for ( /* void */ ; change != NULL; change = change->next) {
        p = ngx_slprintf(p, last, ", %s", ngx_http_session_ops[change->op]);

        if (change->op != NSESS_CHANGE_CLEAR) {
            p = ngx_http_session_log_key(p, last, change->key);
        }
    }

    return p;
}


/* an upstream may have named it: it does not break the line */

static u_char *
ngx_http_session_log_key(u_char *p, u_char *last, nsess_str_t key)
{
    u_char  *begin;

    begin = p;
    p = ngx_slprintf(p, last, " \"%*s\"", key.len, key.data);

    for ( /* void */ ; begin < p; begin++) {
        if (*begin < 0x20 || *begin == 0x7f) {
            *begin = '.';
        }
    }

    return p;
}


void
ngx_http_session_tell_step(ngx_http_session_save_t *save,
    ngx_session_outcome_e outcome, ngx_http_session_step_e next)
{
    u_char                        *p, *last;
    u_char                         what[NGX_HTTP_SESSION_WANTED_LEN];
    const char                    *done;
    const ngx_http_session_row_t  *row;

    row = &ngx_http_session_rows[save->step];
    done = ngx_http_session_done[row->verb];
    last = what + NGX_HTTP_SESSION_WANTED_LEN;

    p = ngx_slprintf(what, last, "%s", ngx_http_session_records[row->where]);

    if (row->where != NGX_HTTP_SESSION_KEY_SUBJECT) {
        p = ngx_slprintf(p, last, " \"%*s\"",
                         (size_t) NGX_HTTP_SESSION_HASH_LEN,
                         row->where == NGX_HTTP_SESSION_KEY_NEW
                         ? save->fresh.name : save->old.name);
    }

    switch (outcome) {

    case NGX_SESSION_DONE:
        p = ngx_slprintf(p, last, " was %s", done);
        break;

    case NGX_SESSION_MISSING:
        p = ngx_slprintf(p, last, " is not there");
        break;

    case NGX_SESSION_EXISTS:
        p = ngx_slprintf(p, last, " was there already");
        break;

    case NGX_SESSION_CONFLICT:
        p = ngx_slprintf(p, last, " was changed by another request");
        break;

    default: /* NGX_SESSION_FAILED */
        p = ngx_slprintf(p, last, " was not %s: %s", done,
                         ngx_session_reason(save->manager->store,
                                            save->reason));
    }

    ngx_log_debug5(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session save: %*s (%s %s -> %s)",
                   (size_t) (p - what), what, row->name,
                   ngx_http_session_outcomes[outcome],
                   ngx_http_session_step_name(save, next));
}


void
ngx_http_session_log_turn(ngx_http_session_save_t *save)
{
    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, save->log, 0,
                   "session save: another one writes the record, so %s waits "
                   "for its turn",
                   ngx_http_session_step_name(save, save->step));
}


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
