/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * How long records live, and when a session is fresh.
 */


#ifndef _NGX_HTTP_SESSION_LIFE_H_INCLUDED_
#define _NGX_HTTP_SESSION_LIFE_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess_codec.h"
#include "nsess_token.h"


#pragma GCC visibility push(hidden)


/*
 * Lives from now on, in s: of a session's record; NULL: it is not known yet,
 * and the life stays if the record itself says how long it is.
 */
int64_t ngx_http_session_record_life(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, const nsess_token_t *token);

/* of the marker of an id that was replaced */
int64_t ngx_http_session_marker_life(ngx_http_session_manager_t *manager);

/* of a subject's record, which outlives each of its sessions */
int64_t ngx_http_session_subject_life(ngx_http_session_manager_t *manager);

/* s: no record of a session lives longer without being used */
int64_t ngx_http_session_longest_life(ngx_http_session_manager_t *manager);

/* does the cookie say that somebody has logged in? */
ngx_uint_t ngx_http_session_has_login(ngx_http_session_manager_t *manager,
    const nsess_token_t *token);

/* is the login of a loaded session as recent as the location wants it? */
ngx_uint_t ngx_http_session_is_fresh(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_LIFE_H_INCLUDED_ */
