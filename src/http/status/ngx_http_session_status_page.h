/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_status_page: the page of the counters.
 */


#ifndef _NGX_HTTP_SESSION_STATUS_PAGE_H_INCLUDED_
#define _NGX_HTTP_SESSION_STATUS_PAGE_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


char *ngx_http_session_status_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* checks a location that has the page, after its configuration is read */
char *ngx_http_session_check_status_page(ngx_conf_t *cf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_STATUS_PAGE_H_INCLUDED_ */
