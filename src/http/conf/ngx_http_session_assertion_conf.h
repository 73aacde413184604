/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_assertion: the token that a location gives to upstreams.
 */


#ifndef _NGX_HTTP_SESSION_ASSERTION_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_ASSERTION_CONF_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_headers_conf.h"


typedef struct {
    ngx_http_session_header_t     header;       /* only the name is used */
    ngx_str_t                     iss;          /* len 0: the manager's name */
    ngx_str_t                     aud;          /* len 0: none */
    ngx_str_t                     sub;          /* a key; len 0: none */
    time_t                        ttl;
    ngx_array_t                   keys;         /* of strings */
} ngx_http_session_assertion_t;


#pragma GCC visibility push(hidden)


char *ngx_http_session_location_assertion(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_manager_assertion(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* at the end of the manager's block, before its secrets are wiped */
char *ngx_http_session_init_assertion(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);

/* after a location's merge */
char *ngx_http_session_check_assertion(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ASSERTION_CONF_H_INCLUDED_ */
