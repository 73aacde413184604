/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": one server of a group.  The structure is in
 * the cycle's pool; after fork() each worker has its own.
 */


#ifndef _NGX_SESSION_MC_SERVER_H_INCLUDED_
#define _NGX_SESSION_MC_SERVER_H_INCLUDED_


#include "ngx_session_limit.h"
#include "ngx_session_mc.h"
#include "ngx_session_mc_conn.h"
#include "ngx_session_mc_past.h"
#include "ngx_session_mc_ring.h"
#include "ngx_session_store_kind.h"


typedef enum {
    NGX_SESSION_MC_STATE_UP = 0,
    NGX_SESSION_MC_STATE_DOWN,      /* waits for the next probe */
    NGX_SESSION_MC_STATE_PROBING
} ngx_session_mc_state_e;


struct ngx_session_mc_server_s {
    /* three pointers: as in ngx_connection_t, where event.ident follows them */
    ngx_session_mc_t              *mc;
    ngx_session_mc_server_conf_t  *conf;
    ngx_session_mc_conn_t         *conn;        /* where operations begin */
    ngx_int_t                      ident;

    ngx_str_t                      name;        /* in messages */
    ngx_addr_t                    *addr;
    ngx_session_mc_place_t         place;       /* in the ring */
    ngx_session_mc_conn_t          conns[2];    /* two: in a race */
    uint32_t                       opaque;      /* of the next operation */
    uint64_t                       mark;        /* of its versions */
    void                          *tls_session; /* of ngx_session_mc_tls.c */

    /* health */
    ngx_session_mc_state_e         state;
    ngx_event_t                    probe;
    ngx_msec_t                     delay;       /* before the next probe */
    ngx_uint_t                     refused;     /* operations, while down */
    ngx_msec_t                     silent;      /* when a proven connection
                                                   had no answer, the last
                                                   time; 0: never */
    ngx_session_limit_t            outages;
    ngx_session_limit_t            losses;      /* of proven connections */
    ngx_session_limit_t            restarts;    /* where nothing failed */
    ngx_session_limit_t            races;       /* one of two has failed */
    ngx_session_limit_t            errors;      /* SERVER_ERROR */
    ngx_session_limit_t            probes;      /* of a server still down */
    ngx_session_limit_t            recoveries;
    ngx_session_limit_t            idle;        /* connections it closed */
    unsigned                       announced:1; /* the outage is logged */
    unsigned                       gone:1;      /* from the ring: nothing new
                                                   begins, no probe, either */
};


struct ngx_session_mc_s {
    ngx_session_store_t           *store;
    ngx_session_mc_conf_t         *conf;
    ngx_session_mc_server_t       *servers;
    ngx_uint_t                     nservers;
    ngx_session_mc_ring_t          ring;        /* those that are there now */
    ngx_session_mc_past_t          past;
    ngx_session_mc_tls_t          *tls;         /* NULL: without */
    ngx_queue_t                    gone;        /* those that were */
    ngx_session_mc_lookup_t       *lookups;
    ngx_uint_t                     nlookups;
    ngx_resolver_t                *resolver;
    ngx_msec_t                     resolver_timeout;
    ngx_queue_t                    free;        /* of operations */
    ngx_pool_t                    *pool;
    uint64_t                       marks;       /* given to servers */
    unsigned                       begun:1;     /* in a worker */
    unsigned                       ended:1;     /* nothing is started now */
};


/* what is counted of the servers of a line */
#define ngx_session_mc_stats(s)                                               \
    (&(s)->mc->store->peer_stats[(s)->conf                                    \
                                 - (ngx_session_mc_server_conf_t *)           \
                                   (s)->mc->conf->servers.elts])


/* of an operation of the client's own */
#define ngx_session_mc_limit(s)                                               \
    (ngx_current_msec + (s)->mc->store->patience)


/*
 * The version that a cas of a server is, and back.  No item has a cas with a
 * mark: it counts the writes of a memcached.
 */
#define ngx_session_mc_version(s, cas)                                        \
    ((cas) == NGX_SESSION_NO_VERSION ? NGX_SESSION_NO_VERSION                 \
                                     : (cas) ^ (s)->mark)


#pragma GCC visibility push(hidden)


void ngx_session_mc_server_init(ngx_session_mc_server_t *s,
    ngx_session_mc_t *mc, ngx_session_mc_server_conf_t *conf);

/*
 * NGX_OK: operations can begin on s->conn, whatever the server's state is;
 * connects if need be.  NGX_ERROR: a connection cannot be made, *reason says
 * why, and the breaker was told.
 */
ngx_int_t ngx_session_mc_server_connect(ngx_session_mc_server_t *s,
    ngx_session_reason_e *reason);

/* closes its connections, and forgets their operations */
void ngx_session_mc_server_exit(ngx_session_mc_server_t *s);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_SERVER_H_INCLUDED_ */
