/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Request headers with values of the session, for upstreams.
 */


#ifndef _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_
#define _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Adds the location's headers to the request, as the only ones of their names,
 * and restores the cookies that an earlier location or the parent request
 * hid.
 */
ngx_int_t ngx_http_session_inject(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_HEADERS_H_INCLUDED_ */
