/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The pools of saves that have ended, in a worker.
 */


#include "ngx_http_session_save_pool.h"


/*
 * Pools that are kept: of so many saves at once, in some 150 KB.  ASan finds
 * what is used after its end only in those that are not.
 */
#if defined(__SANITIZE_ADDRESS__)
#define NGX_HTTP_SESSION_SAVE_POOLS  0
#else
#define NGX_HTTP_SESSION_SAVE_POOLS  64
#endif


static ngx_uint_t   ngx_http_session_nsave_pools;
static ngx_pool_t  *ngx_http_session_save_pools[NGX_HTTP_SESSION_SAVE_POOLS
                                                + 1];


ngx_pool_t *
ngx_http_session_get_save_pool(size_t size)
{
    ngx_pool_t  *pool;

    if (ngx_http_session_nsave_pools == 0) {
        return ngx_create_pool(size + sizeof(ngx_pool_t), ngx_cycle->log);
    }

    pool = ngx_http_session_save_pools[--ngx_http_session_nsave_pools];
    pool->log = ngx_cycle->log;

    return pool;
}


void
ngx_http_session_free_save_pool(ngx_pool_t *pool)
{
    if (ngx_http_session_nsave_pools == NGX_HTTP_SESSION_SAVE_POOLS
        || pool->d.next != NULL
        || pool->cleanup != NULL)
    {
        ngx_destroy_pool(pool);
        return;
    }

    ngx_reset_pool(pool);

    ngx_http_session_save_pools[ngx_http_session_nsave_pools++] = pool;
}
