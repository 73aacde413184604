/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A header that waits until the body was read for $session_csrf.
 */


#ifndef _NGX_HTTP_SESSION_GATHER_H_INCLUDED_
#define _NGX_HTTP_SESSION_GATHER_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* must the header wait for the filters that read the body? */
ngx_uint_t ngx_http_session_may_gather(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/*
 * Copies the next part of that body into ctx->page.body.  NGX_AGAIN: more may
 * come; NGX_OK: the header goes out now, followed by ctx->page.body; NGX_ERROR.
 */
ngx_int_t ngx_http_session_gather(ngx_http_session_ctx_t *ctx,
    ngx_chain_t *in);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_GATHER_H_INCLUDED_ */
