/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Bytes and replies of an open connection.
 */


#include "ngx_session_mc_buf.h"
#include "ngx_session_mc_close.h"
#include "ngx_session_mc_health.h"
#include "ngx_session_mc_io.h"
#include "ngx_session_mc_op.h"
#include "ngx_session_mc_reason.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_timer.h"


#define ngx_session_mc_bit(status)  (1u << (status))


static void ngx_session_mc_io_closed(ngx_session_mc_conn_t *conn, ssize_t n);
static ngx_int_t ngx_session_mc_io_process(ngx_session_mc_conn_t *conn);
static void ngx_session_mc_io_expect(ngx_session_mc_conn_t *conn);
static ngx_int_t ngx_session_mc_io_reply(ngx_session_mc_conn_t *conn,
    const nsess_mc_reply_t *reply);
static ngx_session_reason_e ngx_session_mc_io_judge(
    const ngx_session_mc_op_t *op, const nsess_mc_reply_t *reply,
    const ngx_session_reply_t *answer);
static ngx_uint_t ngx_session_mc_io_match(const ngx_session_mc_op_t *op,
    const nsess_mc_reply_t *reply);
static ngx_int_t ngx_session_mc_io_room(ngx_session_mc_conn_t *conn);


/* the replies that a command may have */

static const ngx_uint_t  ngx_session_mc_replies[] = {
    0,
    ngx_session_mc_bit(NSESS_MC_VA) | ngx_session_mc_bit(NSESS_MC_EN)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),            /* GET */
    ngx_session_mc_bit(NSESS_MC_HD) | ngx_session_mc_bit(NSESS_MC_NS)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),            /* ADD */
    ngx_session_mc_bit(NSESS_MC_HD) | ngx_session_mc_bit(NSESS_MC_NF)
        | ngx_session_mc_bit(NSESS_MC_EX)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),            /* SET */
    ngx_session_mc_bit(NSESS_MC_HD) | ngx_session_mc_bit(NSESS_MC_NF)
        | ngx_session_mc_bit(NSESS_MC_EX)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),            /* DELETE */
    ngx_session_mc_bit(NSESS_MC_MN),                            /* NOOP */
    ngx_session_mc_bit(NSESS_MC_HD),                            /* AUTH */
    ngx_session_mc_bit(NSESS_MC_VERSION)                        /* version */
};


/* of replies that pass ngx_session_mc_io_match(), by their status */

static const ngx_session_outcome_e  ngx_session_mc_outcomes[] = {
    NGX_SESSION_FAILED,
    NGX_SESSION_DONE,           /* VA */
    NGX_SESSION_DONE,           /* HD */
    NGX_SESSION_MISSING,        /* EN */
    NGX_SESSION_MISSING,        /* NF */
    NGX_SESSION_EXISTS,         /* NS */
    NGX_SESSION_CONFLICT,       /* EX */
    NGX_SESSION_DONE,           /* MN */
    NGX_SESSION_FAILED,         /* SERVER_ERROR */
    NGX_SESSION_FAILED,         /* CLIENT_ERROR */
    NGX_SESSION_FAILED,         /* ERROR */
    NGX_SESSION_DONE            /* VERSION */
};


void
ngx_session_mc_io_read_handler(ngx_event_t *rev)
{
    ssize_t                 n;
    ngx_connection_t       *c;
    ngx_session_mc_conn_t  *conn;

    c = rev->data;
    conn = c->data;

    if (c->close) {
        ngx_session_mc_conn_shutdown(conn);
        return;
    }

    if (rev->timedout) {
        rev->timedout = 0;
        ngx_session_mc_timer_over(conn);
        return;
    }

    do {
        if (ngx_session_mc_io_room(conn) != NGX_OK) {
            ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_NO_MEMORY, 0,
                                     NULL);
            return;
        }

        n = c->recv(c, conn->in.last, conn->in.end - conn->in.last);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == 0 || n == NGX_ERROR) {
            ngx_session_mc_io_closed(conn, n);
            return;
        }

        conn->in.last += n;
        conn->heard = ngx_current_msec;

        ngx_session_stats_clock(conn->server->mc->store);

        if (ngx_session_mc_io_process(conn) != NGX_OK) {
            return;
        }

    } while (rev->ready);

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_READ, 0, NULL);
        return;
    }

    if (ngx_queue_empty(&conn->ops)) {
        ngx_session_mc_conn_idle(conn);
    }
}


