/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values that stay when a large record is freed: see ngx_http_session_spare.h.
 */


#ifndef _NGX_HTTP_SESSION_KEPT_H_INCLUDED_
#define _NGX_HTTP_SESSION_KEPT_H_INCLUDED_


#include "ngx_http_session.h"


/* an element of ctx->variables.kept */
typedef struct {
    ngx_str_t                    *path;
    ngx_uint_t                    n;
    ngx_str_t                     value;        /* data NULL: no value */
} ngx_http_session_kept_t;


#pragma GCC visibility push(hidden)


/*
 * ngx_http_session_read() when the record was freed: NGX_OK, or NGX_DECLINED
 * without a value, which is logged if the path was not kept.
 */
ngx_int_t ngx_http_session_read_kept(ngx_http_session_ctx_t *ctx,
    ngx_str_t *path, ngx_uint_t n, ngx_str_t *value);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_KEPT_H_INCLUDED_ */
