/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Directives that change the session when a response is sent.
 */


#ifndef _NGX_HTTP_SESSION_ACTIONS_H_INCLUDED_
#define _NGX_HTTP_SESSION_ACTIONS_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Evaluates the location's directives, into ctx->changes, for the response
 * whose header goes out now.  With the statuses of add_header all directives
 * count, and values that "set" has written; with other statuses only
 * directives with "always", and those that end the session.  NGX_OK;
 * NGX_DECLINED: session_csrf refuses the change, and the response reports
 * success; NGX_ERROR.
 */
ngx_int_t ngx_http_session_act(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/*
 * Can one of the directives count with this response?  Drops values that "set"
 * has written if they do not count.  ctx may be NULL.
 */
ngx_uint_t ngx_http_session_may_act(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ACTIONS_H_INCLUDED_ */