void
ngx_session_mc_io_write_handler(ngx_event_t *wev)
{
    ngx_connection_t       *c;
    ngx_session_mc_conn_t  *conn;

    c = wev->data;
    conn = c->data;

    /*
     * edge-triggered, this event comes with every reply; the commands that
     * are being collected wait for the end of the turn
     */

    if (conn->blocked) {
        conn->blocked = 0;
        ngx_session_mc_io_flush(conn);
        return;
    }

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_WRITE, 0, NULL);
    }
}


void
ngx_session_mc_io_flush_handler(ngx_event_t *ev)
{
    ngx_session_mc_conn_t  *conn;

    conn = ev->data;

    if (!conn->blocked) {
        ngx_session_mc_io_flush(conn);
    }
}


void
ngx_session_mc_io_flush(ngx_session_mc_conn_t *conn)
{
    ssize_t                n;
    ngx_connection_t      *c;
    ngx_session_mc_out_t  *out;

    c = conn->connection;
    out = &conn->out;

    while (out->sent < ngx_session_mc_out_stop(out)) {

        n = c->send(c, ngx_session_mc_out_next(out),
                    ngx_session_mc_out_stop(out) - out->sent);

        if (n == NGX_ERROR) {
            ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_WRITE,
                                     ngx_socket_errno, NULL);
            return;
        }

        if (n == NGX_AGAIN || n == 0) {
            conn->blocked = 1;
            break;
        }

        out->sent += n;
    }

    /* the rest of a command that was answered before all of it was sent */

    if (ngx_queue_empty(&conn->ops)) {
        ngx_session_mc_out_drop(out, out->sent);
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
        ngx_session_mc_conn_fail(conn, NGX_SESSION_REASON_WRITE, 0, NULL);
    }
}


ngx_uint_t
ngx_session_mc_io_partial(const ngx_session_mc_conn_t *conn)
{
    return nsess_mc_parser_inside(&conn->parser)
           || conn->in.pos != conn->in.last;
}


static void
ngx_session_mc_io_closed(ngx_session_mc_conn_t *conn, ssize_t n)
{
    ngx_err_t                 err;
    ngx_session_reason_e      reason;
    ngx_session_mc_server_t  *s;

    if (ngx_queue_empty(&conn->ops)) {
        s = conn->server;

        (void) ngx_session_log(&s->idle, NGX_LOG_INFO, ngx_cycle->log, 0,
                               "memcached \"%V\" closed an idle connection",
                               &s->name);

        ngx_session_mc_conn_close(conn);
        return;
    }

    err = (n == NGX_ERROR) ? ngx_socket_errno : 0;
    reason = (n == NGX_ERROR) ? NGX_SESSION_REASON_READ
                              : NGX_SESSION_REASON_CLOSED;

    if (ngx_session_mc_op_oldest(&conn->ops)->begin == 0
        && !nsess_mc_parser_inside(&conn->parser))
    {
        /* not even its first command was answered */

        reason = ngx_session_mc_reason_closed(conn->in.pos, conn->in.last,
                                              reason);
    }

    ngx_session_mc_conn_fail(conn, reason, err, NULL);
}


/* NGX_ERROR: the connection has failed, and is closed */

static ngx_int_t
ngx_session_mc_io_process(ngx_session_mc_conn_t *conn)
{
    nsess_rc_t         rc;
    const uint8_t     *pos;
    nsess_mc_reply_t   reply;

    for ( ;; ) {
        pos = conn->in.pos;

        ngx_session_mc_io_expect(conn);

        rc = nsess_mc_parse(&conn->parser, &pos, conn->in.last, &reply);

        if (rc == NSESS_AGAIN) {
            conn->in.pos = (u_char *) pos;
            return NGX_OK;
        }

        /* until it is known to be a reply, its bytes count as a part of it */

        if (rc != NSESS_OK) {
            ngx_session_mc_conn_fail(conn,
                                     ngx_session_mc_reason_bytes(pos,
                                                            conn->in.last),
                                     0, NULL);
            return NGX_ERROR;
        }

        if (ngx_session_mc_io_reply(conn, &reply) != NGX_OK) {
            return NGX_ERROR;
        }

        conn->in.pos = (u_char *) pos;
    }
}


/*
 * The next reply is that of the oldest operation.  A value that nobody waits
 * for is dropped as it comes.
 */

