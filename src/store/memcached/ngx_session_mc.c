/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The store "memcached": the group of servers of a manager, and how the verbs
 * of stores are commands of memcached.
 *
 *     GET      mg KEY v c f t [TLIFE]   VA: DONE, EN: MISSING
 *     ADD      ms KEY LEN FFLAGS ME [c] [TLIFE]   HD: DONE, NS: EXISTS
 *     SET      ms KEY LEN FFLAGS [c] [CVERSION] [TLIFE]   HD: DONE,
 *              NF: MISSING, EX: CONFLICT
 *     DELETE   md KEY [CVERSION]   HD: DONE, NF: MISSING, EX: CONFLICT
 *
 * A version is the cas of an item, with a mark of its server: on another one,
 * where an item may have the same cas, it is that of none.  SERVER_ERROR is
 * FAILED; all other replies are those of another operation, or of no memcached:
 * the connection is closed.
 */


#include "ngx_session_mc.h"
#include "ngx_session_mc_hash.h"
#include "ngx_session_mc_health.h"
#include "ngx_session_mc_lookup.h"
#include "ngx_session_mc_member.h"
#include "ngx_session_mc_probe.h"
#include "ngx_session_mc_resolve.h"
#include "ngx_session_mc_ring.h"
#include "ngx_session_mc_server.h"
#include "ngx_session_mc_tls.h"


static char *ngx_session_mc_create(ngx_conf_t *cf,
    ngx_session_store_t *store);
static ngx_int_t ngx_session_mc_init_servers(ngx_conf_t *cf,
    ngx_session_store_t *store, ngx_session_mc_t *mc);
static ngx_int_t ngx_session_mc_init_ring(ngx_conf_t *cf,
    ngx_session_mc_t *mc);
static ngx_int_t ngx_session_mc_use_resolver(ngx_conf_t *cf,
    ngx_session_store_t *store, ngx_resolver_t *resolver, ngx_msec_t timeout);
static void ngx_session_mc_begin(ngx_session_store_t *store);
static void ngx_session_mc_exit(ngx_session_store_t *store);
static ngx_session_op_t *ngx_session_mc_start(ngx_session_store_t *store,
    const ngx_session_request_t *req, ngx_session_handler_pt handler,
    void *data, ngx_session_reason_e *reason);
static ngx_uint_t ngx_session_mc_server_is_up(ngx_session_store_t *store,
    const ngx_session_key_t *key);
static ngx_session_mc_server_t *ngx_session_mc_server(ngx_session_mc_t *mc,
    nsess_str_t key, ngx_uint_t *stands_in);


#pragma GCC visibility push(hidden)

extern const ngx_session_store_ops_t  ngx_session_memcached;

#pragma GCC visibility pop


const ngx_session_store_ops_t  ngx_session_memcached = {
    ngx_session_mc_directives,
    ngx_session_mc_create_conf,
    ngx_session_mc_create,
    ngx_session_mc_exit,
    ngx_session_mc_start,
    ngx_session_mc_server_is_up,
    ngx_session_mc_use_resolver,
    ngx_session_mc_begin
};


static const nsess_mc_command_e  ngx_session_mc_commands[NGX_SESSION_VERBS] = {
    NSESS_MC_GET,
    NSESS_MC_ADD,
    NSESS_MC_SET,
    NSESS_MC_DELETE
};


