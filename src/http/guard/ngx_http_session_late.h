/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A second look at the session, when the body of a request was late.
 */


#ifndef _NGX_HTTP_SESSION_LATE_H_INCLUDED_
#define _NGX_HTTP_SESSION_LATE_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* checks the session again if the body is late, before the content phase */
ngx_int_t ngx_http_session_precontent_handler(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_LATE_H_INCLUDED_ */
