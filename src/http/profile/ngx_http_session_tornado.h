/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The configuration of profile tornado.
 */


#ifndef _NGX_HTTP_SESSION_TORNADO_H_INCLUDED_
#define _NGX_HTTP_SESSION_TORNADO_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess_cookie.h"
#include "nsess_keyring.h"
#include "nsess_tornado_keys.h"
#include "nsess_tornado_session.h"


/* in manager->own */
typedef struct {
    nsess_tornado_keys_t          keys;
    nsess_tornado_session_t       sessions[NSESS_KEYS_MAX];
    ngx_uint_t                    n;            /* of secrets */
    nsess_cookie_t                cookies[2];   /* id, verification */

    /* for the configuration only */
    ngx_array_t                   secrets;      /* of cookies: .._secret_t,
                                                   wiped */
    ngx_uint_t                    max_age_days;
    ngx_uint_t                    expires_days; /* 0: with the browser */
    ngx_uint_t                    pickle_protocol;
} ngx_http_session_tornado_t;


#pragma GCC visibility push(hidden)


extern ngx_command_t  ngx_http_session_tornado_commands[];


void *ngx_http_session_tornado_create(ngx_conf_t *cf);
char *ngx_http_session_tornado_init(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_TORNADO_H_INCLUDED_ */
