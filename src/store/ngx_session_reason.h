/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: why an operation of a store failed.  Texts are in
 * ngx_session_store.c, labels of the status page in ngx_session_store_stats.c.
 */


#ifndef _NGX_SESSION_REASON_H_INCLUDED_
#define _NGX_SESSION_REASON_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef struct ngx_session_store_s  ngx_session_store_t;


typedef enum {
    NGX_SESSION_REASON_NONE = 0,        /* it did not fail */
    NGX_SESSION_REASON_DOWN,            /* known to be down: refused at once */
    NGX_SESSION_REASON_CONNECT,         /* connect() failed */
    NGX_SESSION_REASON_CONNECT_TIMEOUT,
    NGX_SESSION_REASON_TIMEOUT,
    NGX_SESSION_REASON_CLOSED,          /* the store closed the connection */
    NGX_SESSION_REASON_READ,            /* recv() failed */
    NGX_SESSION_REASON_WRITE,           /* send() failed */
    NGX_SESSION_REASON_PROTOCOL,        /* the reply is not understood */
    NGX_SESSION_REASON_ERROR,           /* the store says that it failed */
    NGX_SESSION_REASON_OVERFLOW,        /* too much waits to be sent */
    NGX_SESSION_REASON_NO_MEMORY,
    NGX_SESSION_REASON_SHUTDOWN,        /* worker_shutdown_timeout is over */
    NGX_SESSION_REASON_VERSION,         /* a value without a version */
    NGX_SESSION_REASON_TLS,             /* the handshake failed */
    NGX_SESSION_REASON_UNANSWERED,      /* closed without a byte */
    NGX_SESSION_REASON_TOO_OLD,
    NGX_SESSION_REASON_COMMAND,         /* it does not know the commands */
    NGX_SESSION_REASON_TLS_WANTED,
    NGX_SESSION_REASON_AUTH_WANTED,
    NGX_SESSION_REASON_AUTH_REFUSED,
    NGX_SESSION_REASON_NO_ADDRESS,      /* no server has been found yet */
    NGX_SESSION_REASON_MOVED,           /* see rule 11 of stores */
    NGX_SESSION_REASON_LAST
} ngx_session_reason_e;


#pragma GCC visibility push(hidden)


/* for messages, e.g. "memcached timed out"; lives as long as the store */
const char *ngx_session_reason(ngx_session_store_t *store,
    ngx_session_reason_e reason);

/* the same where a message has named who failed: "timed out" */
const char *ngx_session_failure(ngx_session_reason_e reason);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_REASON_H_INCLUDED_ */
