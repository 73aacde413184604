/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": is a server to be used?  A new connection
 * that fails takes it down; from then on a probe at a time is made, until one
 * succeeds.
 */


#ifndef _NGX_SESSION_MC_HEALTH_H_INCLUDED_
#define _NGX_SESSION_MC_HEALTH_H_INCLUDED_


#include "ngx_session_mc_server.h"


#pragma GCC visibility push(hidden)


/*
 * A new connection has failed, and with it so many operations.  To be called
 * before their handlers, which then find the server down.
 */
void ngx_session_mc_health_failed(ngx_session_mc_server_t *s,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text,
    ngx_uint_t failed);

/*
 * Logs that a connection which had been good has failed, and with it so many
 * operations; others are started again.
 */
void ngx_session_mc_health_lost(ngx_session_mc_server_t *s,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text,
    ngx_uint_t failed, ngx_uint_t again);

/*
 * Was the server silent on such a connection within the last timeout?  It is
 * not known to be down, but who may choose takes another one meanwhile.
 */
ngx_uint_t ngx_session_mc_health_is_silent(const ngx_session_mc_server_t *s);

/*
 * Logs a SERVER_ERROR with its text.  Of these messages, as of those on
 * outages, there is not more than one a second and server.
 */
void ngx_session_mc_health_error(ngx_session_mc_server_t *s,
    const nsess_str_t *text);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_HEALTH_H_INCLUDED_ */
