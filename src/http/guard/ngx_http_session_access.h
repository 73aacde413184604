/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The phase handlers that load a session and check requirements.
 */


#ifndef _NGX_HTTP_SESSION_ACCESS_H_INCLUDED_
#define _NGX_HTTP_SESSION_ACCESS_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


ngx_int_t ngx_http_session_rewrite_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_session_preaccess_handler(ngx_http_request_t *r);
ngx_int_t ngx_http_session_access_handler(ngx_http_request_t *r);

/*
 * Does a loaded session meet the location's requirements?  NGX_OK; NGX_AGAIN:
 * the body must be read first, see ngx_http_session_check_csrf(); or the
 * status of a refusal.
 */
ngx_int_t ngx_http_session_permit(ngx_http_session_ctx_t *ctx,
    ngx_http_session_loc_conf_t *slcf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_ACCESS_H_INCLUDED_ */
