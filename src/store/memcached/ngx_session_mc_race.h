/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": a connection that has been silent for long
 * may be dead without our knowledge, as a firewall has forgotten it.  So a
 * fresh one is opened beside it, and both are asked for a sign of life (mn).
 * That the fresh one stands says little: a kernel or a load balancer accepts
 * connections for a memcached that has no room for them.  The fresh one holds
 * the operations, unsent, until one of the two has answered or failed.
 *
 *     who waits    old answers   fresh answers   old fails     fresh fails
 *
 *     both         old wins      fresh wins      fresh waits   old waits
 *     old          old wins                      server down
 *     fresh                      fresh wins                    server down
 *
 * One that is refused, closed or reset, that answers with other bytes, or that
 * is late (in connecting, with TLS, its first commands or the answer) fails.
 * Who wins or waits alone gets the operations, and the other is closed.  There
 * is no race where the second connection fails at once, or wants memory.
 * Meanwhile an operation ends when its own limit is over, and a worker that
 * exits ends both connections.
 */


#ifndef _NGX_SESSION_MC_RACE_H_INCLUDED_
#define _NGX_SESSION_MC_RACE_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/* has the connection been silent for long? */
ngx_uint_t ngx_session_mc_race_due(const ngx_session_mc_conn_t *conn);

/* makes s->conn the connection where operations wait, or leaves it */
void ngx_session_mc_race_begin(ngx_session_mc_server_t *s);

/* a connection has failed; 0: no other one is waited for */
ngx_uint_t ngx_session_mc_race_failed(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_RACE_H_INCLUDED_ */
