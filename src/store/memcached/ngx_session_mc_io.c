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


/*
 * Bytes that may wait to be sent: sixteen items of memcached's default limit
 * of 1 MB.  More pile up only when memcached does not read.
 */
#define NGX_SESSION_MC_OUT_MAX  (16 * 1024 * 1024)

#define ngx_session_mc_bit(status)  (1u << (status))


static void ngx_session_mc_io_timeout(ngx_session_mc_server_t *s);
static void ngx_session_mc_io_closed(ngx_session_mc_server_t *s, ssize_t n);
static ngx_int_t ngx_session_mc_io_process(ngx_session_mc_server_t *s);
static void ngx_session_mc_io_limit(ngx_session_mc_server_t *s);
static ngx_session_mc_op_t *ngx_session_mc_io_oldest(
    ngx_session_mc_server_t *s);
static ngx_int_t ngx_session_mc_io_reply(ngx_session_mc_server_t *s,
    const nsess_mc_reply_t *reply);
static ngx_uint_t ngx_session_mc_io_match(const ngx_session_mc_op_t *op,
    const nsess_mc_reply_t *reply);
static ngx_int_t ngx_session_mc_io_room(ngx_session_mc_server_t *s);


/* the replies that a command may have, by the verb; the last is a probe's */

static const ngx_uint_t  ngx_session_mc_replies[NGX_SESSION_VERBS + 1] = {
    ngx_session_mc_bit(NSESS_MC_VA) | ngx_session_mc_bit(NSESS_MC_EN)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),
    ngx_session_mc_bit(NSESS_MC_HD) | ngx_session_mc_bit(NSESS_MC_NS)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),
    ngx_session_mc_bit(NSESS_MC_HD) | ngx_session_mc_bit(NSESS_MC_NF)
        | ngx_session_mc_bit(NSESS_MC_EX)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),
    ngx_session_mc_bit(NSESS_MC_HD) | ngx_session_mc_bit(NSESS_MC_NF)
        | ngx_session_mc_bit(NSESS_MC_EX)
        | ngx_session_mc_bit(NSESS_MC_SERVER_ERROR),
    ngx_session_mc_bit(NSESS_MC_MN)
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
    NGX_SESSION_FAILED          /* SERVER_ERROR */
};


void
ngx_session_mc_io_read_handler(ngx_event_t *rev)
{
    ssize_t                   n;
    ngx_connection_t         *c;
    ngx_session_mc_server_t  *s;

    c = rev->data;
    s = c->data;

    ngx_log_debug1(NGX_LOG_DEBUG_EVENT, rev->log, 0,
                   "session memcached read: fd:%d", c->fd);

    if (c->close) {
        ngx_session_mc_conn_shutdown(s);
        return;
    }

    if (rev->timedout) {
        rev->timedout = 0;
        ngx_session_mc_io_timeout(s);
        return;
    }

    do {
        if (ngx_session_mc_io_room(s) != NGX_OK) {
            ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_NO_MEMORY, 0, NULL);
            return;
        }

        n = c->recv(c, s->in.last, s->in.end - s->in.last);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == 0 || n == NGX_ERROR) {
            ngx_session_mc_io_closed(s, n);
            return;
        }

        s->in.last += n;

        ngx_session_stats_clock(s->mc->store);

        if (ngx_session_mc_io_process(s) != NGX_OK) {
            return;
        }

    } while (rev->ready);

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_READ, 0, NULL);
        return;
    }

    if (ngx_queue_empty(&s->ops)) {
        ngx_session_mc_conn_idle(s);
    }
}


void
ngx_session_mc_io_write_handler(ngx_event_t *wev)
{
    ngx_connection_t         *c;
    ngx_session_mc_server_t  *s;

    c = wev->data;
    s = c->data;

    /*
     * edge-triggered, this event comes with every reply; the commands that
     * are being collected wait for the end of the turn
     */

    if (s->blocked) {
        s->blocked = 0;
        ngx_session_mc_io_flush(s);
        return;
    }

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_WRITE, 0, NULL);
    }
}


