/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which step of a save follows the one before.
 */


#ifndef _NGX_HTTP_SESSION_NEXT_H_INCLUDED_
#define _NGX_HTTP_SESSION_NEXT_H_INCLUDED_


#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"

#include "ngx_session_store.h"


#pragma GCC visibility push(hidden)


/*
 * The command, or the end, that follows the command at work.  reply: its own,
 * or NULL, if the store has not started it.
 */
ngx_http_session_step_e ngx_http_session_follows(ngx_http_session_save_t *save,
    ngx_session_outcome_e outcome, const ngx_session_reply_t *reply);

/* makes choices until the step is a command, or an end; reply: as above */
ngx_http_session_step_e ngx_http_session_resolve(ngx_http_session_save_t *save,
    ngx_http_session_step_e step, const ngx_session_reply_t *reply);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_NEXT_H_INCLUDED_ */
