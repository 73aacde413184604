/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The counters of a manager in one process; ngx_http_session_stats.c adds up
 * those of all workers.
 */


#ifndef _NGX_HTTP_SESSION_COUNTERS_H_INCLUDED_
#define _NGX_HTTP_SESSION_COUNTERS_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_result.h"

#include "ngx_session_store_stats.h"


/* how a good signature was known to be good */
typedef enum {
    NGX_HTTP_SESSION_COOKIE_KNOWN = 0,      /* the cookie came before */
    NGX_HTTP_SESSION_COOKIE_VERIFIED,
    NGX_HTTP_SESSION_COOKIES
} ngx_http_session_signature_e;


/* only counters, and then gauges: ..._stats.c adds them up by their place */
struct ngx_http_session_stats_s {
    ngx_session_counter_t         loads[NGX_HTTP_SESSION_STATUS_LAST];
    ngx_session_counter_t         cookies[NGX_HTTP_SESSION_COOKIES];
    ngx_session_counter_t         created;
    ngx_session_counter_t         evictions;    /* suspected */
    ngx_session_counter_t         saves[NGX_HTTP_SESSION_SAVE_LAST];
    ngx_session_counter_t         conflicts;
    ngx_session_counter_t         retries;
    ngx_session_counter_t         grouped;      /* written with another */
    ngx_session_stats_t           store;
};


#endif /* _NGX_HTTP_SESSION_COUNTERS_H_INCLUDED_ */
