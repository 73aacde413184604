/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": a connection that has been silent for long
 * may be dead without our knowledge, as a firewall has forgotten it.  So it is
 * asked for a sign of life (mn) while a fresh one is opened; operations wait
 * for the first of the two that is ready, and the other is closed.
 *
 *     the old one answers       it gets the operations; the fresh one is closed
 *     the old one fails         it is closed
 *     the fresh one stands      the old one is closed
 *     the fresh one fails       both are closed, the server is down
 */


#ifndef _NGX_SESSION_MC_RACE_H_INCLUDED_
#define _NGX_SESSION_MC_RACE_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/* has the connection been silent for long? */
ngx_uint_t ngx_session_mc_race_due(const ngx_session_mc_conn_t *conn);

/* makes s->conn the connection where operations wait, or leaves it */
void ngx_session_mc_race_begin(ngx_session_mc_server_t *s);

/* this connection is the one of its server: the other is closed */
void ngx_session_mc_race_end(ngx_session_mc_conn_t *conn);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_RACE_H_INCLUDED_ */
