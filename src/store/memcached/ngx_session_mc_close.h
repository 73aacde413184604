/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": the end of a connection.
 */


#ifndef _NGX_SESSION_MC_CLOSE_H_INCLUDED_
#define _NGX_SESSION_MC_CLOSE_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/*
 * The connection has failed: its server closes it, and decides which of the
 * operations begin once more on a new one.  err is the errno, or 0; text is
 * what memcached said, or NULL.
 */
void ngx_session_mc_conn_fail(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text);

/*
 * nginx closes the connection of a worker that exits: an idle one at once, one
 * with operations at worker_shutdown_timeout.  These fail, and the group
 * starts no others, nor any of other servers once more, and no probe; the
 * breaker is not told, as memcached has not failed.
 */
void ngx_session_mc_conn_shutdown(ngx_session_mc_conn_t *conn);

/* closes the connection, and fails its operations */
void ngx_session_mc_conn_end(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason);

/* gives out its operations, and the output that has their commands */
void ngx_session_mc_conn_take(ngx_session_mc_conn_t *conn, ngx_queue_t *ops,
    ngx_session_mc_out_t *out);

/* closes the connection, if it is open, and forgets its operations */
void ngx_session_mc_conn_close(ngx_session_mc_conn_t *conn);

/* to be called when the queue of operations has become empty */
void ngx_session_mc_conn_idle(ngx_session_mc_conn_t *conn);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_CLOSE_H_INCLUDED_ */
