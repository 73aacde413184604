/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": auto discovery of ElastiCache: a server is
 * asked for the nodes of its cluster.
 */


#ifndef _NGX_SESSION_MC_DISCOVER_H_INCLUDED_
#define _NGX_SESSION_MC_DISCOVER_H_INCLUDED_


#include "ngx_session_mc_lookup.h"


#pragma GCC visibility push(hidden)


/* asks the server at this address; ends in ngx_session_mc_lookup_...() */
void ngx_session_mc_discover(ngx_session_mc_lookup_t *lookup,
    struct sockaddr *sockaddr, socklen_t socklen);

/* without an end */
void ngx_session_mc_discover_stop(ngx_session_mc_lookup_t *lookup);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_DISCOVER_H_INCLUDED_ */
