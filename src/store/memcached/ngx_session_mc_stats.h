/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: what is counted of a group of servers and of each server in it.
 * A worker counts for itself, in memory that is its own to write and, as
 * ngx_session_mc_stats_use() says, for others to read.
 */


#ifndef _NGX_SESSION_MC_STATS_H_INCLUDED_
#define _NGX_SESSION_MC_STATS_H_INCLUDED_


#include "ngx_session_mc.h"


/* of the buckets of a histogram but the last, which has none */
#define NGX_SESSION_MC_BOUNDS  16


/* one process writes, so that no atomic operation is needed */
typedef volatile uint64_t  ngx_session_counter_t;


typedef struct {
    ngx_session_counter_t          buckets[NGX_SESSION_MC_BOUNDS + 1];
    ngx_session_counter_t          usec;        /* of all of them together */
} ngx_session_mc_histogram_t;


typedef struct {
    ngx_session_counter_t          errors[NGX_SESSION_MC_LAST];
    ngx_session_mc_histogram_t     latency[NSESS_MC_COMMANDS];
    ngx_session_counter_t          in_flight;   /* a gauge: goes down, too */
} ngx_session_mc_stats_t;


/* of a server; all gauges */
typedef struct {
    ngx_session_counter_t          connections;
    ngx_session_counter_t          down;        /* to the breaker: 1 or 0 */
    ngx_session_counter_t          since;       /* Unix seconds */
} ngx_session_mc_peer_stats_t;


#pragma GCC visibility push(hidden)


/* upper bounds of the buckets in microseconds, rising */
extern const uint64_t     ngx_session_mc_bounds[NGX_SESSION_MC_BOUNDS];

/* of what is counted; empty: it is not */
extern const nsess_str_t  ngx_session_mc_command_names[NSESS_MC_COMMANDS];
extern const nsess_str_t  ngx_session_mc_reason_names[NGX_SESSION_MC_LAST];

/*
 * From now on this process counts there; stats and an element of peers for
 * each server of the group outlive it.  Counters go on from what they are,
 * gauges begin anew.  Without this call the group counts for itself only.
 */
void ngx_session_mc_stats_use(ngx_session_mc_t *mc,
    ngx_session_mc_stats_t *stats, ngx_session_mc_peer_stats_t *peers);


/* what follows is for ring 1's client */

/* to be called before operations end: how late it is */
void ngx_session_mc_stats_clock(ngx_session_mc_t *mc);

/* an operation: refused at once; begun; ended; ended without its handler */
void ngx_session_mc_stats_refused(ngx_session_mc_t *mc,
    ngx_session_mc_reason_e reason);
void ngx_session_mc_stats_begun(ngx_session_mc_t *mc,
    ngx_session_mc_op_t *op);
void ngx_session_mc_stats_ended(ngx_session_mc_t *mc,
    ngx_session_mc_op_t *op, ngx_session_mc_reason_e reason);
void ngx_session_mc_stats_dropped(ngx_session_mc_t *mc,
    ngx_session_mc_op_t *op);

/* what the breaker knows of a server */
void ngx_session_mc_stats_server(ngx_session_mc_peer_stats_t *stats,
    ngx_uint_t down);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_STATS_H_INCLUDED_ */
