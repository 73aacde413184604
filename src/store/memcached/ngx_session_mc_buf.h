/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": a buffer of input or output.
 */


#ifndef _NGX_SESSION_MC_BUF_H_INCLUDED_
#define _NGX_SESSION_MC_BUF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* bytes [pos, last) of a block [start, end); all NULL: no block */
typedef struct {
    u_char                    *start;
    u_char                    *pos;
    u_char                    *last;
    u_char                    *end;
} ngx_session_mc_buf_t;


#pragma GCC visibility push(hidden)


/*
 * Makes room for n bytes behind b->last: where they are, by moving what the
 * buffer holds, or in a new block of the size needed.
 */
ngx_int_t ngx_session_mc_buf_reserve(ngx_session_mc_buf_t *b, size_t n,
    ngx_log_t *log);

/* of an empty buffer: frees a block that is larger than the usual one */
void ngx_session_mc_buf_reset(ngx_session_mc_buf_t *b);

void ngx_session_mc_buf_free(ngx_session_mc_buf_t *b);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_BUF_H_INCLUDED_ */
