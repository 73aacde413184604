/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "ngx_session_mc_conn.h"
#include "ngx_session_mc_stats.h"


/* from a server on the same machine to most values of "timeout" */

const uint64_t  ngx_session_mc_bounds[NGX_SESSION_MC_BOUNDS] = {
    100, 250, 500,
    1000, 2500, 5000,
    10000, 25000, 50000,
    100000, 250000, 500000,
    1000000, 2500000, 5000000,
    10000000
};


const nsess_str_t  ngx_session_mc_command_names[NSESS_MC_COMMANDS] = {
    nsess_string(""),
    nsess_string("get"),
    nsess_string("add"),
    nsess_string("set"),
    nsess_string("delete"),
    nsess_string("")
};


const nsess_str_t  ngx_session_mc_reason_names[NGX_SESSION_MC_LAST] = {
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
    nsess_string("shutdown")
};


void
ngx_session_mc_stats_use(ngx_session_mc_t *mc, ngx_session_mc_stats_t *stats,
    ngx_session_mc_peer_stats_t *peers)
{
    ngx_uint_t  i;

    mc->stats = stats;

    stats->in_flight = 0;

    for (i = 0; i < mc->nservers; i++) {
        mc->servers[i].stats = &peers[i];

        peers[i].connections = 0;
        peers[i].down = 0;
        peers[i].since = ngx_time();
    }
}


void
ngx_session_mc_stats_clock(ngx_session_mc_t *mc)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    mc->clock = (uint64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}


void
ngx_session_mc_stats_refused(ngx_session_mc_t *mc,
    ngx_session_mc_reason_e reason)
{
    mc->stats->errors[reason]++;
}


void
ngx_session_mc_stats_begun(ngx_session_mc_t *mc, ngx_session_mc_op_t *op)
{
    op->begun = mc->clock;

    if (op->command != NSESS_MC_NOOP) {
        mc->stats->in_flight++;
    }
}


void
ngx_session_mc_stats_ended(ngx_session_mc_t *mc, ngx_session_mc_op_t *op,
    ngx_session_mc_reason_e reason)
{
    uint64_t                     usec;
    ngx_uint_t                   i;
    ngx_session_mc_histogram_t  *latency;

    if (op->command == NSESS_MC_NOOP) {
        return;
    }

    ngx_session_mc_stats_dropped(mc, op);

    if (reason != NGX_SESSION_MC_OK) {
        mc->stats->errors[reason]++;
    }

    latency = &mc->stats->latency[op->command];
    usec = mc->clock - op->begun;

    for (i = 0; i < NGX_SESSION_MC_BOUNDS; i++) {
        if (usec <= ngx_session_mc_bounds[i]) {
            break;
        }
    }

    latency->buckets[i]++;
    latency->usec += usec;
}


void
ngx_session_mc_stats_dropped(ngx_session_mc_t *mc, ngx_session_mc_op_t *op)
{
    if (op->command != NSESS_MC_NOOP) {
        mc->stats->in_flight--;
    }
}


void
ngx_session_mc_stats_server(ngx_session_mc_peer_stats_t *stats,
    ngx_uint_t down)
{
    if (stats->down != down) {
        stats->down = down;
        stats->since = ngx_time();
    }
}