void
ngx_session_mc_io_flush_handler(ngx_event_t *ev)
{
    ngx_session_mc_server_t  *s;

    s = ev->data;

    if (!s->blocked) {
        ngx_session_mc_io_flush(s);
    }
}


void
ngx_session_mc_io_flush(ngx_session_mc_server_t *s)
{
    ssize_t                n;
    ngx_connection_t      *c;
    ngx_session_mc_buf_t  *b;

    c = s->connection;
    b = &s->out;

    while (b->pos < b->last) {

        n = c->send(c, b->pos, b->last - b->pos);

        if (n == NGX_ERROR) {
            ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_WRITE,
                                     ngx_socket_errno, NULL);
            return;
        }

        if (n == NGX_AGAIN || n == 0) {
            s->blocked = 1;
            break;
        }

        b->pos += n;
    }

    if (b->pos == b->last) {
        ngx_session_mc_buf_reset(b);
    }

    if (ngx_handle_write_event(c->write, 0) != NGX_OK) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_WRITE, 0, NULL);
    }
}


ngx_session_reason_e
ngx_session_mc_io_append(ngx_session_mc_server_t *s,
    const nsess_mc_request_t *req)
{
    size_t                 waiting, left;
    nsess_writer_t         w;
    ngx_session_mc_buf_t  *b;

    b = &s->out;

    waiting = b->last - b->pos;
    left = NGX_SESSION_MC_OUT_MAX - waiting;

    if (b->start != NULL) {
        nsess_writer_init(&w, b->last, ngx_min((size_t) (b->end - b->last),
                                               left));
        nsess_mc_write(&w, req);

        if (w.error == NSESS_E_NONE) {
            b->last += w.len;
            return NGX_SESSION_REASON_NONE;
        }
    }

    /* it does not fit: how much room does it want? */

    nsess_writer_init(&w, NULL, left);
    nsess_mc_write(&w, req);

    if (w.error != NSESS_E_NONE) {
        return NGX_SESSION_REASON_OVERFLOW;
    }

    /* twice as much as before, so that what waits is copied seldom */

    if (ngx_session_mc_buf_reserve(b, ngx_max(w.len, waiting), &s->log)
        != NGX_OK)
    {
        return NGX_SESSION_REASON_NO_MEMORY;
    }

    nsess_writer_init(&w, b->last, b->end - b->last);
    nsess_mc_write(&w, req);

    b->last += w.len;

    return NGX_SESSION_REASON_NONE;
}


void
ngx_session_mc_io_init(ngx_session_mc_server_t *s)
{
    s->blocked = 0;

    nsess_mc_parser_init(&s->parser, 0);
}


/* the timer is not moved by each operation: it fires, and looks what is due */

static void
ngx_session_mc_io_timeout(ngx_session_mc_server_t *s)
{
    ngx_msec_int_t        left;
    ngx_session_mc_op_t  *op;

    op = ngx_session_mc_io_oldest(s);

    if (op == NULL) {
        return;
    }

    left = (ngx_msec_int_t) (op->deadline - ngx_current_msec);

    if (left > 0) {
        ngx_add_timer(s->connection->read, (ngx_msec_t) left);
        return;
    }

    ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_TIMEOUT, 0, NULL);
}


static void
ngx_session_mc_io_closed(ngx_session_mc_server_t *s, ssize_t n)
{
    if (ngx_queue_empty(&s->ops)) {
        (void) ngx_session_log(&s->idle, NGX_LOG_INFO, ngx_cycle->log, 0,
                               "memcached \"%V\" closed an idle connection",
                               &s->conf->name);

        ngx_session_mc_conn_close(s);
        return;
    }

    if (n == 0) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_CLOSED, 0, NULL);
        return;
    }

    /* n == NGX_ERROR */

    ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_READ, ngx_socket_errno,
                             NULL);
}


/* NGX_ERROR: the connection has failed, and is closed */

