/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A fresh connection races one that has been silent for long.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_hello.h"
#include "ngx_session_mc_race.h"
#include "ngx_session_mc_restart.h"
#include "ngx_session_mc_server.h"


/*
 * ms of silence.  What forgets connections does so after a minute at the
 * earliest; what drops packets now is found out by the timeout.
 */
#define NGX_SESSION_MC_SILENCE  10000


static ngx_session_mc_conn_t *ngx_session_mc_race_other(
    const ngx_session_mc_conn_t *conn);
static void ngx_session_mc_race_answered(void *data,
    const ngx_session_reply_t *reply);


ngx_uint_t
ngx_session_mc_race_due(const ngx_session_mc_conn_t *conn)
{
    return ngx_current_msec - conn->heard >= NGX_SESSION_MC_SILENCE
           && !conn->connecting
           && ngx_queue_empty(&conn->ops)
           && conn->server->conf->url.family != AF_UNIX;
}


void
ngx_session_mc_race_begin(ngx_session_mc_server_t *s)
{
    ngx_err_t               err;
    nsess_mc_request_t      req;
    ngx_session_reason_e    reason;
    ngx_session_mc_conn_t  *old, *fresh;

    old = s->conn;
    fresh = ngx_session_mc_race_other(old);

    if (ngx_session_mc_hello_open(fresh, &err) != NGX_OK) {
        return;
    }

    if (!fresh->connecting) {
        ngx_session_mc_race_end(fresh);
        return;
    }

    ngx_memzero(&req, sizeof(nsess_mc_request_t));
    req.command = NSESS_MC_NOOP;

    if (ngx_session_mc_conn_start(old, NGX_SESSION_VERBS, &req,
                                  ngx_session_mc_race_answered, old, &reason)
        == NULL)
    {
        ngx_session_mc_conn_close(fresh);
        return;
    }

    s->conn = fresh;
}


static void
ngx_session_mc_race_answered(void *data, const ngx_session_reply_t *reply)
{
    ngx_session_mc_conn_t *old = data;

    ngx_queue_t             ops;
    ngx_session_mc_out_t    out;
    ngx_session_mc_conn_t  *fresh;

    if (reply->outcome != NGX_SESSION_DONE) {
        return;
    }

    fresh = ngx_session_mc_race_other(old);

    ngx_session_mc_conn_take(fresh, &ops, &out);
    ngx_session_mc_hello_drop(old->server->mc, &ops);
    ngx_session_mc_race_end(old);
    ngx_session_mc_restart_move(old, &ops, &out);
}


void
ngx_session_mc_race_end(ngx_session_mc_conn_t *conn)
{
    conn->server->conn = conn;

    ngx_session_mc_conn_close(ngx_session_mc_race_other(conn));
}


static ngx_session_mc_conn_t *
ngx_session_mc_race_other(const ngx_session_mc_conn_t *conn)
{
    ngx_session_mc_conn_t  *conns;

    conns = conn->server->conns;

    return conn == &conns[0] ? &conns[1] : &conns[0];
}
