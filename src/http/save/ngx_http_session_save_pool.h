/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Pools of saves: one that has ended leaves its own to the next one, so that
 * most saves allocate nothing.
 */


#ifndef _NGX_HTTP_SESSION_SAVE_POOL_H_INCLUDED_
#define _NGX_HTTP_SESSION_SAVE_POOL_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#pragma GCC visibility push(hidden)


/* it has room for size bytes, which are the same each time; NULL: no memory */
ngx_pool_t *ngx_http_session_get_save_pool(size_t size);

void ngx_http_session_free_save_pool(ngx_pool_t *pool);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SAVE_POOL_H_INCLUDED_ */
