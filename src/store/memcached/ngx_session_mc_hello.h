/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": the commands that a connection begins with,
 * in front of what waits for it: the password of its user, and the question
 * for the version.  They have no handler; a reply that is not good is a failure
 * of the connection.  A proxy may ask a server that is down for its version,
 * so that all others would wait: the classic protocol does without.
 */


#ifndef _NGX_SESSION_MC_HELLO_H_INCLUDED_
#define _NGX_SESSION_MC_HELLO_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/* as ngx_session_mc_conn_open(), with these commands */
ngx_int_t ngx_session_mc_hello_open(ngx_session_mc_conn_t *conn,
    ngx_err_t *err);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_HELLO_H_INCLUDED_ */
