/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The status page.
 */


#ifndef _NGX_HTTP_SESSION_STATUS_PAGE_H_INCLUDED_
#define _NGX_HTTP_SESSION_STATUS_PAGE_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


char *ngx_http_session_status_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* of a location that has one, when all is read */
char *ngx_http_session_check_status_page(ngx_conf_t *cf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_STATUS_PAGE_H_INCLUDED_ */
