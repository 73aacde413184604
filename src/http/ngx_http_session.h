/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 2: what all of its files use.  The types, and their headers:
 *
 *     ctx_t        the session of a request          ..._ctx.h
 *     manager_t    how sessions are known and kept   ..._manager.h
 *     loc_conf_t   what a location does with one     ..._location.h
 *     main_conf_t  what all locations share          ..._main.h
 *     look_t       a look at one cookie's session    ..._look.h
 *     save_t       a save in progress                ..._save_run.h
 *     stats_t      counters of a manager             ..._counters.h
 */


#ifndef _NGX_HTTP_SESSION_H_INCLUDED_
#define _NGX_HTTP_SESSION_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "nsess.h"
#include "nsess_str.h"


typedef struct ngx_http_session_ctx_s        ngx_http_session_ctx_t;
typedef struct ngx_http_session_manager_s    ngx_http_session_manager_t;
typedef struct ngx_http_session_loc_conf_s   ngx_http_session_loc_conf_t;
typedef struct ngx_http_session_main_conf_s  ngx_http_session_main_conf_t;
typedef struct ngx_http_session_late_s       ngx_http_session_late_t;
typedef struct ngx_http_session_look_s       ngx_http_session_look_t;
typedef struct ngx_http_session_save_s       ngx_http_session_save_t;
typedef struct ngx_http_session_stats_s      ngx_http_session_stats_t;


extern ngx_module_t  ngx_http_session_module;
extern ngx_module_t  ngx_http_session_filter_module;


static ngx_inline nsess_str_t
ngx_http_session_str(const ngx_str_t *s)
{
    nsess_str_t  str;

    str.len = s->len;
    str.data = s->data;

    return str;
}


static ngx_inline ngx_uint_t
ngx_http_session_equal(const ngx_str_t *a, const ngx_str_t *b)
{
    return nsess_str_equal(ngx_http_session_str(a), ngx_http_session_str(b));
}


/* without regard to case */

static ngx_inline ngx_uint_t
ngx_http_session_begins(ngx_str_t *s, ngx_str_t *prefix)
{
    return nsess_str_begins_nocase(ngx_http_session_str(s),
                                   ngx_http_session_str(prefix));
}


/* gives a variable its value */

static ngx_inline void
ngx_http_session_found(ngx_http_variable_value_t *v, u_char *data, size_t len)
{
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->data = data;
    v->len = len;
}


#endif /* _NGX_HTTP_SESSION_H_INCLUDED_ */
