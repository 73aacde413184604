/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Responses that go on, while the record that they came from is freed.
 */


#ifndef _NGX_HTTP_SESSION_SPARE_H_INCLUDED_
#define _NGX_HTTP_SESSION_SPARE_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * The main request's response header has gone out: a large record is freed
 * when the response takes longer.  NGX_OK or NGX_ERROR.
 */
ngx_int_t ngx_http_session_spare(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SPARE_H_INCLUDED_ */
