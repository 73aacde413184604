/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_realm: what a location's challenge names.
 */


#ifndef _NGX_HTTP_SESSION_REALM_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_REALM_CONF_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


char *ngx_http_session_location_realm(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_REALM_CONF_H_INCLUDED_ */
