/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * profile: how a manager's sessions are known, and which directives go with
 * that.
 */


#ifndef _NGX_HTTP_SESSION_PROFILE_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_PROFILE_CONF_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


char *ngx_http_session_manager_profile(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* reads a directive that profiles have in their own tables */
char *ngx_http_session_manager_own(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/*
 * At the end of the manager's block: chooses the profile and its own
 * configuration, and refuses the directives that it does not admit.
 */
char *ngx_http_session_choose_profile(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_PROFILE_CONF_H_INCLUDED_ */
