/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The rules of what there is between turns, when servers have answered, and at
 * the end.
 */


#include "sim.h"


/* us after a server is gone: what an operation may take, and once more, with
   a reply that comes slowly */
#define SIM_LEAVES  ((SIM_CONNECT_TIMEOUT + 3 * SIM_TIMEOUT + 1) * 1000)


/* bytes of a connection: its output, whose block grows to twice as much, and a
   reply */
#define SIM_CONN_MAX  (2 * (size_t) SIM_OUT_MAX + SIM_VALUE_MAX               \
                       + 2 * SIM_BLOCK)


static void sim_state_buckets(void);
static void sim_state_peers(void);
static void sim_state_peer(ngx_uint_t i, ngx_uint_t open, ngx_uint_t failed);


static uint64_t  sim_buckets[NGX_SESSION_BOUNDS + 1];
static uint64_t  sim_usec;


/* to be compared with the store's own figures */

void
sim_state_latency(sim_op_t *op)
{
    uint64_t    usec;
    ngx_uint_t  i;

    static const uint64_t  bounds[NGX_SESSION_BOUNDS + 1] = {
        100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
        500000, 1000000, 2500000, 5000000, 10000000, UINT64_MAX
    };

    usec = sim.now - op->begun;

    for (i = 0; usec > bounds[i]; i++) { /* void */ }

    sim_usec += usec;
    sim_buckets[i]++;
}


/* of all verbs, since cancelled operations are counted, too */

static void
sim_state_buckets(void)
{
    uint64_t              n, usec;
    ngx_uint_t            i, verb, cancelled;
    ngx_session_stats_t  *stats;

    stats = sim.store->stats;
    cancelled = 0;
    usec = 0;

    for (i = 0; i < sim.nops; i++) {
        cancelled += sim.ops[i].cancelled;
    }

    for (i = 0; i <= NGX_SESSION_BOUNDS; i++) {
        n = 0;

        for (verb = 0; verb < NGX_SESSION_VERBS; verb++) {
            n += stats->latency[verb].buckets[i];
        }

        if (n != sim_buckets[i] && cancelled == 0) {
            sim_broken("latency: %lu operations in bucket %zu, not %lu",
                       (unsigned long) n, i, (unsigned long) sim_buckets[i]);
        }
    }

    for (verb = 0; verb < NGX_SESSION_VERBS; verb++) {
        usec += stats->latency[verb].usec;
    }

    if (usec != sim_usec && cancelled == 0) {
        sim_broken("latency: %lu us in all, not %lu", (unsigned long) usec,
                   (unsigned long) sim_usec);
    }
}


void
sim_state_connect(ngx_uint_t server)
{
    ngx_uint_t     i, waits;
    sim_server_t  *s;

    waits = 0;
    s = &sim.servers[server];

    if (sim.refusing) {
        sim_broken("server %zu: is connected to after the end", server);
    }

    for (i = 0; i < sim.nops; i++) {
        waits |= (sim.ops[i].live && sim.ops[i].server == server);
    }

    if (s->gone != 0 && !waits) {
        sim_broken("server %zu: is gone, and is connected to", server);
    }

    sim_probe_connect(server);
}


/* at the end of each turn */

void
sim_state_turn(void)
{
    sim_op_t      *op;
    ngx_uint_t     i, live, open;
    sim_conn_t    *conn;

    live = 0;
    open = 0;

    for (i = 0; i < sim.nops; i++) {
        op = &sim.ops[i];

        if (!op->live) {
            continue;
        }

        live++;

        if (sim_check_over(op, 1) || op->over) {
            sim_broken("op %zu: waits for longer than it may", op->id);
        }
    }

    if (ngx_exiting && live != 0 && sim_event_timers(0) == 0) {
        sim_broken("a worker that exits does not wait for %zu operations",
                   live);
    }

    if (sim.store->stats->in_flight < live
        || sim.store->stats->in_flight > sim.nops)
    {
        sim_broken("the number of operations in flight is %lu, not %zu",
                   (unsigned long) sim.store->stats->in_flight, live);
    }

    sim_state_peers();
    sim_probe_turn();

    i = 0;

    while ((conn = sim_move_next(&i)) != NULL) {
        open++;

        /* without memory a connection may be opened for nothing */

        if (ngx_exiting && conn->c.idle && !sim.refused_memory) {
            sim_broken("fd:%d: is idle, and keeps a worker that exits",
                       conn->c.fd);
        }

        if (sim_check_late(conn, 1)) {
            sim_broken("fd:%d: waits for longer than it may", conn->c.fd);
        }

        if (!conn->connecting && conn->read.ready
            && (conn->got < conn->arrived || conn->fin || conn->error))
        {
            sim_broken("fd:%d: what came with the connection is not read",
                       conn->c.fd);
        }
    }

    if (sim.allocated > open * SIM_CONN_MAX + SIM_BLOCK) {
        sim_broken("%zu bytes are allocated", sim.allocated);
    }
}


