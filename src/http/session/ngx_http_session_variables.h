/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The variables of a session.
 */


#ifndef _NGX_HTTP_SESSION_VARIABLES_H_INCLUDED_
#define _NGX_HTTP_SESSION_VARIABLES_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_add_variables(ngx_conf_t *cf);

/* one of ours, but for the keys, or below a reserved prefix */
ngx_uint_t ngx_http_session_is_reserved(ngx_str_t *name);

/* the names of ours that begin so, quoted, with a "," between them */
ngx_int_t ngx_http_session_known_names(ngx_pool_t *pool, ngx_str_t *prefix,
    ngx_str_t *names);

void ngx_http_session_found(ngx_http_variable_value_t *v, u_char *data,
    size_t len);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_VARIABLES_H_INCLUDED_ */
