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


/* cmd->post: a ngx_http_handler_pt, of the page */
char *ngx_http_session_location_status_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* when all is read: the page is the location's content, and has some */
char *ngx_http_session_check_status_page(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_STATUS_CONF_H_INCLUDED_ */
