/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_status_page: the location whose content is the status page.
 */


#ifndef _NGX_HTTP_SESSION_STATUS_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_STATUS_CONF_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* cmd->post is the page's ngx_http_handler_pt */
char *ngx_http_session_location_status_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* after a location is read: checks that it shows the page, with managers */
char *ngx_http_session_check_status_page(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_STATUS_CONF_H_INCLUDED_ */
