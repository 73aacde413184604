/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Clear-Site-Data.
 */


#ifndef _NGX_HTTP_SESSION_CLEAR_H_INCLUDED_
#define _NGX_HTTP_SESSION_CLEAR_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* adds the header with the words of the directives that applied */
ngx_int_t ngx_http_session_clear_site_data(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CLEAR_H_INCLUDED_ */
