/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: messages that a client or a dead server can repeat, of one kind:
 * one a second.
 */


#ifndef _NGX_SESSION_LIMIT_H_INCLUDED_
#define _NGX_SESSION_LIMIT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* zeroed: nothing was logged yet */
typedef struct {
    time_t                     second;
    ngx_uint_t                 suppressed;      /* since then */
} ngx_session_limit_t;


#pragma GCC visibility push(hidden)


/* 1: the message may be logged now, *suppressed were not */
ngx_uint_t ngx_session_may_log(ngx_session_limit_t *limit,
    ngx_uint_t *suppressed);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_LIMIT_H_INCLUDED_ */
