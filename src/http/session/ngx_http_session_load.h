/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Loading the session of a request.
 */


#ifndef _NGX_HTTP_SESSION_LOAD_H_INCLUDED_
#define _NGX_HTTP_SESSION_LOAD_H_INCLUDED_


#include "ngx_http_session.h"


/* commands that one load may send: rules of a session's life, 13 */
#define NGX_HTTP_SESSION_LOAD_COMMANDS  8


typedef void (*ngx_http_session_resume_pt)(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility push(hidden)


/*
 * Checks the cookies and fetches the record.  NGX_OK: ctx->load.status is
 * known; NGX_AGAIN: resume will be called; NGX_ERROR.
 */
ngx_int_t ngx_http_session_load(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_http_session_resume_pt resume);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_LOAD_H_INCLUDED_ */
