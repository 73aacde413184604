/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Counters of a store, and the names that the status page has for them.
 */


#include "ngx_session_store_kind.h"


/* from a server on the same machine to most values of "timeout" */

const uint64_t  ngx_session_bounds[NGX_SESSION_BOUNDS] = {
    100, 250, 500,
    1000, 2500, 5000,
    10000, 25000, 50000,
    100000, 250000, 500000,
    1000000, 2500000, 5000000,
    10000000
};


const nsess_str_t  ngx_session_verb_names[NGX_SESSION_VERBS] = {
    nsess_string("get"),
    nsess_string("add"),
    nsess_string("set"),
    nsess_string("delete")
};


const nsess_str_t  ngx_session_reason_names[NGX_SESSION_REASON_LAST] = {
    nsess_string(""),
    nsess_string("down"),
    nsess_string("connect"),
    nsess_string("connect_timeout"),
    nsess_string("timeout"),
    nsess_string("closed"),
    nsess_string("read"),
    nsess_string("write"),
    nsess_string("protocol"),
    nsess_string("server_error"),
    nsess_string("overflow"),
    nsess_string("no_memory"),
    nsess_string("shutdown"),
    nsess_string("version"),
    nsess_string("tls"),
    nsess_string("unanswered"),
    nsess_string("too_old"),
    nsess_string("command"),
    nsess_string("tls_wanted"),
    nsess_string("auth_wanted"),
    nsess_string("auth_refused"),
    nsess_string("no_address"),
    nsess_string("moved")
};


void
ngx_session_stats_use(ngx_session_store_t *store, ngx_session_stats_t *stats,
    ngx_session_peer_stats_t *peers)
{
    ngx_uint_t  i;

    store->stats = stats;
    store->peer_stats = peers;

    stats->in_flight = 0;

    for (i = 0; i < store->npeers; i++) {
        peers[i].connections = 0;
        peers[i].down = 0;
        peers[i].since = ngx_time();
    }
}


void
ngx_session_stats_clock(ngx_session_store_t *store)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    store->clock = (uint64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


void
ngx_session_stats_peer(ngx_session_peer_stats_t *stats, ngx_uint_t down)
{
    if (stats->down != down) {
        stats->down = down;
        stats->since = ngx_time();
    }
}
