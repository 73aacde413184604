/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_csrf: where its token is looked for.
 */


#ifndef _NGX_HTTP_SESSION_CSRF_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_CSRF_CONF_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_headers_conf.h"


/* where session_csrf looks for the token */
typedef struct {
    ngx_http_session_header_t     header;       /* only the name is used */
    ngx_str_t                     field;
    ngx_uint_t                    status;       /* of a refusal */
} ngx_http_session_csrf_t;


#pragma GCC visibility push(hidden)


char *ngx_http_session_location_csrf(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* at the end of the manager's block, before its secrets are wiped */
char *ngx_http_session_init_csrf(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);

/* after a location's merge: the manager has keys, the header gets through */
char *ngx_http_session_check_csrf_conf(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CSRF_CONF_H_INCLUDED_ */
