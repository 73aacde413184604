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


/* the content handler of a location that has session_status_page */
ngx_int_t ngx_http_session_status_handler(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_STATUS_PAGE_H_INCLUDED_ */
