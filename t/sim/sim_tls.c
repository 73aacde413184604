/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * TLS as nginx shows it: a handshake between the connection of TCP and the
 * first command.  What is sent and received then is as without TLS.
 */


#include <arpa/inet.h>

#include "sim.h"


static void sim_tls_handler(ngx_event_t *ev);


/* the session that the last handshake which failed began with, or NULL */
static ngx_ssl_session_t  *sim_tls_failed;


ngx_int_t
ngx_ssl_create(ngx_ssl_t *ssl, ngx_uint_t protocols, void *data)
{
    static SSL_CTX  *ctx;

    if (ctx == NULL) {
        ctx = SSL_CTX_new(TLS_client_method());
    }

    ssl->ctx = ctx;

    return NGX_OK;
}


void
ngx_ssl_cleanup_ctx(void *data)
{
}


ngx_int_t
ngx_ssl_client_session_cache(ngx_conf_t *cf, ngx_ssl_t *ssl,
    ngx_uint_t enable)
{
    return NGX_OK;
}


/* no trace has certificates */

ngx_int_t
ngx_ssl_certificate(ngx_conf_t *cf, ngx_ssl_t *ssl, ngx_str_t *cert,
    ngx_str_t *key, ngx_array_t *passwords)
{
    return NGX_ERROR;
}


ngx_int_t
ngx_ssl_trusted_certificate(ngx_conf_t *cf, ngx_ssl_t *ssl, ngx_str_t *cert,
    ngx_int_t depth)
{
    return NGX_ERROR;
}


ngx_int_t
ngx_ssl_create_connection(ngx_ssl_t *ssl, ngx_connection_t *c,
    ngx_uint_t flags)
{
    c->ssl = ngx_pcalloc(c->pool, sizeof(ngx_ssl_connection_t));
    c->ssl->connection = SSL_new(ssl->ctx);

    return NGX_OK;
}


ngx_int_t
ngx_ssl_set_session(ngx_connection_t *c, ngx_ssl_session_t *session)
{
    if (session == sim_tls_failed) {
        sim_broken("fd:%d: goes on with a session of TLS that has failed",
                   c->fd);
    }

    ((sim_conn_t *) c)->session = session;

    return NGX_OK;
}


ngx_ssl_session_t *
ngx_ssl_get_session(ngx_connection_t *c)
{
    ngx_ssl_session_t  *session;

    session = SSL_SESSION_new();

    if (session == sim_tls_failed) {
        sim_tls_failed = NULL;
    }

    return session;
}


ngx_int_t
ngx_ssl_handshake(ngx_connection_t *c)
{
    sim_conn_t  *conn;

    conn = (sim_conn_t *) c;

    if (conn->connecting) {
        c->read->ready = 0;
        c->read->handler = sim_tls_handler;
        c->write->handler = sim_tls_handler;

        return NGX_AGAIN;
    }

    if (conn->cause & sim_bit(NGX_SESSION_REASON_TLS)) {
        sim_tls_failed = conn->session;
        return NGX_ERROR;
    }

    c->ssl->handshaked = 1;
    c->read->ready = 1;
    c->write->ready = 1;

    c->ssl->save_session(c);

    return NGX_OK;
}


/* nginx's own one, which knows nothing of a worker that exits */

static void
sim_tls_handler(ngx_event_t *ev)
{
    sim_broken("the handler of an event is not the client's");
}


ngx_int_t
ngx_ssl_shutdown(ngx_connection_t *c)
{
    if (!c->ssl->no_wait_shutdown) {
        sim_broken("TLS waits for the other side to end it");
    }

    if (((sim_conn_t *) c)->full && !c->ssl->no_send_shutdown) {
        return NGX_AGAIN;
    }

    SSL_free(c->ssl->connection);
    c->ssl = NULL;

    return NGX_OK;
}


void
sim_tls_closed(ngx_connection_t *c)
{
    if (c->ssl != NULL || c->pool != NULL) {
        sim_broken("fd:%d is closed, and its TLS is not", c->fd);
    }
}


ngx_pool_t *
ngx_create_pool(size_t size, ngx_log_t *log)
{
    ngx_pool_t  *pool;

    pool = calloc(1, sizeof(ngx_pool_t));
    pool->log = log;

    return pool;
}


void
ngx_destroy_pool(ngx_pool_t *pool)
{
    free(pool);
}


in_addr_t
ngx_inet_addr(u_char *text, size_t len)
{
    return inet_addr((char *) text);
}


/* no trace needs these */

u_char *
ngx_strnstr(u_char *s1, char *s2, size_t n)
{
    return NULL;
}


char *
ngx_conf_set_str_slot(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return NGX_CONF_ERROR;
}
