/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_require: the conditions that a location has.
 */


#ifndef _NGX_HTTP_SESSION_REQUIRE_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_REQUIRE_CONF_H_INCLUDED_


#include "ngx_http_session.h"


typedef enum {
    NGX_HTTP_SESSION_TRUE = 0,      /* VALUE ... */
    NGX_HTTP_SESSION_EQUAL,         /* VALUE = TEXT, VALUE in TEXT ... */
    NGX_HTTP_SESSION_UNEQUAL,       /* VALUE != TEXT */
    NGX_HTTP_SESSION_MATCH          /* VALUE ~ REGEX, VALUE ~* REGEX */
} ngx_http_session_compare_e;


/* a line of session_require */
typedef struct {
    ngx_http_session_compare_e    compare;
    ngx_array_t                   values;       /* ngx_http_complex_value_t; a
                                                   comparison has one value */
    ngx_array_t                   texts;        /* ngx_http_complex_value_t, to
                                                   compare the value to */
#if (NGX_PCRE)
    ngx_regex_t                  *regex;
#endif
    ngx_uint_t                    status;
} ngx_http_session_require_t;


#pragma GCC visibility push(hidden)


char *ngx_http_session_location_require(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* merge: a location has the lines of the level above, then its own */
char *ngx_http_session_merge_requirements(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf, ngx_http_session_loc_conf_t *prev);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_REQUIRE_CONF_H_INCLUDED_ */
