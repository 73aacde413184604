/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The variables of the module.
 */


#ifndef _NGX_HTTP_SESSION_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_SESSION_VARIABLES_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_add_variables(ngx_conf_t *cf);

/* its names with the prefix, quoted, and with "," between them */
ngx_int_t ngx_http_session_known_names(ngx_pool_t *pool, ngx_str_t *prefix,
    ngx_str_t *names);

/* keys that are written, and whose $session_KEY is a variable of this table */
void ngx_http_session_warn_hidden(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);

/* session_variable */
char *ngx_http_session_variable(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_VARIABLES_H_INCLUDED_ */
