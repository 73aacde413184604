/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * TLS on the connections of a group.
 */


#include "ngx_session_mc_server.h"
#include "ngx_session_mc_tls.h"
#include "nsess_str.h"


#if (NGX_SSL)


/* of a connection: nginx's structure for it, and the name */
#define NGX_SESSION_MC_TLS_POOL  512

/* a line of OpenSSL's, and more than is shown of it */
#define NGX_SESSION_MC_TLS_TEXT  256


static ngx_int_t ngx_session_mc_tls_begin(ngx_session_mc_conn_t *conn);
static ngx_str_t ngx_session_mc_tls_name(ngx_session_mc_conn_t *conn);
static ngx_int_t ngx_session_mc_tls_expect(ngx_connection_t *c,
    ngx_str_t name);
static ngx_int_t ngx_session_mc_tls_verify(ngx_session_mc_conn_t *conn);
static void ngx_session_mc_tls_save(ngx_connection_t *c);
static ngx_int_t ngx_session_mc_tls_log(ngx_connection_t *c);
static void ngx_session_mc_tls_writer(ngx_log_t *log, ngx_uint_t level,
    u_char *buf, size_t len);


/* what was said last, and of which connection */

static u_char             ngx_session_mc_tls_buf[NGX_SESSION_MC_TLS_TEXT];
static nsess_str_t        ngx_session_mc_tls_said;
static ngx_atomic_uint_t  ngx_session_mc_tls_number;


ngx_int_t
ngx_session_mc_tls_handshake(ngx_session_mc_conn_t *conn)
{
    ngx_int_t              rc;
    ngx_connection_t      *c;
    ngx_event_handler_pt   handler;

    c = conn->connection;

    if (conn->server->mc->tls == NULL) {
        return NGX_OK;
    }

    if (c->ssl == NULL && ngx_session_mc_tls_begin(conn) != NGX_OK) {
        return NGX_ERROR;
    }

    handler = c->read->handler;

    rc = ngx_ssl_handshake(c);

    /* nginx's own one does not look at c->close */

    c->read->handler = handler;
    c->write->handler = handler;

    if (rc == NGX_OK) {
        rc = ngx_session_mc_tls_verify(conn);
    }

    if (rc == NGX_ERROR) {
        ngx_session_mc_tls_forget(conn->server);
    }

    return rc;
}


