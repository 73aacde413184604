/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which variables can be evaluated afresh.
 */


#ifndef _NGX_HTTP_SESSION_DERIVED_H_INCLUDED_
#define _NGX_HTTP_SESSION_DERIVED_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * When all directives are read: warns of variables that decide something and
 * cannot be evaluated afresh.
 */
ngx_int_t ngx_http_session_check_deciders(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);

/* when nginx knows all variables: which ones are derived from others */
ngx_int_t ngx_http_session_init_derived(ngx_cycle_t *cycle);

/* variables will be evaluated when they are read, as far as that is possible */
void ngx_http_session_empty_variables(ngx_http_request_t *r,
    ngx_http_variable_value_t *variables);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_DERIVED_H_INCLUDED_ */
