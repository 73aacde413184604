/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Names of variables that the configuration uses.
 */


#ifndef _NGX_HTTP_SESSION_NAMES_H_INCLUDED_
#define _NGX_HTTP_SESSION_NAMES_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/* at the end of the configuration: refuses names that nothing defines */
ngx_int_t ngx_http_session_check_names(ngx_conf_t *cf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_NAMES_H_INCLUDED_ */
