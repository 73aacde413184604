/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: what is counted of a store and of each peer in it, such as a server
 * of memcached.  A worker counts for itself, in memory that is its own to
 * write and, as ngx_session_stats_use() says, for others to read.
 */


#ifndef _NGX_SESSION_STORE_STATS_H_INCLUDED_
#define _NGX_SESSION_STORE_STATS_H_INCLUDED_


#include "ngx_session_store.h"


/* of the buckets of a histogram but the last, which has no bound */
#define NGX_SESSION_BOUNDS  16


/* one process writes, so that no atomic operation is needed */
typedef volatile uint64_t  ngx_session_counter_t;


typedef struct {
    ngx_session_counter_t     buckets[NGX_SESSION_BOUNDS + 1];
    ngx_session_counter_t     usec;         /* of all of them together */
} ngx_session_histogram_t;


typedef struct {
    ngx_session_counter_t     errors[NGX_SESSION_REASON_LAST];
    ngx_session_histogram_t   latency[NGX_SESSION_VERBS];
    ngx_session_counter_t     in_flight;    /* a gauge: goes down, too */
} ngx_session_stats_t;


/* of a peer; all gauges */
typedef struct {
    ngx_session_counter_t     connections;
    ngx_session_counter_t     down;         /* as the store knows: 1 or 0 */
    ngx_session_counter_t     since;        /* Unix seconds */
} ngx_session_peer_stats_t;


#pragma GCC visibility push(hidden)


/* upper bounds of the buckets in microseconds, rising */
extern const uint64_t     ngx_session_bounds[NGX_SESSION_BOUNDS];

extern const nsess_str_t  ngx_session_verb_names[NGX_SESSION_VERBS];

/* empty: it is not counted */
extern const nsess_str_t  ngx_session_reason_names[NGX_SESSION_REASON_LAST];

/*
 * From now on this process counts there; stats and an element of peers for
 * each peer outlive it.  Counters go on from what they are, gauges begin anew.
 * Without this call the store counts for itself only.
 */
void ngx_session_stats_use(ngx_session_store_t *store,
    ngx_session_stats_t *stats, ngx_session_peer_stats_t *peers);


/* what follows is for stores */

/*
 * Reads the clock; to be called once in a turn of the event loop before
 * operations begin, and before some end.
 */
void ngx_session_stats_clock(ngx_session_store_t *store);

/* notes that a peer is down, or up again */
void ngx_session_stats_peer(ngx_session_peer_stats_t *stats, ngx_uint_t down);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_STORE_STATS_H_INCLUDED_ */
