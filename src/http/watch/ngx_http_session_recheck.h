/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Sessions of responses that go on, looked at again.
 */


#ifndef _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_
#define _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* the main request's response header has gone out: looks at the session at
   intervals, if the location wants it */
ngx_int_t ngx_http_session_watch(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_RECHECK_H_INCLUDED_ */
