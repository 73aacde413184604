/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_accept: what upstreams may say of the session.
 */


#ifndef _NGX_HTTP_SESSION_ACCEPT_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_ACCEPT_CONF_H_INCLUDED_


#include "ngx_http_session.h"


/* what session_accept lets an upstream do */
typedef struct {
    ngx_str_t                     prefix;
    ngx_array_t                   keys;         /* ngx_str_t */
    ngx_uint_t                    words;        /* bits of permitted words that
                                                   have no key, by
                                                   nsess_upstream_word_e */
    ngx_uint_t                    strict;       /* a refused line makes the
                                                   response a 502 */
} ngx_http_session_accept_t;


#pragma GCC visibility push(hidden)


char *ngx_http_session_location_accept(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
ngx_int_t ngx_http_session_init_prefixes(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ACCEPT_CONF_H_INCLUDED_ */
