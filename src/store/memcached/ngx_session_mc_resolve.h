/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": names that are resolved again and again, by
 * nginx's resolver.
 */


#ifndef _NGX_SESSION_MC_RESOLVE_H_INCLUDED_
#define _NGX_SESSION_MC_RESOLVE_H_INCLUDED_


#include "ngx_session_mc_server.h"


#pragma GCC visibility push(hidden)


/*
 * When the configuration is read: which lines have to be looked up, and the
 * servers that the system knows for a name.  Errors are logged at emerg.
 */
ngx_int_t ngx_session_mc_resolve_create(ngx_conf_t *cf, ngx_session_mc_t *mc);

/* resolver is NULL where nginx.conf does not set one */
ngx_int_t ngx_session_mc_resolve_use(ngx_conf_t *cf, ngx_session_mc_t *mc,
    ngx_resolver_t *resolver, ngx_msec_t timeout);

/* in a worker */
void ngx_session_mc_resolve_begin(ngx_session_mc_t *mc);
void ngx_session_mc_resolve_end(ngx_session_mc_t *mc);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_RESOLVE_H_INCLUDED_ */