static ngx_int_t
ngx_session_mc_io_process(ngx_session_mc_server_t *s)
{
    nsess_rc_t         rc;
    const uint8_t     *pos;
    nsess_mc_reply_t   reply;

    for ( ;; ) {
        pos = s->in.pos;

        ngx_session_mc_io_limit(s);

        rc = nsess_mc_parse(&s->parser, &pos, s->in.last, &reply);

        s->in.pos = (u_char *) pos;

        if (rc == NSESS_AGAIN) {
            return NGX_OK;
        }

        if (rc != NSESS_OK) {
            ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_PROTOCOL, 0, NULL);
            return NGX_ERROR;
        }

        if (ngx_session_mc_io_reply(s, &reply) != NGX_OK) {
            return NGX_ERROR;
        }
    }
}


/* the next reply is that of the oldest operation: how long may it be? */

static void
ngx_session_mc_io_limit(ngx_session_mc_server_t *s)
{
    ngx_session_mc_op_t  *op;

    op = ngx_session_mc_io_oldest(s);

    nsess_mc_parser_limit(&s->parser, op != NULL ? op->max : 0);
}


static ngx_session_mc_op_t *
ngx_session_mc_io_oldest(ngx_session_mc_server_t *s)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(&s->ops)) {
        return NULL;
    }

    q = ngx_queue_head(&s->ops);

    return ngx_queue_data(q, ngx_session_mc_op_t, queue);
}


static ngx_int_t
ngx_session_mc_io_reply(ngx_session_mc_server_t *s,
    const nsess_mc_reply_t *reply)
{
    ngx_session_mc_op_t  *op;
    ngx_session_reply_t   answer;

    op = ngx_session_mc_io_oldest(s);

    if (op == NULL || !ngx_session_mc_io_match(op, reply)) {
        ngx_session_mc_conn_fail(s, NGX_SESSION_REASON_PROTOCOL, 0,
                                 reply->status == NSESS_MC_VA
                                 ? NULL : &reply->value);
        return NGX_ERROR;
    }

    answer.outcome = ngx_session_mc_outcomes[reply->status];
    answer.reason = NGX_SESSION_REASON_NONE;
    answer.value = reply->value;
    answer.flags = reply->flags;
    answer.life = ngx_max(reply->ttl, -1);
    answer.oversize = reply->oversize;
    answer.version = reply->cas;

    if (reply->status == NSESS_MC_SERVER_ERROR) {
        answer.reason = NGX_SESSION_REASON_ERROR;
        ngx_session_mc_health_error(s, &reply->value);

    } else if (reply->status == NSESS_MC_VA
               && reply->cas == NGX_SESSION_NO_VERSION)
    {
        /* memcached -C: a write could revive a session that has ended */

        answer.outcome = NGX_SESSION_FAILED;
        answer.reason = NGX_SESSION_REASON_VERSION;

    } else if (answer.outcome == NGX_SESSION_MISSING && !op->may_miss) {

        /* it may be on the server that is down */

        answer.outcome = NGX_SESSION_FAILED;
        answer.reason = NGX_SESSION_REASON_DOWN;
    }

    ngx_session_mc_op_done(s->mc, op, &answer);

    return NGX_OK;
}


/* 0: the reply is not the operation's, so that we are out of step */

static ngx_uint_t
ngx_session_mc_io_match(const ngx_session_mc_op_t *op,
    const nsess_mc_reply_t *reply)
{
    if (!(ngx_session_mc_replies[op->op.verb]
          & ngx_session_mc_bit(reply->status)))
    {
        return 0;
    }

    if (reply->has_opaque) {
        return reply->opaque == op->opaque;
    }

    /* these carry none; that of a miss is missing in some versions */

    return reply->status == NSESS_MC_SERVER_ERROR
           || reply->status == NSESS_MC_MN
           || reply->status == NSESS_MC_EN;
}


/* makes room behind s->in.last for the rest of a reply */

static ngx_int_t
ngx_session_mc_io_room(ngx_session_mc_server_t *s)
{
    size_t                 used, want;
    ngx_session_mc_buf_t  *b;

    b = &s->in;
    used = b->last - b->pos;

    if (used == 0) {
        ngx_session_mc_buf_reset(b);
    }

    want = s->parser.need != 0 ? s->parser.need : NSESS_MC_LINE_MAX;

    return ngx_session_mc_buf_reserve(b, want - used, &s->log);
}
