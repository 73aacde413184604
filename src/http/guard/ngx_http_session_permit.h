/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_require: the check of its lines.
 */


#ifndef _NGX_HTTP_SESSION_PERMIT_H_INCLUDED_
#define _NGX_HTTP_SESSION_PERMIT_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* NGX_OK: all lines are met; or the status of the first line that fails */
ngx_int_t ngx_http_session_check_values(ngx_http_session_ctx_t *ctx,
    ngx_array_t *requirements);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_PERMIT_H_INCLUDED_ */
