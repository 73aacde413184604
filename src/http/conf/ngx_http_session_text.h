/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Text beside the variables of a value, by which a condition is decided
 * whatever the variables are.
 */


#ifndef _NGX_HTTP_SESSION_TEXT_H_INCLUDED_
#define _NGX_HTTP_SESSION_TEXT_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Both refuse a value of the directive that is read now.  It was compiled, so
 * that its variables are written as nginx expects.
 */

/* one that is true whatever its variables are */
char *ngx_http_session_check_true(ngx_conf_t *cf, ngx_str_t *value);

/* one that never equals the other text; outcome: what comes of that */
char *ngx_http_session_check_equal(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *other, char *outcome);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_TEXT_H_INCLUDED_ */
