/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a profile is: how sessions are known, and the format of their records.
 */


#ifndef _NGX_HTTP_SESSION_PROFILE_H_INCLUDED_
#define _NGX_HTTP_SESSION_PROFILE_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identity.h"

#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_moved.h"


/* how sessions are known: cookies, ids, the format of records */
typedef struct {
    ngx_str_t                     name;
    const nsess_codec_t          *codec;
    ngx_uint_t                    resend;       /* cookies go with each save */
    nsess_moved_form_e            marker;       /* of ids that were replaced */

    /* at the end of a manager's block: defaults and checks */
    char                       *(*init)(ngx_conf_t *cf,
                                    ngx_http_session_manager_t *manager);

    /*
     * The good cookies of the request, at most max, those that were signed
     * last first: NGX_OK, and *n identities are filled in; *refused says why
     * another one was no good; NGX_ERROR.
     */
    ngx_int_t                   (*identify)(ngx_http_session_ctx_t *ctx,
                                    ngx_http_session_identity_t *identities,
                                    ngx_uint_t max, ngx_uint_t *n,
                                    nsess_error_e *refused);

    /* a new id: token.id, name and key */
    ngx_int_t                   (*renew)(ngx_http_session_manager_t *manager,
                                    ngx_http_session_identity_t *identity);

    /*
     * The record within a value of those client flags: NGX_OK; NGX_DECLINED:
     * *err says why there is none; NGX_ERROR.  NULL: the value itself.
     */
    ngx_int_t                   (*unwrap)(ngx_http_session_manager_t *manager,
                                    uint32_t flags, ngx_pool_t *pool,
                                    nsess_str_t *value, nsess_err_t *err);

    /* the response sets the cookies, signed now, or makes them go */
    ngx_int_t                   (*send)(ngx_http_session_ctx_t *ctx);
    ngx_int_t                   (*expire)(ngx_http_session_ctx_t *ctx);
} ngx_http_session_profile_t;


#pragma GCC visibility push(hidden)


extern const ngx_http_session_profile_t  ngx_http_session_native;

extern const ngx_http_session_profile_t  ngx_http_session_tornado;


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_PROFILE_H_INCLUDED_ */
