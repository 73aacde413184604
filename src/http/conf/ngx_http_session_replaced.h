/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Headers of session_header that another directive of the location replaces.
 */


#ifndef _NGX_HTTP_SESSION_REPLACED_H_INCLUDED_
#define _NGX_HTTP_SESSION_REPLACED_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* when headers and assertion are merged: refuses what cannot be meant */
char *ngx_http_session_check_replaced(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf, ngx_http_session_loc_conf_t *prev);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_REPLACED_H_INCLUDED_ */
