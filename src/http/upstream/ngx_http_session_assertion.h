/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_assertion: the token that the upstream gets.
 */


#ifndef _NGX_HTTP_SESSION_ASSERTION_H_INCLUDED_
#define _NGX_HTTP_SESSION_ASSERTION_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Makes the token that the location sends to the upstream; NGX_DECLINED: no
 * token, since the request has no session, or the claims are too long.
 */
ngx_int_t ngx_http_session_assert(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *token);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ASSERTION_H_INCLUDED_ */
