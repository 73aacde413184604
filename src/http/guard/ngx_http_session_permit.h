/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_require: the check of its lines; and messages about requests that a
 * location refuses.
 */


#ifndef _NGX_HTTP_SESSION_PERMIT_H_INCLUDED_
#define _NGX_HTTP_SESSION_PERMIT_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_limits_conf.h"


#pragma GCC visibility push(hidden)


/* NGX_OK: all lines are met; or the status of the first line that fails */
ngx_int_t ngx_http_session_check_values(ngx_http_session_ctx_t *ctx,
    ngx_array_t *requirements);

/* by "session NAME require", or by session_fresh, which limits is of */
void ngx_http_session_log_absent(ngx_http_session_ctx_t *ctx);
void ngx_http_session_log_stale(ngx_http_session_ctx_t *ctx,
    ngx_http_session_limits_t *limits);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_PERMIT_H_INCLUDED_ */
