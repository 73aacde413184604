/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": how long operations wait.  However often a
 * connection fails, loses a race, is slow in its handshake or its first
 * commands, an operation ends at its limit, which leaves a request in all
 * connect_timeout and timeout.
 *
 *     a connection is not there after connect_timeout    it fails
 *     its oldest command is not answered after timeout   it fails, see below
 *     the limit of an operation is over                  this operation fails
 *
 * If bytes of replies have come since that command was sent, it fails timeout
 * after the last of them, and at twice timeout at the latest.  So a connection
 * lives on while a reply comes slowly.  Operations for which it comes too late
 * fail alone: each keeps its place, where its reply is read and dropped.  But
 * what nobody waits for is not read for ever.  A server whose connection ends
 * at twice timeout was sending, and is not taken for down, unless by a probe.
 *
 * The timer of a connection is set for the first of these.  It is moved when
 * something is due sooner, but not when operations end: it fires, and looks
 * what is due.
 */


#ifndef _NGX_SESSION_MC_TIMER_H_INCLUDED_
#define _NGX_SESSION_MC_TIMER_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/* is there time left for an operation to begin once more? */
ngx_uint_t ngx_session_mc_timer_left(const ngx_session_mc_op_t *op);

/* an operation has begun on the connection */
void ngx_session_mc_timer_begin(ngx_session_mc_conn_t *conn,
    ngx_session_mc_op_t *op);

/* the connection begins to connect, or what begins at an offset of its output
   is sent only now */
void ngx_session_mc_timer_renew(ngx_session_mc_conn_t *conn, uint64_t begin);

/* the timer has fired; the connection may fail */
void ngx_session_mc_timer_over(ngx_session_mc_conn_t *conn);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_TIMER_H_INCLUDED_ */
