/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which sessions the cookies of a request name.
 */


#ifndef _NGX_HTTP_SESSION_IDENTIFY_H_INCLUDED_
#define _NGX_HTTP_SESSION_IDENTIFY_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identity.h"

#include "nsess.h"


/* of the cookies of one name, so many are looked at: the last ones */
#define NGX_HTTP_SESSION_VALUES_MAX  32


/*
 * A walk over the cookies of a request, from the last value to the first.  It
 * lives on the stack of the caller.
 */
typedef struct {
    ngx_http_session_manager_t   *manager;
    ngx_http_request_t           *request;
    nsess_error_e                 refused;      /* why a cookie was no good */
    ngx_uint_t                    has_cookie;   /* good or not */

    /* what begin() has found; zeros before */
    ngx_uint_t                    n;            /* of values that take() has
                                                   not looked at */
    ngx_uint_t                    marks;        /* the profile's own: a bit
                                                   for each value */
    nsess_str_t                   values[NGX_HTTP_SESSION_VALUES_MAX];
} ngx_http_session_walk_t;


#pragma GCC visibility push(hidden)


/*
 * Finds the sessions of the good cookies, each one once and at most max; the
 * cookie that was signed last comes first.  identities has room for max + 1;
 * the first one is where an identity may be put, the others are made in the
 * request's pool.  NGX_OK: there are *n, and the results of walk are set;
 * NGX_ERROR.
 */
ngx_int_t ngx_http_session_identify(ngx_http_session_walk_t *walk,
    ngx_http_request_t *r, ngx_http_session_manager_t *manager,
    ngx_http_session_identity_t **identities, ngx_uint_t max, ngx_uint_t *n);

/* keeps why a cookie is bad; NSESS_E_EXPIRED is kept before other reasons */
void ngx_http_session_refuse_cookie(ngx_http_session_walk_t *walk,
    nsess_error_e code);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_IDENTIFY_H_INCLUDED_ */
