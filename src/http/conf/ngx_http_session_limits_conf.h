/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * How long sessions live, as a manager and its locations say.
 */


#ifndef _NGX_HTTP_SESSION_LIMITS_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_LIMITS_CONF_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_session_conf.h"


/* what a location says of the limits of sessions */
typedef struct {
    ngx_flag_t                    no_touch;
    ngx_http_complex_value_t     *no_touch_if;  /* NULL: always */
    time_t                        fresh;        /* s; 0: off */
    ngx_uint_t                    fresh_status;
    ngx_msec_t                    recheck;      /* 0: off */
} ngx_http_session_limits_t;


#pragma GCC visibility push(hidden)


extern ngx_conf_enum_t           ngx_http_session_levels[];
extern ngx_session_range_t  ngx_http_session_fresh_range;
extern ngx_session_range_t  ngx_http_session_recheck_range;

/* at the end of a manager's block: sets presets and defaults, checks them */
char *ngx_http_session_init_limits(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);

char *ngx_http_session_location_no_touch(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_fresh(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_http_session_location_recheck(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

void ngx_http_session_unset_limits(ngx_http_session_limits_t *limits);
void ngx_http_session_merge_limits(ngx_http_session_limits_t *conf,
    ngx_http_session_limits_t *prev);

/* after a location's merge */
char *ngx_http_session_check_limits(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);

/* the name of a limit's directive that the location uses; or NULL */
char *ngx_http_session_limits_used(ngx_http_session_limits_t *limits);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_LIMITS_CONF_H_INCLUDED_ */
