/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The token that an upstream is given.
 */


#ifndef _NGX_HTTP_SESSION_ASSERTION_H_INCLUDED_
#define _NGX_HTTP_SESSION_ASSERTION_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * The token that the location gives to the upstream; NGX_DECLINED: none,
 * since there is no session, or its claims are too long.
 */
ngx_int_t ngx_http_session_assert(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *token);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ASSERTION_H_INCLUDED_ */
