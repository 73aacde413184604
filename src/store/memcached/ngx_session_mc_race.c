/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A fresh connection races one that has been silent for long.
 */


#include "ngx_session_mc_close.h"
#include "ngx_session_mc_hello.h"
#include "ngx_session_mc_op.h"
#include "ngx_session_mc_race.h"
#include "ngx_session_mc_restart.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_timer.h"


/*
 * ms of silence.  What forgets connections does so after a minute at the
 * earliest; what drops packets now is found out by the timeout.
 */
#define NGX_SESSION_MC_SILENCE  10000


static ngx_session_mc_conn_t *ngx_session_mc_race_other(
    const ngx_session_mc_conn_t *conn);
static ngx_int_t ngx_session_mc_race_ask(ngx_session_mc_conn_t *conn);
static void ngx_session_mc_race_answered(void *data,
    const ngx_session_reply_t *reply);
static void ngx_session_mc_race_end(ngx_session_mc_conn_t *winner);
static void ngx_session_mc_race_release(ngx_session_mc_conn_t *fresh);
static void ngx_session_mc_race_move(ngx_session_mc_conn_t *old,
    ngx_session_mc_conn_t *fresh);


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
    ngx_session_mc_conn_t  *old, *fresh;

    old = s->conn;
    fresh = ngx_session_mc_race_other(old);

    if (ngx_session_mc_hello_open(fresh, &err) != NGX_OK) {
        return;
    }

    if (ngx_session_mc_race_ask(fresh) != NGX_OK
        || ngx_session_mc_race_ask(old) != NGX_OK)
    {
        ngx_session_mc_conn_close(fresh);
        return;
    }

    old->proven = 0;
    fresh->out.hold = ngx_session_mc_out_end(&fresh->out);
    s->conn = fresh;
}


static ngx_int_t
ngx_session_mc_race_ask(ngx_session_mc_conn_t *conn)
{
    nsess_mc_request_t    req;
    ngx_session_reason_e  reason;

    ngx_memzero(&req, sizeof(nsess_mc_request_t));
    req.command = NSESS_MC_NOOP;

    return ngx_session_mc_conn_start(conn, NGX_SESSION_VERBS, &req,
                                     ngx_session_mc_limit(conn->server),
                                     ngx_session_mc_race_answered, conn,
                                     &reason)
           != NULL ? NGX_OK : NGX_ERROR;
}


static void
ngx_session_mc_race_answered(void *data, const ngx_session_reply_t *reply)
{
    ngx_session_mc_conn_t *conn = data;

    /* a connection that fails is not told of here */

    if (reply->outcome == NGX_SESSION_DONE) {
        ngx_session_mc_race_end(conn);
    }
}


ngx_uint_t
ngx_session_mc_race_failed(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err)
{
    ngx_session_mc_conn_t    *other;
    ngx_session_mc_server_t  *s;

    s = conn->server;
    other = ngx_session_mc_race_other(conn);

    if (other->connection == NULL) {
        return 0;
    }

    (void) ngx_session_log(&s->races, NGX_LOG_INFO, ngx_cycle->log, err,
                           "memcached \"%V\" %s on one of two connections, "
                           "the other is waited for",
                           &s->name, ngx_session_failure(reason));

    ngx_session_mc_race_end(other);

    return 1;
}


static void
ngx_session_mc_race_end(ngx_session_mc_conn_t *winner)
{
    ngx_session_mc_conn_t  *loser;

    loser = ngx_session_mc_race_other(winner);

    if (winner == winner->server->conn) {
        ngx_session_mc_conn_close(loser);
        ngx_session_mc_race_release(winner);
        return;
    }

    winner->server->conn = winner;
    ngx_session_mc_race_move(winner, loser);
}


/* what the fresh one holds is sent, if it stands; else when it does */

static void
ngx_session_mc_race_release(ngx_session_mc_conn_t *fresh)
{
    uint64_t  begin;

    begin = fresh->out.hold;
    fresh->out.hold = 0;

    if (begin != 0 && !fresh->connecting) {
        ngx_session_mc_timer_renew(fresh, begin);
        ngx_post_event(&fresh->flush, &ngx_posted_events);
    }
}


/* what the fresh one holds is sent by the old one, but for its own commands */

static void
ngx_session_mc_race_move(ngx_session_mc_conn_t *old,
    ngx_session_mc_conn_t *fresh)
{
    ngx_queue_t           ops;
    ngx_session_mc_op_t  *op;
    ngx_session_mc_out_t  out;

    ngx_session_mc_conn_take(fresh, &ops, &out);
    ngx_session_mc_conn_close(fresh);

    while ((op = ngx_session_mc_op_oldest(&ops)) != NULL
           && op->begin < out.hold)
    {
        ngx_session_mc_op_drop(old->server->mc, op);
    }

    ngx_session_mc_restart_move(old, &ops, &out);
}


static ngx_session_mc_conn_t *
ngx_session_mc_race_other(const ngx_session_mc_conn_t *conn)
{
    ngx_session_mc_conn_t  *conns;

    conns = conn->server->conns;

    return conn == &conns[0] ? &conns[1] : &conns[0];
}
