/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values and conditions of directives, which are evaluated with each request.
 */


#ifndef _NGX_HTTP_SESSION_VALUE_H_INCLUDED_
#define _NGX_HTTP_SESSION_VALUE_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_place.h"


/* a value that a decision depends on, and its place in the configuration */
typedef struct {
    ngx_uint_t                   *variables;    /* indexes, the last one -1 */
    ngx_session_place_t           place;
} ngx_http_session_decider_t;


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_init_deciders(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);

/*
 * Compile a value, and one that must vary between requests, of the directive
 * that is read now, which messages name.
 */
char *ngx_http_session_compile(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *cv);
char *ngx_http_session_compile_condition(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *cv);

/* the parameter "if=CONDITION" */
char *ngx_http_session_condition(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_complex_value_t **condition);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_VALUE_H_INCLUDED_ */
