/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": TLS on the connections of a group.
 *
 * Life of a connection with TLS:
 *   1. TCP stands; ngx_session_mc_tls_handshake() is called, and again with
 *      each event, until it does not return NGX_AGAIN.
 *   2. send() and recv() of the connection are those of TLS.  A session that
 *      the server tells of is kept for the next connection to it.
 *   3. ngx_session_mc_tls_close() comes before ngx_close_connection().
 *
 * nginx's own messages of a connection with TLS are not logged, since a server
 * can repeat them: ngx_session_mc_tls_text() has the last one.  An nginx that
 * is built without TLS has only ngx_session_mc_tls_create().
 */


#ifndef _NGX_SESSION_MC_TLS_H_INCLUDED_
#define _NGX_SESSION_MC_TLS_H_INCLUDED_


#include "ngx_session_mc.h"
#include "ngx_session_mc_conn.h"
#include "nsess.h"


#pragma GCC visibility push(hidden)


/*
 * Reads the certificates.  *tls is left NULL where "tls" is off.  NGX_ERROR:
 * TLS cannot be had, which is logged.
 */
ngx_int_t ngx_session_mc_tls_create(ngx_conf_t *cf,
    ngx_session_mc_conf_t *conf, ngx_session_mc_tls_t **tls);

#if (NGX_SSL)


struct ngx_session_mc_tls_s {
    ngx_ssl_t                   ssl;
    ngx_session_mc_tls_conf_t  *conf;
};


/*
 * NGX_OK: done, or there is no TLS; NGX_AGAIN: to be called with the next
 * event, whose handler is still the caller's; NGX_ERROR: it failed.
 */
ngx_int_t ngx_session_mc_tls_handshake(ngx_session_mc_conn_t *conn);

/* of a connection with or without TLS; does not wait for the other side */
void ngx_session_mc_tls_close(ngx_connection_t *c);

/* why TLS failed, if it did, until the connection is closed; or NULL */
const nsess_str_t *ngx_session_mc_tls_text(ngx_connection_t *c);

/* drops the session that is kept for the next connection */
void ngx_session_mc_tls_forget(ngx_session_mc_server_t *s);


#else


#define ngx_session_mc_tls_handshake(conn)  NGX_OK
#define ngx_session_mc_tls_close(c)
#define ngx_session_mc_tls_text(c)          NULL
#define ngx_session_mc_tls_forget(s)


#endif


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_TLS_H_INCLUDED_ */
