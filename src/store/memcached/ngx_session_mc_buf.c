/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Buffers of connections.
 */


#include "ngx_session_mc_buf.h"


/*
 * A block of input or output that is kept while a connection is open: the
 * commands or replies of some hundred requests of a turn of the event loop.
 */
#define NGX_SESSION_MC_BLOCK    65536


ngx_int_t
ngx_session_mc_buf_reserve(ngx_session_mc_buf_t *b, size_t n, ngx_log_t *log)
{
    size_t   used, size;
    u_char  *start;

    if (n <= (size_t) (b->end - b->last)) {
        return NGX_OK;
    }

    used = b->last - b->pos;

    if (b->start != NULL && n <= (size_t) (b->end - b->start) - used) {
        ngx_memmove(b->start, b->pos, used);

        b->pos = b->start;
        b->last = b->start + used;

        return NGX_OK;
    }

    size = ngx_max(used + n, NGX_SESSION_MC_BLOCK);

    start = ngx_alloc(size, log);
    if (start == NULL) {
        return NGX_ERROR;
    }

    if (b->start != NULL) {
        ngx_memcpy(start, b->pos, used);
        ngx_free(b->start);
    }

    b->start = start;
    b->pos = start;
    b->last = start + used;
    b->end = start + size;

    return NGX_OK;
}


void
ngx_session_mc_buf_reset(ngx_session_mc_buf_t *b)
{
    if (b->end - b->start > NGX_SESSION_MC_BLOCK) {
        ngx_free(b->start);
        ngx_memzero(b, sizeof(ngx_session_mc_buf_t));
        return;
    }

    b->pos = b->start;
    b->last = b->start;
}


void
ngx_session_mc_buf_free(ngx_session_mc_buf_t *b)
{
    if (b->start != NULL) {
        ngx_free(b->start);
    }

    ngx_memzero(b, sizeof(ngx_session_mc_buf_t));
}