static ngx_session_op_t *
ngx_session_mc_start(ngx_session_store_t *store,
    const ngx_session_request_t *req, ngx_session_handler_pt handler,
    void *data, ngx_session_reason_e *reason)
{
    ngx_uint_t                moved, stands_in;
    ngx_session_mc_t         *mc;
    nsess_mc_request_t        command;
    ngx_session_mc_op_t      *op;
    ngx_session_mc_server_t  *s;

    mc = store->data;

    command.command = ngx_session_mc_commands[req->verb];
    command.key.data = req->key->data;
    command.key.len = req->key->len;
    command.value = req->value;
    command.flags = req->flags;
    command.exptime = req->life == NGX_SESSION_LIFE_STAYS
                      ? -1 : nsess_mc_exptime(req->life, ngx_time());
    command.tell_cas = req->tell_version;

    if (mc->ended) {
        *reason = NGX_SESSION_REASON_SHUTDOWN;
        return NULL;
    }

    s = ngx_session_mc_server(mc, command.key, &stands_in);

    if (s == NULL) {
        *reason = NGX_SESSION_REASON_NO_ADDRESS;
        return NULL;
    }

    /* what is written, or ends, would not be so on its own server */

    if (stands_in && (req->verb != NGX_SESSION_GET || req->certain)) {
        *reason = NGX_SESSION_REASON_DOWN;
        return NULL;
    }

    if (s->state != NGX_SESSION_MC_STATE_UP) {
        s->refused++;
        *reason = NGX_SESSION_REASON_DOWN;
        return NULL;
    }

    /* what it is to end may be where the key was before, or will be */

    moved = req->ends != 0
            && (ngx_session_mc_lookup_known(mc) != NGX_SESSION_MC_LOOKUP_KNOWN
                || ngx_session_mc_past_moved(&mc->past, command.key, s->addr,
                                             req->ends));

    if (moved && (req->verb == NGX_SESSION_ADD || req->verb == NGX_SESSION_SET))
    {
        *reason = NGX_SESSION_REASON_MOVED;
        return NULL;
    }

    command.cas = ngx_session_mc_version(s, req->version);

    if (ngx_session_mc_server_connect(s, reason) != NGX_OK) {
        return NULL;
    }

    op = ngx_session_mc_conn_start(s->conn, req->verb, &command, req->limit,
                                   handler, data, reason);
    if (op == NULL) {
        return NULL;
    }

    op->max = req->max;
    op->moved = moved;

    return &op->op;
}


static ngx_uint_t
ngx_session_mc_server_is_up(ngx_session_store_t *store,
    const ngx_session_key_t *key)
{
    nsess_str_t               name;
    ngx_uint_t                stands_in;
    ngx_session_mc_server_t  *s;

    name.data = key->data;
    name.len = key->len;

    s = ngx_session_mc_server(store->data, name, &stands_in);

    return s != NULL && s->state == NGX_SESSION_MC_STATE_UP && !stands_in
           && !ngx_session_mc_health_is_silent(s);
}


static ngx_inline ngx_session_mc_server_t *
ngx_session_mc_server(ngx_session_mc_t *mc, nsess_str_t key,
    ngx_uint_t *stands_in)
{
    ngx_session_mc_server_t  *own, *used;

    /* a part of the servers would have keys that are not theirs */

    if (mc->nlookups != 0
        && ngx_session_mc_lookup_known(mc) == NGX_SESSION_MC_LOOKUP_AWAITED)
    {
        return NULL;
    }

    own = ngx_session_mc_ring_own(mc, key);
    used = mc->conf->eject ? ngx_session_mc_ring_used(mc, key, own) : own;

    *stands_in = (used != own);

    return used;
}


static ngx_int_t
ngx_session_mc_use_resolver(ngx_conf_t *cf, ngx_session_store_t *store,
    ngx_resolver_t *resolver, ngx_msec_t timeout)
{
    return ngx_session_mc_resolve_use(cf, store->data, resolver, timeout);
}


static void
ngx_session_mc_begin(ngx_session_store_t *store)
{
    ngx_session_mc_t  *mc;

    mc = store->data;
    mc->begun = 1;

    ngx_session_mc_resolve_begin(mc);
}


