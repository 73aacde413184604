/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directives that change a session.
 */


#ifndef _NGX_HTTP_SESSION_ACTION_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_ACTION_CONF_H_INCLUDED_


#include "ngx_http_session.h"


typedef enum {
    NGX_HTTP_SESSION_SET = 0,
    NGX_HTTP_SESSION_UNSET,
    NGX_HTTP_SESSION_DESTROY,
    NGX_HTTP_SESSION_REGENERATE,
    NGX_HTTP_SESSION_REVOKE_ALL
} ngx_http_session_action_e;


/* flags of an action, from the parameters of its directive */
#define NGX_HTTP_SESSION_ALWAYS  0x01
#define NGX_HTTP_SESSION_LOGIN   0x02       /* session_regenerate's */
#define NGX_HTTP_SESSION_CLEAR   0x04       /* session_regenerate's */


typedef struct {
    ngx_http_session_action_e     type;
    ngx_str_t                     key;
    ngx_http_complex_value_t      value;
    ngx_http_complex_value_t     *condition;
    ngx_uint_t                    clear;        /* bits of Clear-Site-Data */
    ngx_uint_t                    words;        /* bits */
} ngx_http_session_action_t;


#pragma GCC visibility push(hidden)


char *ngx_http_session_location_action(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_end(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* its directive */
ngx_str_t *ngx_http_session_action_name(
    const ngx_http_session_action_t *action);

/* words of Clear-Site-Data; a word's index is the number of its bit */
extern ngx_str_t  ngx_http_session_clear_words[];

/* after a location's merge: what is revoked needs a subject */
char *ngx_http_session_check_actions(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ACTION_CONF_H_INCLUDED_ */
