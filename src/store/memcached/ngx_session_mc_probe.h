/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": probes of a server that is down.
 */


#ifndef _NGX_SESSION_MC_PROBE_H_INCLUDED_
#define _NGX_SESSION_MC_PROBE_H_INCLUDED_


#include "ngx_session_mc_server.h"


#pragma GCC visibility push(hidden)


void ngx_session_mc_probe_init(ngx_session_mc_server_t *s);

/* stops the probes */
void ngx_session_mc_probe_stop(ngx_session_mc_server_t *s);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_PROBE_H_INCLUDED_ */
