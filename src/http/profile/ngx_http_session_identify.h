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

#include "nsess.h"


/* cookies of a name that are looked at: the last ones of a request */
#define NGX_HTTP_SESSION_VALUES_MAX  32


/*
 * A walk over the cookies of a request, good ones and bad ones.  A profile
 * keeps there what it has still to look at; nothing of it outlives the walk.
 */
typedef struct {
    ngx_http_session_manager_t   *manager;
    ngx_http_request_t           *request;
    nsess_error_e                 refused;      /* why a cookie was no good */
    ngx_uint_t                    has_cookie;   /* good or not */
    ngx_uint_t                    n;            /* the profile's own */
    ngx_uint_t                    marks;        /* the same: bits of values */
    nsess_str_t                   values[NGX_HTTP_SESSION_VALUES_MAX];
} ngx_http_session_walk_t;

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
