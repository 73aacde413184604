/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A server of a group: which of its connections an operation begins on.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_health.h"
#include "ngx_session_mc_hello.h"
#include "ngx_session_mc_op.h"
#include "ngx_session_mc_race.h"
#include "ngx_session_mc_restart.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_socket.h"
#include "ngx_session_mc_tls.h"


/* a memcached does not count so many writes in years */
#define NGX_SESSION_MC_MARK_BIT  40


static void ngx_session_mc_server_failed(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text);


void
ngx_session_mc_server_init(ngx_session_mc_server_t *s, ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf)
{
    s->mc = mc;
    s->conf = conf;
    s->ident = -1;

    s->name = conf->name;
    s->addr = conf->url.addrs;

    /* else a key is always on the same server */

    if (mc->conf->eject || conf->how != NGX_SESSION_MC_FIXED) {
        s->mark = ++mc->marks << NGX_SESSION_MC_MARK_BIT;
    }

    s->place.host = conf->url.host;
    s->place.port = conf->url.port;
    s->place.weight = conf->weight;
    s->place.is_unix = (conf->url.family == AF_UNIX);

    s->conn = &s->conns[0];

    ngx_session_mc_conn_init(&s->conns[0], s, ngx_session_mc_server_failed);
    ngx_session_mc_conn_init(&s->conns[1], s, ngx_session_mc_server_failed);
}


ngx_int_t
ngx_session_mc_server_connect(ngx_session_mc_server_t *s,
    ngx_session_reason_e *reason)
{
    ngx_err_t  err;

    if (s->conn->connection == NULL) {

        if (ngx_session_mc_hello_open(s->conn, &err) != NGX_OK) {
            *reason = NGX_SESSION_REASON_CONNECT;
            ngx_session_mc_health_failed(s, *reason, err, NULL,
                                         s->state == NGX_SESSION_MC_STATE_UP);
            return NGX_ERROR;
        }

    } else if (ngx_session_mc_race_due(s->conn)) {
        ngx_session_mc_race_begin(s);
    }

    return NGX_OK;
}


static void
ngx_session_mc_server_failed(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text)
{
    ngx_session_mc_socket_abort(conn->connection);

    if (ngx_session_mc_race_failed(conn, reason, err)) {
        return;
    }

    if (conn->proven) {
        ngx_session_mc_restart(conn, reason, err, text);
        return;
    }

    ngx_session_mc_health_failed(conn->server, reason, err, text,
                                 ngx_session_mc_op_count(&conn->ops));

    ngx_session_mc_conn_end(conn, reason);
}


void
ngx_session_mc_server_exit(ngx_session_mc_server_t *s)
{
    ngx_session_mc_conn_close(&s->conns[0]);
    ngx_session_mc_conn_close(&s->conns[1]);

    ngx_session_mc_tls_forget(s);
}