static void
ngx_session_mc_exit(ngx_session_store_t *store)
{
    ngx_uint_t         i;
    ngx_session_mc_t  *mc;

    mc = store->data;

    ngx_session_mc_resolve_end(mc);

    for (i = 0; i < mc->nservers; i++) {
        ngx_session_mc_probe_stop(&mc->servers[i]);
        ngx_session_mc_server_exit(&mc->servers[i]);
    }

    ngx_session_mc_members_exit(mc);
    ngx_session_mc_ring_free(mc);
    ngx_session_mc_past_free(&mc->past);
}


static char *
ngx_session_mc_create(ngx_conf_t *cf, ngx_session_store_t *store)
{
    ngx_session_mc_t  *mc;

    mc = ngx_pcalloc(cf->pool, sizeof(ngx_session_mc_t));
    if (mc == NULL) {
        return NGX_CONF_ERROR;
    }

    mc->store = store;
    mc->conf = store->conf;
    mc->pool = cf->pool;

    ngx_queue_init(&mc->free);
    ngx_queue_init(&mc->gone);
    ngx_session_mc_init_conf(mc->conf);
    mc->conf->places = store->places;

    if (ngx_session_mc_hash_check(cf, mc->conf) != NGX_OK
        || ngx_session_mc_tls_init_conf(cf, mc->conf->places, &mc->conf->tls)
           != NGX_OK
        || ngx_session_mc_tls_create(cf, mc->conf, &mc->tls) != NGX_OK
        || ngx_session_mc_init_servers(cf, store, mc) != NGX_OK
        || ngx_session_mc_init_ring(cf, mc) != NGX_OK
        || ngx_session_mc_resolve_create(cf, mc) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    store->data = mc;
    store->max_size = mc->conf->max_size;
    store->patience = mc->conf->connect_timeout + mc->conf->timeout;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_session_mc_init_servers(ngx_conf_t *cf, ngx_session_store_t *store,
    ngx_session_mc_t *mc)
{
    ngx_uint_t                     i, n;
    ngx_session_mc_server_conf_t  *sc;

    n = mc->conf->servers.nelts;
    sc = mc->conf->servers.elts;

    mc->nservers = n;
    mc->servers = ngx_pcalloc(cf->pool, n * sizeof(ngx_session_mc_server_t));

    store->npeers = n;
    store->peers = ngx_palloc(cf->pool, n * sizeof(ngx_str_t));

    if (mc->servers == NULL || store->peers == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        store->peers[i] = sc[i].name;

        ngx_session_mc_server_init(&mc->servers[i], mc, &sc[i]);
        ngx_session_mc_probe_init(&mc->servers[i]);

        if (sc[i].how == NGX_SESSION_MC_FIXED && sc[i].url.naddrs == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, &sc[i].place),
                               0, "memcached server \"%V\" has no address",
                               &sc[i].name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_init_ring(ngx_conf_t *cf, ngx_session_mc_t *mc)
{
    ngx_uint_t                 i, n;
    const char                *error;
    ngx_session_mc_conf_t     *conf;
    ngx_session_mc_server_t  **servers;

    conf = mc->conf;

    servers = ngx_palloc(cf->temp_pool,
                         mc->nservers * sizeof(ngx_session_mc_server_t *));
    if (servers == NULL) {
        return NGX_ERROR;
    }

    for (i = 0, n = 0; i < mc->nservers; i++) {
        if (mc->servers[i].conf->how == NGX_SESSION_MC_FIXED) {
            servers[n++] = &mc->servers[i];
        }
    }

    error = ngx_session_mc_ring_set(mc, servers, n);

    if (error != NULL) {
        cf = ngx_session_at(cf, &mc->servers[0].conf->place);
        cf = ngx_session_at_directive(cf, conf->places, "hash");
        cf = ngx_session_at_directive(cf, conf->places, "distribution");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "libmemcached does not take the memcached servers "
                           "with hash \"%V\" and distribution \"%V\": %s",
                           &ngx_session_mc_hashes[conf->hash].name,
                           &ngx_session_mc_distributions[conf->distribution]
                           .name, error);
        return NGX_ERROR;
    }

    return NGX_OK;
}
