/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: messages at run time.  Clients, upstreams and dead servers can
 * repeat what causes them, so a process writes at most one a second of each
 * kind.  A kind is what a limit stands for: an object, and what happened to
 * it.  No other file calls ngx_log_error(), but for the configuration's
 * NGX_LOG_EMERG: layers.pl sees to it.
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


/*
 * Logs "session: " and the message as ngx_log_error() does, and says how many
 * of its kind were suppressed before it, if any were.  1: it is logged; 0: it
 * is suppressed and counted, or the log does not want messages of this level,
 * then the limit is left as it was.
 */
ngx_uint_t ngx_session_log(ngx_session_limit_t *limit, ngx_uint_t level,
    ngx_log_t *log, ngx_err_t err, const char *fmt, ...);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_LIMIT_H_INCLUDED_ */
