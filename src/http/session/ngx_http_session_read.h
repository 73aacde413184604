/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Reading a session's keys as text.
 */


#ifndef _NGX_HTTP_SESSION_READ_H_INCLUDED_
#define _NGX_HTTP_SESSION_READ_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess_codec.h"
#include "nsess_keyset.h"


#pragma GCC visibility push(hidden)


/*
 * The text of a key, with the changes of the request.  The path begins at the
 * top of the session of that manager.  NGX_OK; NGX_DECLINED: there is no such
 * key, or no text that may go into a header; NGX_ERROR.
 */
ngx_int_t ngx_http_session_read(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath,
    ngx_str_t *value);

/*
 * Is the value under the path false by its type, such as 0.0 or an empty list?
 * Its text does not tell that.
 */
ngx_uint_t ngx_http_session_is_false(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager, ngx_str_t *path, ngx_uint_t npath);

/* the text of a value of a record, as ngx_http_session_read() */
ngx_int_t ngx_http_session_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, const nsess_value_t *value,
    ngx_pool_t *pool, ngx_str_t *text);

/* is it this text?  It is written to know that: NGX_OK, _DECLINED, _ERROR */
ngx_int_t ngx_http_session_is_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, const nsess_value_t *value,
    ngx_pool_t *pool, nsess_str_t text);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_READ_H_INCLUDED_ */
