/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What the directives of a location do to the session, with its response.
 */


#ifndef _NGX_HTTP_SESSION_ACTIONS_H_INCLUDED_
#define _NGX_HTTP_SESSION_ACTIONS_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Evaluates what the location's directives do to the session, into
 * ctx->changes, with the response whose header goes out now.  Its status
 * decides: with those that add_header applies to, all directives count, and
 * what "set" has written; with others those that say "always", and those that
 * end the session.  NGX_OK; NGX_DECLINED: session_csrf refuses what would be
 * told to be a success; or NGX_ERROR.
 */
ngx_int_t ngx_http_session_act(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);

/*
 * May one of the directives count with this response?  Drops what "set" has
 * written if that does not; ctx may be NULL.
 */
ngx_uint_t ngx_http_session_may_act(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx, ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ACTIONS_H_INCLUDED_ */
