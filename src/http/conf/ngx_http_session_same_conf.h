/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Managers whose cookies a browser cannot tell apart.
 */


#ifndef _NGX_HTTP_SESSION_SAME_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_SAME_CONF_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Warns of a manager whose cookie has the name, the path and the domain of
 * another one's, where a server uses both: each would replace the other's.
 * Servers are known when all locations were merged.
 */
void ngx_http_session_warn_same(ngx_conf_t *cf,
    ngx_http_session_manager_t **managers, ngx_uint_t n);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SAME_CONF_H_INCLUDED_ */
