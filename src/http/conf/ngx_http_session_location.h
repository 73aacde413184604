/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A location's configuration: its session, and what it does with it.
 */


#ifndef _NGX_HTTP_SESSION_LOCATION_H_INCLUDED_
#define _NGX_HTTP_SESSION_LOCATION_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_accept_conf.h"
#include "ngx_http_session_assertion_conf.h"
#include "ngx_http_session_csrf_conf.h"
#include "ngx_http_session_limits_conf.h"

#include "ngx_session_place.h"


typedef enum {
    NGX_HTTP_SESSION_ACCESS = 0,
    NGX_HTTP_SESSION_PREACCESS,
    NGX_HTTP_SESSION_REWRITE
} ngx_http_session_phase_e;


typedef enum {
    NGX_HTTP_SESSION_WAIT = 0,
    NGX_HTTP_SESSION_ASYNC
} ngx_http_session_wait_e;


typedef enum {
    NGX_HTTP_SESSION_PASS = 0,
    NGX_HTTP_SESSION_DENY
} ngx_http_session_on_error_e;


struct ngx_http_session_loc_conf_s {
    ngx_http_session_manager_t   *manager;      /* NULL: none */
    ngx_flag_t                    off;          /* by "session off" */
    ngx_flag_t                    require;
    ngx_uint_t                    phase;
    ngx_array_t                  *requirements; /* .._session_require_t */
    ngx_uint_t                    require_off;  /* "off": lines above do not
                                                   count; not inherited */
    ngx_http_session_csrf_t      *csrf;         /* NULL: off */
    ngx_str_t                    *realm;        /* len 0: off; NULL: the
                                                   manager's name */
    ngx_http_session_limits_t     limits;
    ngx_array_t                  *actions;      /* .._session_action_t */
    ngx_array_t                  *headers;      /* .._session_header_t */
    ngx_http_session_assertion_t  *assertion;
    ngx_http_session_accept_t    *accept;       /* NULL: off */
    ngx_flag_t                    hide_cookie;
    ngx_uint_t                    save;
    ngx_uint_t                    on_error;     /* UNSET: not written */
    ngx_uint_t                    deny;         /* the policy that applies */
    ngx_http_handler_pt           status_page;  /* NULL: the location has no
                                                   page; not inherited */
    ngx_session_place_t           place;        /* where its block begins */
    ngx_array_t                  *places;       /* of its directives; not
                                                   inherited */
};


#pragma GCC visibility push(hidden)


void *ngx_http_session_create_loc_conf(ngx_conf_t *cf);
char *ngx_http_session_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);

/* the directive "session" */
char *ngx_http_session_location_session(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* 1: it stands behind the name of a manager */
ngx_uint_t ngx_http_session_is_parameter(ngx_str_t *word);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_LOCATION_H_INCLUDED_ */
