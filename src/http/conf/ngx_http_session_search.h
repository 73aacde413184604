/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Where the files of the configuration name a variable.
 */


#ifndef _NGX_HTTP_SESSION_SEARCH_H_INCLUDED_
#define _NGX_HTTP_SESSION_SEARCH_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Where the files of the configuration first name a variable, or write it by
 * "set"; *line is 0 if it is not found.
 */
void ngx_http_session_search(ngx_conf_t *cf, ngx_str_t *name, ngx_uint_t set,
    ngx_str_t *file, ngx_uint_t *line);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SEARCH_H_INCLUDED_ */
