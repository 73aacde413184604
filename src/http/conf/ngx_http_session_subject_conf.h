/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * subject and max_sessions: the key of a record that names the owner of the
 * session, and the number of sessions of one owner.
 */


#ifndef _NGX_HTTP_SESSION_SUBJECT_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_SUBJECT_CONF_H_INCLUDED_


#include "ngx_http_session.h"


/* what a session is whose subject's record is lost */
typedef enum {
    NGX_HTTP_SESSION_LOST_ERROR = 0,    /* nobody knows */
    NGX_HTTP_SESSION_LOST_LOGIN         /* over */
} ngx_http_session_lost_e;


#pragma GCC visibility push(hidden)


char *ngx_http_session_manager_subject(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* at the end of the manager's block, before its secrets are wiped */
char *ngx_http_session_init_subject(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SUBJECT_CONF_H_INCLUDED_ */
