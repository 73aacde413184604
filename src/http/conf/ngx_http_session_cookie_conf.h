/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directives of the session's cookies.
 */


#ifndef _NGX_HTTP_SESSION_COOKIE_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_COOKIE_CONF_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess_cookie.h"


#pragma GCC visibility push(hidden)


/*
 * A cookie's name and attributes; cmd->post: a nsess_cookie_t, what it has if
 * nothing else is written.  Without the directive the name has no data.
 */
char *ngx_http_session_conf_cookie(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* the attributes, which begin with that word of the directive */
char *ngx_http_session_cookie_words(ngx_conf_t *cf, nsess_cookie_t *ck,
    ngx_uint_t first);

/* at the end of the block: would a browser take it? */
char *ngx_http_session_check_cookie(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, nsess_cookie_t *ck, char *directive);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_COOKIE_CONF_H_INCLUDED_ */
