/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": one server of a group and the connection to
 * it.  The structure is in the cycle's pool; after fork() each worker has its
 * own.
 */


#ifndef _NGX_SESSION_MC_CONN_H_INCLUDED_
#define _NGX_SESSION_MC_CONN_H_INCLUDED_


#include "ngx_session_limit.h"
#include "ngx_session_mc.h"
#include "ngx_session_mc_buf.h"
#include "ngx_session_mc_ring.h"
#include "ngx_session_store_kind.h"
#include "nsess_mc_proto.h"


typedef enum {
    NGX_SESSION_MC_STATE_UP = 0,
    NGX_SESSION_MC_STATE_DOWN,      /* waits for the next probe */
    NGX_SESSION_MC_STATE_PROBING
} ngx_session_mc_state_e;


struct ngx_session_mc_server_s {
    /* three pointers: as in ngx_connection_t, where event.ident follows them */
    ngx_session_mc_t              *mc;
    ngx_session_mc_server_conf_t  *conf;
    ngx_connection_t              *connection;      /* NULL: not open */
    ngx_int_t                      ident;

    /* conn */
    ngx_log_t                      log;
    ngx_queue_t                    ops;         /* oldest first */
    ngx_event_t                    flush;
    uint32_t                       opaque;      /* of the next operation */
    unsigned                       connecting:1;
    unsigned                       blocked:1;       /* send() would block */

    /* io */
    ngx_session_mc_buf_t           in;
    ngx_session_mc_buf_t           out;
    nsess_mc_parser_t              parser;

    /* health */
    ngx_session_mc_state_e         state;
    ngx_event_t                    probe;
    ngx_msec_t                     delay;       /* before the next probe */
    ngx_uint_t                     refused;     /* operations, while down */
    ngx_session_limit_t            outages;
    ngx_session_limit_t            errors;      /* SERVER_ERROR */
    ngx_session_limit_t            probes;      /* of a server still down */
    ngx_session_limit_t            recoveries;
    ngx_session_limit_t            idle;        /* connections it closed */
    unsigned                       announced:1; /* the outage is logged */

    ngx_session_mc_place_t         place;       /* in the ring */
};


struct ngx_session_mc_s {
    ngx_session_store_t           *store;
    ngx_session_mc_conf_t         *conf;
    ngx_session_mc_server_t       *servers;
    ngx_uint_t                     nservers;
    ngx_session_mc_ring_t          ring;        /* those that are there now */
    ngx_queue_t                    free;        /* of operations */
    ngx_pool_t                    *pool;
    unsigned                       ended:1;     /* nothing is started now */
};


struct ngx_session_mc_op_s {
    ngx_session_op_t               op;          /* a probe's verb: _VERBS */
    ngx_queue_t                    queue;
    ngx_msec_t                     deadline;
    size_t                         max;         /* bytes of the value */
    uint32_t                       opaque;
    unsigned                       may_miss:1;  /* 0: MISSING is not certain */
};


/* what is counted of a server */
#define ngx_session_mc_stats(s)                                               \
    (&(s)->mc->store->peer_stats[(s) - (s)->mc->servers])


#pragma GCC visibility push(hidden)


/*
 * As ngx_session_start(), on this server and whatever its state is; connects
 * if need be.  req->opaque is set here.  A connection that cannot be made is
 * reported to the breaker before NULL is returned.
 */
ngx_session_mc_op_t *ngx_session_mc_conn_start(ngx_session_mc_server_t *s,
    ngx_session_verb_e verb, nsess_mc_request_t *req,
    ngx_session_handler_pt handler, void *data,
    ngx_session_reason_e *reason);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_CONN_H_INCLUDED_ */
