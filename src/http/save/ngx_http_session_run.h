/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The driver of a save: carries out its steps and ends it.
 */


#ifndef _NGX_HTTP_SESSION_RUN_H_INCLUDED_
#define _NGX_HTTP_SESSION_RUN_H_INCLUDED_


#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"


#pragma GCC visibility push(hidden)


/* goes on with a command, or an end; the save may be gone after it */
void ngx_http_session_run(ngx_http_session_save_t *save,
    ngx_http_session_step_e step);

/* ngx_http_session_finish.c: calls the handler, if any, and frees the save */
void ngx_http_session_finish(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);

/* the same file: the handler is called, if any, and the save goes on */
void ngx_http_session_go_alone(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_RUN_H_INCLUDED_ */
