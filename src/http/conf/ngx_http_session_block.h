/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The lines of a session_manager block.
 */


#ifndef _NGX_HTTP_SESSION_BLOCK_H_INCLUDED_
#define _NGX_HTTP_SESSION_BLOCK_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Reads the block down to its "}", and sets each of its directives in the
 * manager.  NGX_CONF_OK, or NGX_CONF_ERROR, which was logged.
 */
char *ngx_http_session_read_block(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_BLOCK_H_INCLUDED_ */
