/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Variables with keys of a session.
 */


#ifndef _NGX_HTTP_SESSION_KEYS_H_INCLUDED_
#define _NGX_HTTP_SESSION_KEYS_H_INCLUDED_


#include "ngx_http_session.h"


#define NGX_HTTP_SESSION_PATH_MAX  16


/* a variable that session_variable declares */
typedef struct {
    ngx_str_t                     name;
    ngx_uint_t                    n;
    ngx_str_t                     path[NGX_HTTP_SESSION_PATH_MAX];
} ngx_http_session_path_t;


#pragma GCC visibility push(hidden)


/* $session_<key>; data is its name */
ngx_int_t ngx_http_session_key_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

/* data is a ngx_http_session_path_t; a path of one step can be set */
ngx_int_t ngx_http_session_path_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
void ngx_http_session_set_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

/*
 * The number of steps to what an indexed variable reads from a session, and
 * the steps; *key: room for one.  0: it reads nothing from there.
 */
ngx_uint_t ngx_http_session_variable_path(ngx_http_variable_t *v,
    ngx_str_t *key, ngx_str_t **path);

/* is it a key of the session, with a value that is false by its type? */
ngx_uint_t ngx_http_session_is_false_variable(ngx_http_request_t *r,
    ngx_uint_t index);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_KEYS_H_INCLUDED_ */
