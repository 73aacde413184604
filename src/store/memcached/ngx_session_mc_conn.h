/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": a connection to a server, and the
 * operations that are under way on it.
 */


#ifndef _NGX_SESSION_MC_CONN_H_INCLUDED_
#define _NGX_SESSION_MC_CONN_H_INCLUDED_


#include "ngx_session_mc.h"
#include "ngx_session_mc_buf.h"
#include "ngx_session_mc_out.h"
#include "ngx_session_store_kind.h"
#include "nsess_mc_proto.h"


typedef struct ngx_session_mc_conn_s  ngx_session_mc_conn_t;


/* tells its server: the connection is open still, and to be closed; see
   ngx_session_mc_conn_fail() */
typedef void (*ngx_session_mc_failed_pt)(ngx_session_mc_conn_t *conn,
    ngx_session_reason_e reason, ngx_err_t err, const nsess_str_t *text);


struct ngx_session_mc_conn_s {
    /* three pointers: as in ngx_connection_t, where event.ident follows them */
    ngx_session_mc_server_t       *server;
    ngx_connection_t              *connection;  /* NULL: closed */
    ngx_session_mc_failed_pt       failed;
    ngx_int_t                      ident;

    ngx_log_t                      log;
    ngx_queue_t                    ops;         /* oldest first */
    ngx_event_t                    flush;
    ngx_msec_t                     heard;       /* when it was opened, was
                                                   established, or the last
                                                   bytes came */
    ngx_session_mc_buf_t           in;
    ngx_session_mc_out_t           out;
    nsess_mc_parser_t              parser;

    unsigned                       connecting:1;
    unsigned                       blocked:1;   /* send() would block */
    unsigned                       proven:1;    /* a reply has come, but of
                                                   its first commands, and
                                                   since it was raced; or a
                                                   part, for long */
};


struct ngx_session_mc_op_s {
    ngx_session_op_t               op;          /* a probe's verb: _VERBS */
    ngx_queue_t                    queue;
    ngx_msec_t                     deadline;    /* of its connection, see
                                                   ngx_session_mc_timer.h */
    ngx_msec_t                     limit;       /* its own */
    size_t                         max;         /* bytes of the value */
    uint32_t                       opaque;
    nsess_mc_expect_t              expect;

    unsigned                       moved:1;     /* MISSING is not certain */

    /* its command: offsets in the stream of the connection's output */
    uint64_t                       begin;
    uint64_t                       end;

    unsigned                       safe:1;      /* to be started once more */
    ngx_session_reason_e           restarted;   /* why its first connection
                                                   failed; NONE: it did not */
};


#pragma GCC visibility push(hidden)


void ngx_session_mc_conn_init(ngx_session_mc_conn_t *conn,
    ngx_session_mc_server_t *s, ngx_session_mc_failed_pt failed);

/*
 * Connects a closed connection.  NGX_ERROR: it is closed still; *err is the
 * errno, or 0.
 */
ngx_int_t ngx_session_mc_conn_open(ngx_session_mc_conn_t *conn,
    ngx_err_t *err);

/*
 * As ngx_session_start(), on this connection, which is open or is being
 * opened.  req->opaque is set here.
 */
ngx_session_mc_op_t *ngx_session_mc_conn_start(ngx_session_mc_conn_t *conn,
    ngx_session_verb_e verb, nsess_mc_request_t *req, ngx_msec_t limit,
    ngx_session_handler_pt handler, void *data,
    ngx_session_reason_e *reason);

/*
 * Moves an operation that begins once more: its command is copied from the
 * output of the connection that it was on.  NGX_ERROR: no memory.
 */
ngx_int_t ngx_session_mc_conn_move(ngx_session_mc_conn_t *conn,
    ngx_session_mc_op_t *op, const ngx_session_mc_out_t *from);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_CONN_H_INCLUDED_ */
