/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Operations of a trace: which, how they are started, and what their handlers
 * do.
 */


#include "sim.h"


static void sim_op_new(sim_op_t *op);
static ngx_session_verb_e sim_op_verb(char verb);
static size_t sim_op_size(void);
static ngx_session_version_t sim_op_version(ngx_uint_t key);
static void sim_op_up(sim_op_t *op, const ngx_session_key_t *key);
static ngx_uint_t sim_op_silent(ngx_uint_t server);


void
sim_op_start(void)
{
    sim_op_t  *op;

    if (sim.nops == sim.planned || sim.calm) {
        return;
    }

    op = &sim.ops[sim.nops];
    ngx_memzero(op, sizeof(sim_op_t));

    sim_op_new(op);
    sim_op_go(op);
}


static void
sim_op_new(sim_op_t *op)
{
    char           verb;
    ngx_uint_t     tell;
    const char    *p;
    const int64_t  lives[] = { 1800, 1, 31 * 24 * 3600, 10 };

    if (sim.plan != NULL) {
        p = &sim.plan[2 * (sim.nops - sim.before)];
        verb = p[0];
        op->key = p[1] - '0';

    } else {
        verb = "gatsSdD"[sim_choose(7)];
        op->key = sim_choose(SIM_KEYS);
    }

    op->verb = sim_op_verb(verb);

    tell = sim_choose(2);

    op->life = lives[sim_choose(4)];
    op->max = SIM_VALUE_MAX;

    /* some have little time left: no choice of their own, for old seeds */

    op->patience = op->life == 10 ? SIM_PATIENCE_LEFT : SIM_PATIENCE;

    switch (op->verb) {

    case NGX_SESSION_GET:
        if (verb == 'g') {
            op->life = NGX_SESSION_LIFE_STAYS;
        }

        if (sim_rare(4) == 3) {
            op->max = 10;
        }

        if (sim_has(SIM_WITH_EJECT)) {
            op->certain = sim_choose(2);
        }

        break;

    case NGX_SESSION_DELETE:
        break;

    default:
        op->size = sim_op_size();
        op->flags = sim_choose(3);
        op->tell_version = tell;
    }

    if (verb == 'S' || verb == 'D') {
        op->version = sim_op_version(op->key);
    }
}


/* capitals: with a version; t: GET with a life */

static ngx_session_verb_e
sim_op_verb(char verb)
{
    switch (verb) {

    case 'g':
    case 't':
        return NGX_SESSION_GET;

    case 'a':
        return NGX_SESSION_ADD;

    case 'd':
    case 'D':
        return NGX_SESSION_DELETE;

    default: /* s, S */
        return NGX_SESSION_SET;
    }
}


static size_t
sim_op_size(void)
{
    static const size_t  sizes[] = {
        20, 0, 1, 300, 2030, 40000, 60000, 65400, 65535, 70000, 200000
    };

    return sim_has(SIM_WITH_HUGE) ? SIM_VALUE_MAX : sizes[sim_rare(11)];
}


/* of the record as it is; or another one */

static ngx_session_version_t
sim_op_version(ngx_uint_t key)
{
    sim_item_t  *item;
    ngx_uint_t   server;

    server = sim_place_used(key);

    if (server == SIM_NOWHERE) {
        return 7;
    }

    item = sim_place_item(server, key);

    return sim_place_version(server,
                             item->present && sim_rare(4) != 3
                             ? item->version : 7);
}


