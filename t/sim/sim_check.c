/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The rules: of ngx_session_store.h, and of what a client may cost.  A failure
 * has to have a cause in what was done to the connection.
 */


#include <stdarg.h>
#include <stdio.h>

#include <libmemcached/memcached.h>

#include "sim.h"


static void sim_check_failed(sim_op_t *op, ngx_session_reason_e reason);
static ngx_uint_t sim_check_waits(sim_op_t *op, uint64_t more);
static void sim_check_reply(sim_op_t *op, const ngx_session_reply_t *reply);
static void sim_check_latency(sim_op_t *op);
static void sim_check_buckets(void);


const char  *sim_fault;

static uint64_t  sim_buckets[NGX_SESSION_BOUNDS + 1];
static uint64_t  sim_usec;


void
sim_broken(const char *fmt, ...)
{
    va_list      args;
    static char  text[512];

    if (sim_fault != NULL) {
        return;
    }

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    sim_fault = text;

    sim_note("BROKEN: %s", text);
}


void
sim_note(const char *fmt, ...)
{
    va_list  args;

    if (!sim_verbose) {
        return;
    }

    printf("%10lu us: ", (unsigned long) sim.now);

    va_start(args, fmt);
    vprintf(fmt, args);
    va_end(args);

    printf("\n");
}


/*
 * The server of a key as an application finds it: libmemcached is given the
 * servers as pylibmc and php-memcached give them, an IPv6 address without
 * brackets.
 */

ngx_uint_t
sim_check_place(ngx_uint_t key)
{
    memcached_st      *memc;
    static ngx_uint_t  known, places[SIM_KEYS];

    if (!known) {
        memc = memcached_create(NULL);

        memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_DISTRIBUTION,
                               MEMCACHED_DISTRIBUTION_CONSISTENT);
        memcached_server_add_with_weight(memc, "::1", 11211, 1);
        memcached_server_add_with_weight(memc, "127.0.0.1", 11212, 1);

        for (known = 0; known < SIM_KEYS; known++) {
            places[known] = memcached_generate_hash(memc,
                                              sim_server_keys[known],
                                              strlen(sim_server_keys[known]));
        }

        memcached_free(memc);
    }

    return sim.nservers == 1 ? 0 : places[key];
}


/* of an operation that was refused */

void
sim_check_start(sim_op_t *op, ngx_session_reason_e reason)
{
    sim_server_t  *s;

    s = &sim.servers[op->server];

    sim_note("op %lu: refused, reason %d", op->id, (int) reason);

    switch (reason) {

    case NGX_SESSION_REASON_DOWN:
    case NGX_SESSION_REASON_CONNECT:
        if (s->failed || sim.refused_memory) {
            return;
        }

        break;

    case NGX_SESSION_REASON_NO_MEMORY:
        if (sim.refused_memory) {
            return;
        }

        break;

    case NGX_SESSION_REASON_SHUTDOWN:
        if (sim.ended) {
            return;
        }

        break;

    case NGX_SESSION_REASON_OVERFLOW:
        if (s->conn != NULL
            && sim_check_waiting(s->conn) + op->size + 1024 > SIM_OUT_MAX)
        {
            return;
        }

        break;

    default:
        break;
    }

    sim_broken("op %lu: refused for reason %d, which has no cause", op->id,
               (int) reason);
}


void
sim_check_handler(void *data, const ngx_session_reply_t *reply)
{
    sim_op_t  *op = data;

    sim_note("op %lu: outcome %d, reason %d", op->id, (int) reply->outcome,
             (int) reply->reason);

    if (sim.inside) {
        sim_broken("op %lu: the handler is called inside of start or cancel",
                   op->id);
    }

    if (op->cancelled || !op->live || sim.exited) {
        sim_broken("op %lu: the handler is called %s", op->id,
                   op->cancelled ? "of a cancelled operation"
                   : op->live ? "after the end" : "twice");
    }

    op->live = 0;
    op->ended = sim.now;

    if (reply->outcome == NGX_SESSION_FAILED) {
        sim_check_failed(op, reply->reason);

    } else {
        sim_check_reply(op, reply);
    }

    sim_check_latency(op);

    if (sim_fault == NULL) {
        sim_run_handler(op);
    }
}


static void
sim_check_failed(sim_op_t *op, ngx_session_reason_e reason)
{
    ngx_uint_t   good;
    sim_conn_t  *conn;

    conn = op->conn;

    switch (reason) {

    case NGX_SESSION_REASON_ERROR:
        good = op->answered && op->outcome == NGX_SESSION_FAILED;
        break;

    case NGX_SESSION_REASON_SHUTDOWN:
        good = sim.ended;
        break;

    case NGX_SESSION_REASON_NO_MEMORY:
        good = sim.refused_memory;
        break;

    case NGX_SESSION_REASON_CONNECT_TIMEOUT:
        good = conn->established == 0 && sim_check_late(conn);
        break;

    case NGX_SESSION_REASON_TIMEOUT:
        good = conn->established != 0 && sim_check_late(conn);
        break;

    default:
        good = (conn->cause & sim_bit(reason)) != 0;
    }

    if (!good) {
        sim_broken("op %lu: failed for reason %d, which has no cause", op->id,
                   (int) reason);
    }
}


/* an operation of the connection, or the connection itself, waits too long */

ngx_uint_t
sim_check_late(sim_conn_t *conn)
{
    sim_op_t    *op;
    ngx_uint_t   i;

    if (conn->established == 0) {
        return sim.now / 1000 - conn->opened / 1000 >= SIM_CONNECT_TIMEOUT;
    }

    for (i = 0; i < sim.nops; i++) {

        op = &sim.ops[i];

        if (op->conn == conn
            && (op->live || op->cancelled || op->ended == sim.now)
            && sim_check_waits(op, 0))
        {
            return 1;
        }
    }

    return 0;
}


