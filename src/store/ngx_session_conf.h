/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: setters of a directive's value, for the table of directives.  They
 * say what they expected.
 */


#ifndef _NGX_SESSION_CONF_H_INCLUDED_
#define _NGX_SESSION_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* what a time, a size or a number may be */
typedef struct {
    ngx_int_t                     min;
    ngx_int_t                     max;
    ngx_uint_t                    msec;         /* a time in milliseconds */
    char                         *expected;
} ngx_session_range_t;


#pragma GCC visibility push(hidden)


/*
 * cmd->post is a ngx_session_range_t; times are in s (time_t) or ms
 * (ngx_msec_t), sizes in bytes (size_t), a number is a ngx_uint_t.
 */
char *ngx_session_conf_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_session_conf_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_session_conf_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* cmd->post is an array of ngx_conf_enum_t; the value is a ngx_uint_t */
char *ngx_session_conf_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_CONF_H_INCLUDED_ */
