/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Who the cookies of a request are good for.
 */


#ifndef _NGX_HTTP_SESSION_IDENTIFY_H_INCLUDED_
#define _NGX_HTTP_SESSION_IDENTIFY_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_profile.h"

#include "nsess.h"


#pragma GCC visibility push(hidden)


/*
 * Each session that a cookie of the request is good for, at most max, those
 * whose cookies were signed last first: NGX_OK, *n identities, which need
 * room for max + 1, are filled in; walk->has_cookie and walk->refused tell of
 * the others.  NGX_ERROR.
 */
ngx_int_t ngx_http_session_identify(ngx_http_session_walk_t *walk,
    ngx_http_request_t *r, ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t *identities, ngx_uint_t max, ngx_uint_t *n);

/* a cookie is no good; that one has expired is told before all else */
void ngx_http_session_refuse_cookie(ngx_http_session_walk_t *walk,
    nsess_error_e code);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_IDENTIFY_H_INCLUDED_ */
