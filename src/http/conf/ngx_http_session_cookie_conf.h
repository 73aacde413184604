/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directives of the session's cookies.
 */


#ifndef _NGX_HTTP_SESSION_COOKIE_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_COOKIE_CONF_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


char *ngx_http_session_manager_cookie(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

char *ngx_http_session_manager_cookie_names(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);

/* at the end of the block: sets defaults, checks prefixes and combinations */
char *ngx_http_session_init_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
char *ngx_http_session_init_cookie_names(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_COOKIE_CONF_H_INCLUDED_ */