static void
ngx_session_mc_io_expect(ngx_session_mc_conn_t *conn)
{
    ngx_session_mc_op_t  *op;

    static const nsess_mc_expect_t  none;

    op = ngx_session_mc_op_oldest(&conn->ops);

    nsess_mc_parser_limit(&conn->parser,
                          op != NULL && op->op.handler != NULL ? op->max : 0);
    nsess_mc_parser_expect(&conn->parser, op != NULL ? &op->expect : &none);
}


static ngx_int_t
ngx_session_mc_io_reply(ngx_session_mc_conn_t *conn,
    const nsess_mc_reply_t *reply)
{
    ngx_session_mc_op_t  *op;
    ngx_session_reply_t   answer;

    op = ngx_session_mc_op_oldest(&conn->ops);

    if (op == NULL || !ngx_session_mc_io_match(op, reply)) {
        ngx_session_mc_conn_fail(conn,
                                 op == NULL ? NGX_SESSION_REASON_PROTOCOL
                                 : ngx_session_mc_reason_reply(&op->expect,
                                                               reply),
                                 0, reply->status == NSESS_MC_VA
                                    ? NULL : &reply->value);
        return NGX_ERROR;
    }

    answer.outcome = ngx_session_mc_outcomes[reply->status];
    answer.value = reply->value;
    answer.flags = reply->flags;
    answer.life = ngx_max(reply->ttl, -1);
    answer.peer = &conn->server->name;
    answer.oversize = reply->oversize;
    answer.version = ngx_session_mc_version(conn->server, reply->cas);

    ngx_session_mc_out_drop(&conn->out, op->end);
    conn->proven = (op->expect.command <= NSESS_MC_NOOP);

    answer.reason = ngx_session_mc_io_judge(op, reply, &answer);

    if (answer.reason == NGX_SESSION_REASON_ERROR) {
        ngx_session_mc_health_error(conn->server, &reply->value);
    }

    if (answer.reason != NGX_SESSION_REASON_NONE) {
        answer.outcome = NGX_SESSION_FAILED;
    }

    ngx_session_mc_op_done(conn->server->mc, op, &answer);

    return NGX_OK;
}


/* why an operation has failed though there is a reply, or NONE */

static ngx_session_reason_e
ngx_session_mc_io_judge(const ngx_session_mc_op_t *op,
    const nsess_mc_reply_t *reply, const ngx_session_reply_t *answer)
{
    if (reply->status == NSESS_MC_SERVER_ERROR) {
        return NGX_SESSION_REASON_ERROR;
    }

    if (reply->status == NSESS_MC_VA
        && reply->cas == NGX_SESSION_NO_VERSION)
    {
        /* memcached -C: a write could revive a session that has ended */
        return NGX_SESSION_REASON_VERSION;
    }

    if (answer->outcome == NGX_SESSION_MISSING && op->moved) {
        return NGX_SESSION_REASON_MOVED;
    }

    if (answer->outcome == NGX_SESSION_CONFLICT) {
        /* this may be the work of the first connection */
        return op->restarted;
    }

    return NGX_SESSION_REASON_NONE;
}


/* 0: the reply is not the operation's, so that we are out of step */

static ngx_uint_t
ngx_session_mc_io_match(const ngx_session_mc_op_t *op,
    const nsess_mc_reply_t *reply)
{
    if (!(ngx_session_mc_replies[op->expect.command]
          & ngx_session_mc_bit(reply->status))
        || (reply->status == NSESS_MC_VERSION
            && !ngx_session_mc_version_good(reply->value)))
    {
        return 0;
    }

    if (reply->has_opaque) {
        return reply->opaque == op->opaque;
    }

    /* these carry none */

    return op->expect.protocol == NSESS_MC_CLASSIC
           || op->expect.command >= NSESS_MC_NOOP
           || reply->status == NSESS_MC_SERVER_ERROR;
}


/* makes room behind conn->in.last for the rest of a reply */

static ngx_int_t
ngx_session_mc_io_room(ngx_session_mc_conn_t *conn)
{
    size_t                 used, want;
    ngx_session_mc_buf_t  *b;

    b = &conn->in;
    used = b->last - b->pos;

    if (used == 0) {
        ngx_session_mc_buf_reset(b);
    }

    want = conn->parser.need != 0 ? conn->parser.need : NSESS_MC_LINE_MAX;

    return ngx_session_mc_buf_reserve(b, want - used, &conn->log);
}
