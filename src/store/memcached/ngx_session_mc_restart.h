/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": operations begin once more on another
 * connection.
 *
 * A connection that was good once, and then fails, tells nothing of the
 * server: it may have been closed by a timeout of memcached's, a firewall or
 * a restart.  So an operation that has got no byte of a reply is started once
 * more, if it was not started twice already and its time is not over, if it
 *
 *     was not sent at all, or
 *     is a GET, or
 *     is a SET or a DELETE with a version, which memcached carries out once,
 *
 * and its bytes are kept, see ngx_session_mc_out.h.
 *
 * If the reply to the second SET or DELETE is that the record has another
 * version, this may be the work of the first one: such an operation has FAILED,
 * for the reason of its first connection.
 *
 * What is between us and memcached may keep the bytes of the first one, close
 * our side, and deliver them when the second was answered and others have
 * written.  Of what is sent twice that one does no harm:
 *
 *     GET       the record lives on for once more its life, if it is there
 *     SET,      nothing: no two writes have the same version.  Only a memcached
 *     DELETE    that was restarted counts them from the beginning.  A session's
 *               key is not made again by us; of a subject's list, or where an
 *               application makes records, one of the same key may by chance
 *               have that version.  But so it is with a first one that is late
 *               and has no second.
 *     ADD       would make a record again that has ended since, behind the
 *               cookie that the reply to the second one has sent.  So it is not
 *               sent twice: it has FAILED, and whoever wants it takes another
 *               key, or looks at what is there now.
 */


#ifndef _NGX_SESSION_MC_RESTART_H_INCLUDED_
#define _NGX_SESSION_MC_RESTART_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/*
 * Closes the connection, which was proven good and has failed; opens it anew
 * if there are operations that may begin once more.  The others fail.
 */
void ngx_session_mc_restart(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text);

/*
 * Operations that ngx_session_mc_conn_take() has given out go on here, and
 * their output is freed.
 */
void ngx_session_mc_restart_move(ngx_session_mc_conn_t *conn,
    ngx_queue_t *ops, ngx_session_mc_out_t *out);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_RESTART_H_INCLUDED_ */
