/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The main configuration: the managers, and what the locations have in common.
 */


#ifndef _NGX_HTTP_SESSION_MAIN_H_INCLUDED_
#define _NGX_HTTP_SESSION_MAIN_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_limit.h"


/* why changes are dropped; texts in ngx_http_session_changes.c */
typedef enum {
    NGX_HTTP_SESSION_DROP_NO_SESSION = 0,
    NGX_HTTP_SESSION_DROP_SUBREQUEST,
    NGX_HTTP_SESSION_DROP_LATE,
    NGX_HTTP_SESSION_DROP_BUSY,
    NGX_HTTP_SESSION_DROP_LAST
} ngx_http_session_drop_e;


struct ngx_http_session_main_conf_s {
    ngx_array_t                   managers;     /* of pointers */
    ngx_array_t                   secrets;      /* of all managers, while the
                                                   configuration is read */
    ngx_array_t                   prefixes;     /* ngx_str_t, of headers that
                                                   session_accept takes */
    ngx_array_t                   accepted;     /* those that a location uses */
    ngx_session_limit_t           unknown;      /* unknown words behind them */
    ngx_session_limit_t           untaken;      /* lines that the location's
                                                   session_accept is not for */
    ngx_array_t                   given;        /* ngx_str_t, of headers that
                                                   locations give, folded */
    ngx_uint_t                    given_read;   /* a variable $http_... of these
                                                   headers is used */
    ngx_array_t                   deciders;     /* .._decider_t */
    ngx_array_t                   derivers;     /* ngx_http_get_variable_pt */
    ngx_array_t                   derived;      /* ngx_uint_t, indexes */
    ngx_array_t                   declared;     /* .._path_t *, by
                                                   session_variable */
    ngx_array_t                   noted;        /* .._noted_t, keys that are
                                                   written, while the
                                                   configuration is read */
    ngx_session_limit_t           early;        /* reads of variables */
    ngx_session_limit_t           spared;       /* late reads of them */
    ngx_session_limit_t           dropped[NGX_HTTP_SESSION_DROP_LAST];
    ngx_shm_zone_t               *stats_zone;   /* NULL: no managers */
    size_t                        stats_slot;   /* size, of a worker */
};


#endif /* _NGX_HTTP_SESSION_MAIN_H_INCLUDED_ */