/* so many ms longer than its time limit, or for just as long */

static ngx_uint_t
sim_check_waits(sim_op_t *op, uint64_t more)
{
    uint64_t     from;
    sim_conn_t  *conn;

    conn = op->conn;

    if (conn->established == 0) {
        return sim.now / 1000 - conn->opened / 1000
               >= SIM_CONNECT_TIMEOUT + more;
    }

    from = ngx_max(op->begun, conn->established);

    return sim.now / 1000 - from / 1000 >= SIM_TIMEOUT + more;
}


static void
sim_check_reply(sim_op_t *op, const ngx_session_reply_t *reply)
{
    ngx_uint_t  get;

    get = (op->verb == NGX_SESSION_GET && reply->outcome == NGX_SESSION_DONE);

    if (!op->answered
        || reply->outcome != op->outcome
        || reply->reason != NGX_SESSION_REASON_NONE
        || ((get || op->tell_version) && reply->version != op->value_version))
    {
        sim_broken("op %lu: outcome %d is not what the server said", op->id,
                   (int) reply->outcome);
        return;
    }

    if (!get) {
        return;
    }

    if (reply->flags != op->value_flags
        || reply->life != op->value_life
        || reply->oversize != (op->value_size > op->max)
        || reply->value.len != (reply->oversize ? 0 : op->value_size)
        || ngx_memcmp(reply->value.data, sim_core_value(op->value_id),
                      reply->value.len) != 0)
    {
        sim_broken("op %lu: the value is not what the server said", op->id);
    }
}


/* to be compared with the store's own figures */

static void
sim_check_latency(sim_op_t *op)
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
sim_check_buckets(void)
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
            sim_broken("latency: %lu operations in bucket %lu, not %lu",
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
sim_check_connect(ngx_uint_t server)
{
    sim_server_t  *s;

    s = &sim.servers[server];

    if (sim.store->peer_stats[server].down
        && sim.now / 1000 - s->ended / 1000 < SIM_PROBE_MIN)
    {
        sim_broken("server %lu: a probe follows without a pause", server);
    }
}


/* at the end of each turn */

void
sim_check_turn(void)
{
    sim_op_t    *op;
    ngx_uint_t   i, live;
    sim_conn_t  *conn;

    live = 0;

    for (i = 0; i < sim.nops; i++) {
        op = &sim.ops[i];

        if (!op->live) {
            continue;
        }

        live++;

        if (sim_check_waits(op, 1)) {
            sim_broken("op %lu: waits for longer than it may", op->id);
        }
    }

    if (ngx_exiting && live != 0 && sim_event_timers(0) == 0) {
        sim_broken("a worker that exits does not wait for %lu operations",
                   live);
    }

    if (sim.store->stats->in_flight < live
        || sim.store->stats->in_flight > sim.nops)
    {
        sim_broken("the number of operations in flight is %lu, not %lu",
                   (unsigned long) sim.store->stats->in_flight, live);
    }

    for (i = 0; i < sim.nservers; i++) {
        conn = sim.servers[i].conn;

        if (conn == NULL || conn->connecting) {
            continue;
        }

        if (conn->read.ready
            && (conn->got < conn->arrived || conn->fin || conn->error))
        {
            sim_broken("fd:%d: what came with the connection is not read",
                       conn->c.fd);
        }
    }

    if (sim.allocated > 3 * (size_t) SIM_OUT_MAX) {
        sim_broken("%lu bytes are allocated", sim.allocated);
    }
}


/* values that are not sent yet, without the lines of their commands */

size_t
sim_check_waiting(sim_conn_t *conn)
{
    size_t  waiting;

    waiting = conn->asked - ngx_min(conn->asked, conn->sent);

    if (waiting > SIM_OUT_MAX) {
        sim_broken("fd:%d: %lu bytes wait to be sent", conn->c.fd, waiting);
    }

    return waiting;
}


/* the servers have answered all that they were asked */

void
sim_check_calm(void)
{
    ngx_uint_t  i;

    for (i = 0; i < sim.nops; i++) {
        if (sim.ops[i].live && !sim.ops[i].conn->silent) {
            sim_broken("op %lu: waits, though the server is well", i);
        }
    }
}


/* no operation is under way */

void
sim_check_idle(void)
{
    ngx_uint_t  i;

    for (i = 0; i < sim.nops; i++) {
        if (sim.ops[i].live) {
            sim_broken("op %lu: has no end", i);
        }
    }

    if (sim.store->stats->in_flight != 0) {
        sim_broken("%lu operations are counted as in flight",
                   (unsigned long) sim.store->stats->in_flight);
    }

    if (sim.allocated > sim.nservers * 2 * (SIM_BLOCK + 64)) {
        sim_broken("%lu bytes are kept of idle connections", sim.allocated);
    }

    sim_check_buckets();
}


/* the store has ended */

void
sim_check_end(void)
{
    ngx_uint_t  i, open;

    open = 0;

    for (i = 0; i < sim.nconns; i++) {
        open += sim.conns[i].open;
    }

    if (open != 0 || sim.blocks != 0 || sim_event_timers(1) != 0
        || sim_event_posted())
    {
        sim_broken("what is left: %lu connections, %lu blocks, %lu timers%s",
                   open, sim.blocks, sim_event_timers(1),
                   sim_event_posted() ? ", posted events" : "");
    }

}


void
sim_check_reset(void)
{
    sim_fault = NULL;
    sim_usec = 0;

    ngx_memzero(sim_buckets, sizeof(sim_buckets));
}
