/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Headers that upstreams are given.
 */


#ifndef _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_
#define _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Makes the location's injected headers the only ones of their names in the
 * request, and takes back what an earlier location, or the request of which
 * this is a subrequest, hid.
 */
ngx_int_t ngx_http_session_inject(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_ */
