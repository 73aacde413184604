/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_recheck: checks the session again while a response goes on.
 */


#ifndef _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_
#define _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* called when the main request's header has been sent; starts the timer */
ngx_int_t ngx_http_session_watch(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_ */