void
sim_op_go(sim_op_t *op)
{
    ngx_session_key_t      key;
    ngx_session_reason_e   reason;
    ngx_session_request_t  req;

    op->id = sim.nops++;
    op->server = sim_place_used(op->key);
    op->stands_in = (op->server != sim_place_own(op->key));
    op->begun = sim.now;
    op->begun_sec = ngx_time();

    key.len = strlen(sim_server_keys[op->key]);
    ngx_memcpy(key.data, sim_server_keys[op->key], key.len);

    ngx_memzero(&req, sizeof(ngx_session_request_t));

    req.verb = op->verb;
    req.key = &key;
    req.value.data = sim_core_value(op->id);
    req.value.len = op->size;
    req.flags = op->flags;
    req.version = op->version;
    req.life = op->life;
    req.max = op->max;
    req.limit = ngx_current_msec + op->patience;
    req.tell_version = op->tell_version;
    req.certain = op->certain;

    sim_note("op %zu: start verb %d key \"%s\" size %zu version %lu life %ld",
             op->id, (int) op->verb, sim_server_keys[op->key], op->size,
             (unsigned long) op->version, (long) op->life);

    sim_op_up(op, &key);

    reason = NGX_SESSION_REASON_LAST;

    sim.inside++;
    op->op = ngx_session_start(sim.store, &req, sim_check_handler, op,
                               &reason);
    sim.inside--;

    /* the key is copied */

    ngx_memset(&key, 'x', sizeof(ngx_session_key_t));

    if (op->op == NULL) {
        sim_check_start(op, reason);
        return;
    }

    if (reason != NGX_SESSION_REASON_LAST) {
        sim_broken("op %zu: is started, and has a reason not to be", op->id);
    }

    if (op->stands_in && (op->verb != NGX_SESSION_GET || op->certain)) {
        sim_broken("op %zu: is not for a server that stands in", op->id);
    }

    op->conn = op->server != SIM_NOWHERE ? sim_move_newest(op->server) : NULL;

    if (op->conn == NULL) {
        sim_broken("op %zu: started, but not on the server of its key",
                   op->id);
        return;
    }

    op->live = 1;
    op->conn->asked += op->size;

    (void) sim_state_waiting(op->conn);
}


/* what is said of the server of a key, before an operation begins on it */

static void
sim_op_up(sim_op_t *op, const ngx_session_key_t *key)
{
    ngx_uint_t  up;

    up = (op->server != SIM_NOWHERE && !op->stands_in
          && !sim.store->peer_stats[sim_has(SIM_WITH_NAMES) ? 0 : op->server]
                                   .down);

    /* of a name it is told whether all of its servers are up */

    if (ngx_session_server_is_up(sim.store, key) != up
        && (!sim_has(SIM_WITH_NAMES) || up || op->server == SIM_NOWHERE)
        && (!up || !sim_op_silent(op->server)))
    {
        sim_broken("op %zu: its server is %s, and is said not to be", op->id,
                   up ? "up" : "down");
    }
}


/* within the last timeout it was found silent on a connection */

static ngx_uint_t
sim_op_silent(ngx_uint_t server)
{
    ngx_uint_t   i;
    sim_conn_t  *conn;

    for (i = 0; i < sim.nconns; i++) {
        conn = &sim.conns[i];

        if (conn->server == server && conn->late && !conn->open
            && conn->established != 0
            && sim.now / 1000 - conn->closed / 1000 < SIM_TIMEOUT)
        {
            return 1;
        }
    }

    return 0;
}


void
sim_op_cancel(sim_op_t *op)
{
    sim_note("op %zu: cancel", op->id);

    op->live = 0;
    op->cancelled = 1;

    sim.inside++;
    ngx_session_cancel(op->op);
    sim.inside--;
}


/* a handler may start and cancel operations */

void
sim_op_handler(sim_op_t *op)
{
    ngx_uint_t  i;

    switch (sim_rare(4)) {

    case 1:
        sim_op_start();
        return;

    case 2:
        for (i = 0; i < sim.nops; i++) {
            if (sim.ops[i].live) {
                sim_op_cancel(&sim.ops[i]);
                break;
            }
        }

        return;

    case 3:
        for (i = sim.nops; i != 0; i--) {
            if (sim.ops[i - 1].live) {
                sim_op_cancel(&sim.ops[i - 1]);
            }
        }

        sim_op_start();
        return;
    }
}
