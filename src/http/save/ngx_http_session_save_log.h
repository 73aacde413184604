/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a log of debug level tells of a save: a line for what is wanted, and
 * one for each command of the store.
 */


#ifndef _NGX_HTTP_SESSION_SAVE_LOG_H_INCLUDED_
#define _NGX_HTTP_SESSION_SAVE_LOG_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"

#include "ngx_session_store.h"


#pragma GCC visibility push(hidden)


#if (NGX_DEBUG)

#define ngx_http_session_log_plan(save, ctx, step)                            \
    if ((save)->log->log_level & NGX_LOG_DEBUG_HTTP)                          \
        ngx_http_session_tell_plan(save, ctx, step)

#define ngx_http_session_log_step(save, outcome, next)                        \
    if ((save)->log->log_level & NGX_LOG_DEBUG_HTTP)                          \
        ngx_http_session_tell_step(save, outcome, next)

/* the changes of ctx, and where the save begins: a command, or its end */
void ngx_http_session_tell_plan(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_http_session_step_e step);

/* the outcome of the command at work, and the step that follows */
void ngx_http_session_tell_step(ngx_http_session_save_t *save,
    ngx_session_outcome_e outcome, ngx_http_session_step_e next);

/* the save waits, for another one that writes the same record */
void ngx_http_session_log_turn(ngx_http_session_save_t *save);

#else

#define ngx_http_session_log_plan(save, ctx, step)
#define ngx_http_session_log_step(save, outcome, next)
#define ngx_http_session_log_turn(save)

#endif


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SAVE_LOG_H_INCLUDED_ */