/* of each line of nginx.conf, as the status page shows it */

static void
sim_state_peers(void)
{
    ngx_uint_t     i, n, open, failed, named;
    sim_server_t  *s;

    open = 0;
    failed = 0;
    named = sim_has(SIM_WITH_NAMES);

    for (i = 0; i < sim.nservers; i++) {
        s = &sim.servers[i];

        if (s->gone != 0
            && s->conns[0] != NULL
            && sim.now - ngx_max(s->gone, s->conns[0]->released) > SIM_LEAVES)
        {
            sim_broken("server %zu: is gone, and is not closed", i);
        }

        for (n = 0; n < 2; n++) {
            open += (s->conns[n] != NULL && !s->conns[n]->connecting);
        }

        failed |= (s->gone == 0 && (s->unproven || s->refused));

        if (!named || i == sim.nservers - 1) {
            sim_state_peer(named ? 0 : i, open, failed);
            open = 0;
            failed = 0;
        }
    }
}


static void
sim_state_peer(ngx_uint_t i, ngx_uint_t open, ngx_uint_t failed)
{
    if (sim.store->peer_stats[i].connections != open) {
        sim_broken("server %zu: connections are not counted", i);
    }

    if (sim.store->peer_stats[i].down && !failed) {
        sim_broken("server %zu: is down, though no new connection has failed",
                   i);
    }
}


/* values that are not sent yet, without the lines of their commands */

size_t
sim_state_waiting(sim_conn_t *conn)
{
    size_t  waiting;

    waiting = conn->asked - ngx_min(conn->asked, conn->sent);

    if (waiting > SIM_OUT_MAX) {
        sim_broken("fd:%d: %zu bytes wait to be sent", conn->c.fd, waiting);
    }

    return waiting;
}


/* the servers have answered all that they were asked */

void
sim_state_calm(void)
{
    ngx_uint_t  i;

    for (i = 0; i < sim.nops; i++) {
        if (sim.ops[i].live && !sim.ops[i].conn->silent) {
            sim_broken("op %zu: waits, though the server is well", i);
        }
    }
}


/* no operation is under way */

void
sim_state_idle(void)
{
    ngx_uint_t  i, open;

    for (i = 0; i < sim.nops; i++) {
        if (sim.ops[i].live) {
            sim_broken("op %zu: has no end", i);
        }
    }

    for (open = 0, i = 0; sim_move_next(&i) != NULL; open++) { /* void */ }

    if (sim.store->stats->in_flight != 0) {
        sim_broken("%lu operations are counted as in flight",
                   (unsigned long) sim.store->stats->in_flight);
    }

    if (sim.allocated > open * 2 * (SIM_BLOCK + 64) + 16384) {
        sim_broken("%zu bytes are kept of idle connections", sim.allocated);
    }

    sim_state_buckets();
}


/* the store has ended */

void
sim_state_end(void)
{
    ngx_uint_t  i, open;

    open = 0;

    for (i = 0; i < sim.nconns; i++) {
        open += sim.conns[i].open;
    }

    if (open != 0 || sim.blocks != 0 || sim_event_timers(1) != 0
        || sim_event_posted() || sim_names_asked())
    {
        sim_broken("what is left: %zu connections, %zu blocks, %zu timers%s%s",
                   open, sim.blocks, sim_event_timers(1),
                   sim_event_posted() ? ", posted events" : "",
                   sim_names_asked() ? ", a name" : "");
    }
}


void
sim_state_reset(void)
{
    sim_fault = NULL;
    sim_usec = 0;

    ngx_memzero(sim_buckets, sizeof(sim_buckets));
}
