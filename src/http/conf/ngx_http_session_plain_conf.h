/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A cookie that is Secure by default, where all listeners speak plain HTTP.
 */


#ifndef _NGX_HTTP_SESSION_PLAIN_CONF_H_INCLUDED_
#define _NGX_HTTP_SESSION_PLAIN_CONF_H_INCLUDED_


#include "ngx_http_session.h"


/* what to write where the default does not fit */
#define NGX_HTTP_SESSION_WRITE_SECURE                                         \
    "\"cookie NAME secure=off\" for plain HTTP alone, \"secure=auto\" for "    \
    "HTTP and HTTPS, or \"secure=on\" if a proxy ends TLS"


#pragma GCC visibility push(hidden)


/* the server whose locations are being merged uses the manager */
ngx_int_t ngx_http_session_note_server(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);

/* is a server in both?  Both are of ngx_http_core_srv_conf_t * */
ngx_uint_t ngx_http_session_share_server(ngx_array_t *a, ngx_array_t *b);

/*
 * Warns of a manager whose cookies browsers would drop.  Listeners of this
 * machine alone are left out: a proxy may stand before them.
 */
void ngx_http_session_warn_plain(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_PLAIN_CONF_H_INCLUDED_ */
