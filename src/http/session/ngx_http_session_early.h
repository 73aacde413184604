/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Variables of a session that are read before it is loaded.
 */


#ifndef _NGX_HTTP_SESSION_EARLY_H_INCLUDED_
#define _NGX_HTTP_SESSION_EARLY_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * A variable, its name without "$", is about to be read: logged as an error if
 * the location's session is loaded in a later phase, so that what decides by it
 * sees it empty.
 */
void ngx_http_session_read_early(ngx_http_request_t *r, ngx_str_t *name);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_EARLY_H_INCLUDED_ */
