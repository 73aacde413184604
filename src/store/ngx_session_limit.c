/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Writes messages to the log, at most one a second of each kind.
 */


#include "ngx_session_limit.h"


/* behind a message: room is kept for it where the message is too long */
#define NGX_SESSION_LIMIT_TAIL  " (%ui more not logged)"
#define NGX_SESSION_LIMIT_TAIL_LEN                                           \
    (sizeof(NGX_SESSION_LIMIT_TAIL) - 1 + NGX_INT_T_LEN)


ngx_uint_t
ngx_session_log(ngx_session_limit_t *limit, ngx_uint_t level, ngx_log_t *log,
    ngx_err_t err, const char *fmt, ...)
{
    u_char   *p, *last;
    va_list   args;
    u_char    message[NGX_MAX_ERROR_STR];

    if (log->log_level < level) {
        return 0;
    }

    if (limit->second == ngx_time()) {
        limit->suppressed++;
        return 0;
    }

    last = message + NGX_MAX_ERROR_STR - NGX_SESSION_LIMIT_TAIL_LEN;

    va_start(args, fmt);
    p = ngx_vslprintf(message, last, fmt, args);
    va_end(args);

    if (limit->suppressed != 0) {
        p = ngx_sprintf(p, NGX_SESSION_LIMIT_TAIL, limit->suppressed);
    }

    limit->second = ngx_time();
    limit->suppressed = 0;

    ngx_log_error(level, log, err, "session: %*s", (size_t) (p - message),
                  message);

    return 1;
}
