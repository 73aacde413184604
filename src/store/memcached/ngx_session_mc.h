/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: operations on a group of memcached servers, on nginx's event loop.
 *
 * Life of an operation:
 *   1. ngx_session_mc_start() picks the server, appends the command to its
 *      output buffer (key and value are copied), queues the operation, and
 *      posts the flush event.  The handler is never called from inside it.
 *   2. The handler is called exactly once: with a reply, or with the reason
 *      of a failure (reply == NULL).  The operation is gone on return; the
 *      reply's value is valid during the call only.  Only a worker that ends
 *      by ngx_session_mc_exit() calls no handler any more.
 *   3. Or ngx_session_mc_cancel() before that: the handler will not be
 *      called; the operation stays in the queue without an owner and its
 *      reply is read and dropped.
 *
 * Operations live outside of request pools; the group lives in the cycle's
 * pool, its connections in the worker that opened them.
 */


#ifndef _NGX_SESSION_MC_H_INCLUDED_
#define _NGX_SESSION_MC_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>

#include "nsess_mc_proto.h"


typedef enum {
    NGX_SESSION_MC_OK = 0,
    NGX_SESSION_MC_DOWN,            /* known to be down: refused at once */
    NGX_SESSION_MC_CONNECT,         /* connect() failed */
    NGX_SESSION_MC_CONNECT_TIMEOUT,
    NGX_SESSION_MC_TIMEOUT,
    NGX_SESSION_MC_CLOSED,          /* closed by memcached */
    NGX_SESSION_MC_READ,            /* recv() failed */
    NGX_SESSION_MC_WRITE,           /* send() failed */
    NGX_SESSION_MC_PROTOCOL,        /* a reply that is none, or not ours */
    NGX_SESSION_MC_SERVER_ERROR,    /* SERVER_ERROR, e.g. out of memory */
    NGX_SESSION_MC_OVERFLOW,        /* too much waits to be sent */
    NGX_SESSION_MC_NO_MEMORY,
    NGX_SESSION_MC_SHUTDOWN,        /* worker_shutdown_timeout is over */
    NGX_SESSION_MC_LAST
} ngx_session_mc_reason_e;


typedef struct ngx_session_mc_s     ngx_session_mc_t;       /* the group */
typedef struct ngx_session_mc_op_s  ngx_session_mc_op_t;

/* reply == NULL: failed, reason says why; else reason is NGX_SESSION_MC_OK */
typedef void (*ngx_session_mc_handler_pt)(void *data,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason);


typedef struct {
    ngx_str_t                name;      /* as the operator wrote it */
    ngx_uint_t               weight;
    ngx_url_t                url;       /* parsed by ngx_parse_url() */
} ngx_session_mc_server_conf_t;


typedef struct {
    ngx_array_t             *servers;   /* of ngx_session_mc_server_conf_t */
    ngx_msec_t               connect_timeout;
    ngx_msec_t               timeout;
    size_t                   max_value;
    ngx_uint_t               hash;          /* a value of _hashes[] below */
    ngx_uint_t               distribution;  /* of _distributions[] */
    size_t                   unhashed;      /* bytes of prefix of every key:
                                               when libmemcached adds it by
                                               itself, it hashes the rest */
} ngx_session_mc_conf_t;


#pragma GCC visibility push(hidden)


/* names and values for ngx_conf_set_enum_slot() */
extern ngx_conf_enum_t  ngx_session_mc_hashes[];
extern ngx_conf_enum_t  ngx_session_mc_distributions[];

/*
 * At configuration time.  Allocates from cf->pool, where a cleanup frees
 * libmemcached's list and closes what is open; NULL: logged at emerg.
 */
ngx_session_mc_t *ngx_session_mc_create(ngx_conf_t *cf,
    ngx_session_mc_conf_t *conf);

/*
 * In exit_process of the module, for each group: closes the connections and
 * forgets their operations, since no request goes on any more.
 */
void ngx_session_mc_exit(ngx_session_mc_t *mc);

/*
 * Starts an operation; req->opaque is set here.  NULL: it cannot be started,
 * *reason says why, the handler will not be called.
 */
ngx_session_mc_op_t *ngx_session_mc_start(ngx_session_mc_t *mc,
    nsess_mc_request_t *req, ngx_session_mc_handler_pt handler, void *data,
    ngx_session_mc_reason_e *reason);

void ngx_session_mc_cancel(ngx_session_mc_op_t *op);

/* static, e.g. "memcached timed out", for messages */
const char *ngx_session_mc_reason(ngx_session_mc_reason_e reason);

/* the same where a message names the server itself: "timed out" */
const char *ngx_session_mc_failure(ngx_session_mc_reason_e reason);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_H_INCLUDED_ */