static ngx_int_t
ngx_session_mc_tls_begin(ngx_session_mc_conn_t *conn)
{
    ngx_connection_t         *c;
    ngx_session_mc_server_t  *s;

    c = conn->connection;
    s = conn->server;

    c->pool = ngx_create_pool(NGX_SESSION_MC_TLS_POOL, &conn->log);
    if (c->pool == NULL) {
        return NGX_ERROR;
    }

    if (ngx_session_mc_tls_log(c) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_ssl_create_connection(&s->mc->tls->ssl, c,
                                  NGX_SSL_BUFFER|NGX_SSL_CLIENT)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    /*
     * what has been sent is known by the record; what a blocked write left is
     * sent from wherever it is then
     */

    (void) SSL_set_mode(c->ssl->connection,
                        SSL_MODE_ENABLE_PARTIAL_WRITE
                        |SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);

    c->ssl->save_session = ngx_session_mc_tls_save;

    if (s->tls_session != NULL
        && ngx_ssl_set_session(c, s->tls_session) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_session_mc_tls_expect(c, ngx_session_mc_tls_name(conn));
}


static ngx_str_t
ngx_session_mc_tls_name(ngx_session_mc_conn_t *conn)
{
    ngx_str_t  name;

    name = conn->server->mc->tls->conf->name;

    if (name.data == NULL) {
        name = conn->server->conf->url.host;
    }

    if (name.len > 2 && name.data[0] == '[') {
        name.data++;
        name.len -= 2;
    }

    return name;
}


/* whom the certificate has to be for; an address is not told by SNI */

static ngx_int_t
ngx_session_mc_tls_expect(ngx_connection_t *c, ngx_str_t name)
{
    char    *p;
    SSL     *ssl;
    u_char  *text;

    ssl = c->ssl->connection;

    text = ngx_pnalloc(c->pool, name.len + 1);
    if (text == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(text, name.data, name.len + 1);
    p = (char *) text;

    if (ngx_strchr(p, ':') != NULL
        || ngx_inet_addr(name.data, name.len) != INADDR_NONE)
    {
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), p) == 1
               ? NGX_OK : NGX_ERROR;
    }

    return SSL_set1_host(ssl, p) == 1 && SSL_set_tlsext_host_name(ssl, p) == 1
           ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_session_mc_tls_verify(ngx_session_mc_conn_t *conn)
{
    SSL        *ssl;
    long        rc;
    u_char     *p;
    ngx_str_t   name;

    ssl = conn->connection->ssl->connection;

    ngx_log_debug2(NGX_LOG_DEBUG_EVENT, &conn->log, 0,
                   "session memcached TLS: %s, session reused: %d",
                   SSL_get_version(ssl), SSL_session_reused(ssl));

    rc = SSL_get_verify_result(ssl);

    if (rc == X509_V_OK || !conn->server->mc->tls->conf->verify) {
        return NGX_OK;
    }

    name = ngx_session_mc_tls_name(conn);

    p = ngx_snprintf(ngx_session_mc_tls_buf, NGX_SESSION_MC_TLS_TEXT,
                     "certificate for %V: %s", &name,
                     X509_verify_cert_error_string(rc));

    ngx_session_mc_tls_said = nsess_str_span(ngx_session_mc_tls_buf, p);
    ngx_session_mc_tls_number = conn->connection->number;

    return NGX_ERROR;
}


static void
ngx_session_mc_tls_save(ngx_connection_t *c)
{
    ngx_session_mc_conn_t  *conn;

    conn = c->data;

    ngx_session_mc_tls_forget(conn->server);

    conn->server->tls_session = ngx_ssl_get_session(c);
}


void
ngx_session_mc_tls_forget(ngx_session_mc_server_t *s)
{
    if (s->tls_session != NULL) {
        ngx_ssl_free_session(s->tls_session);
        s->tls_session = NULL;
    }
}


void
ngx_session_mc_tls_close(ngx_connection_t *c)
{
    ngx_pool_t  *pool;

    if (c->ssl != NULL) {
        c->ssl->no_wait_shutdown = 1;

        if (ngx_ssl_shutdown(c) == NGX_AGAIN) {
            c->ssl->no_send_shutdown = 1;
            (void) ngx_ssl_shutdown(c);
        }
    }

    if (c->pool != NULL) {
        pool = c->pool;

        c->log = pool->log;
        c->read->log = pool->log;
        c->write->log = pool->log;
        c->pool = NULL;

        ngx_destroy_pool(pool);
    }
}


const nsess_str_t *
ngx_session_mc_tls_text(ngx_connection_t *c)
{
    static const nsess_str_t  unfinished =
        nsess_string("the TLS handshake has not ended");

    if (c->ssl == NULL) {
        return NULL;
    }

    if (ngx_session_mc_tls_number == c->number) {
        return &ngx_session_mc_tls_said;
    }

    return c->ssl->handshaked ? NULL : &unfinished;
}


/* the messages of nginx and OpenSSL go to a text, whatever their level is */

static ngx_int_t
ngx_session_mc_tls_log(ngx_connection_t *c)
{
    ngx_log_t  *log;

    log = ngx_pcalloc(c->pool, sizeof(ngx_log_t));
    if (log == NULL) {
        return NGX_ERROR;
    }

    log->log_level = NGX_LOG_INFO;
    log->writer = ngx_session_mc_tls_writer;
    log->wdata = c;

    c->log = log;
    c->read->log = log;
    c->write->log = log;

    return NGX_OK;
}


/* the line is "DATE TIME [LEVEL] PID#TID: TEXT\n" */

static void
ngx_session_mc_tls_writer(ngx_log_t *log, ngx_uint_t level, u_char *buf,
    size_t len)
{
    u_char            *p, *last;
    ngx_connection_t  *c;

    c = log->wdata;
    last = buf + len - NGX_LINEFEED_SIZE;

    p = ngx_strnstr(buf, ": ", last - buf);
    p = (p != NULL) ? p + 2 : buf;

    last = ngx_cpymem(ngx_session_mc_tls_buf, p,
                      ngx_min(last - p, NGX_SESSION_MC_TLS_TEXT));

    ngx_session_mc_tls_said = nsess_str_span(ngx_session_mc_tls_buf, last);
    ngx_session_mc_tls_number = c->number;
}


#endif
