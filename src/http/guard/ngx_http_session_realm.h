/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_realm: WWW-Authenticate of a 401.
 */


#ifndef _NGX_HTTP_SESSION_REALM_H_INCLUDED_
#define _NGX_HTTP_SESSION_REALM_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* remembers that the location refuses the request; a 401 gets a challenge */
void ngx_http_session_challenge(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf, ngx_int_t status);

/* adds the challenge, if ctx has a realm, to a 401 that does not have one */
ngx_int_t ngx_http_session_add_challenge(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_REALM_H_INCLUDED_ */
