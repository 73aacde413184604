/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Setters and checks of words, whose messages say what was expected; nginx's
 * own setters say less.
 */


#ifndef _NGX_HTTP_SESSION_WORDS_H_INCLUDED_
#define _NGX_HTTP_SESSION_WORDS_H_INCLUDED_


#include "ngx_http_session.h"


/* what a time or a size may be */
typedef struct {
    ngx_int_t                     min;
    ngx_int_t                     max;
    ngx_uint_t                    msec;         /* a time in milliseconds */
    char                         *expected;
} ngx_http_session_range_t;


#pragma GCC visibility push(hidden)


/* cmd->post is a ngx_http_session_range_t; times in s or ms, sizes in bytes */
char *ngx_http_session_conf_time(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_conf_size(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* a number; the field is a ngx_uint_t */
char *ngx_http_session_conf_number(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* cmd->post is an array of ngx_conf_enum_t */
char *ngx_http_session_conf_enum(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* the parameter "error=STATUS" of the directive that is read now */
char *ngx_http_session_error_status(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *status);

/* refuses and logs invalid keys, and those that are probably mistakes */
char *ngx_http_session_check_key(ngx_conf_t *cf, ngx_str_t *key);

/* appends a copy of an element to a list that may be NGX_CONF_UNSET_PTR */
ngx_int_t ngx_http_session_push(ngx_conf_t *cf, ngx_array_t **list,
    size_t size, void *element);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_WORDS_H_INCLUDED_ */
