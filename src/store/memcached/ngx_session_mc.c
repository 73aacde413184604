/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "ngx_session_mc.h"
#include "ngx_session_mc_conn.h"
#include "ngx_session_mc_hash.h"
#include "ngx_session_mc_health.h"
#include "ngx_session_mc_stats.h"


static ngx_int_t ngx_session_mc_init_servers(ngx_conf_t *cf,
    ngx_session_mc_t *mc);
static ngx_int_t ngx_session_mc_init_stats(ngx_conf_t *cf,
    ngx_session_mc_t *mc);
static void ngx_session_mc_cleanup(void *data);


/* before each reason, which may stand alone */
#define NGX_SESSION_MC_WHO  "memcached "


/* indexed by ngx_session_mc_reason_e */

static const char  *ngx_session_mc_reasons[NGX_SESSION_MC_LAST] = {
    NGX_SESSION_MC_WHO "succeeded",
    NGX_SESSION_MC_WHO "is down",
    NGX_SESSION_MC_WHO "could not be connected to",
    NGX_SESSION_MC_WHO "timed out while connecting",
    NGX_SESSION_MC_WHO "timed out",
    NGX_SESSION_MC_WHO "closed the connection",
    NGX_SESSION_MC_WHO "failed in recv()",
    NGX_SESSION_MC_WHO "failed in send()",
    NGX_SESSION_MC_WHO "sent an unexpected reply",
    NGX_SESSION_MC_WHO "reported an error",
    NGX_SESSION_MC_WHO "has too much waiting to be sent",
    NGX_SESSION_MC_WHO "could not be used for lack of memory",
    NGX_SESSION_MC_WHO "was not waited for, since the worker exits"
};


ngx_session_mc_op_t *
ngx_session_mc_start(ngx_session_mc_t *mc, nsess_mc_request_t *req,
    ngx_session_mc_handler_pt handler, void *data,
    ngx_session_mc_reason_e *reason)
{
    ngx_uint_t                i;
    ngx_session_mc_op_t      *op;
    ngx_session_mc_server_t  *s;

    i = mc->hash == NULL ? 0 : ngx_session_mc_hash_server(mc->hash, req->key);

    s = &mc->servers[i];

    if (mc->ended) {
        *reason = NGX_SESSION_MC_SHUTDOWN;
        op = NULL;

    } else if (s->state != NGX_SESSION_MC_STATE_UP) {
        s->refused++;
        *reason = NGX_SESSION_MC_DOWN;
        op = NULL;

    } else {
        op = ngx_session_mc_conn_start(s, req, handler, data, reason);
    }

    if (op == NULL) {
        ngx_session_mc_stats_refused(mc, *reason);
    }

    return op;
}


void
ngx_session_mc_cancel(ngx_session_mc_op_t *op)
{
    op->handler = NULL;
}


const char *
ngx_session_mc_reason(ngx_session_mc_reason_e reason)
{
    if ((ngx_uint_t) reason >= NGX_SESSION_MC_LAST) {
        return NGX_SESSION_MC_WHO "failed";
    }

    return ngx_session_mc_reasons[reason];
}


const char *
ngx_session_mc_failure(ngx_session_mc_reason_e reason)
{
    return ngx_session_mc_reason(reason) + sizeof(NGX_SESSION_MC_WHO) - 1;
}


ngx_session_mc_op_t *
ngx_session_mc_op_get(ngx_session_mc_t *mc)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(&mc->free)) {
        return ngx_palloc(mc->pool, sizeof(ngx_session_mc_op_t));
    }

    q = ngx_queue_head(&mc->free);
    ngx_queue_remove(q);

    return ngx_queue_data(q, ngx_session_mc_op_t, queue);
}


void
ngx_session_mc_op_free(ngx_session_mc_t *mc, ngx_session_mc_op_t *op)
{
    op->handler = NULL;

    /* the one used last is warm in the cache */

    ngx_queue_insert_head(&mc->free, &op->queue);
}


void
ngx_session_mc_op_done(ngx_session_mc_t *mc, ngx_session_mc_op_t *op,
    const nsess_mc_reply_t *reply, ngx_session_mc_reason_e reason)
{
    ngx_session_mc_handler_pt  handler;

    ngx_queue_remove(&op->queue);
    ngx_session_mc_stats_ended(mc, op, reason);

    handler = op->handler;

    if (handler != NULL) {

        /* the handler may cancel, and must not meet op in a new life */

        op->handler = NULL;
        handler(op->data, reply, reason);
    }

    ngx_session_mc_op_free(mc, op);
}


void
ngx_session_mc_exit(ngx_session_mc_t *mc)
{
    ngx_uint_t  i;

    for (i = 0; i < mc->nservers; i++) {
        ngx_session_mc_health_stop(&mc->servers[i]);
        ngx_session_mc_conn_close(&mc->servers[i]);
    }
}


ngx_session_mc_t *
ngx_session_mc_create(ngx_conf_t *cf, ngx_session_mc_conf_t *conf)
{
    ngx_session_mc_t    *mc;
    ngx_pool_cleanup_t  *cln;

    if (conf->servers == NULL || conf->servers->nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "no memcached server");
        return NULL;
    }

    mc = ngx_pcalloc(cf->pool, sizeof(ngx_session_mc_t));
    if (mc == NULL) {
        return NULL;
    }

    mc->conf = *conf;
    mc->pool = cf->pool;
    ngx_queue_init(&mc->free);

    if (ngx_session_mc_init_servers(cf, mc) != NGX_OK
        || ngx_session_mc_init_stats(cf, mc) != NGX_OK)
    {
        return NULL;
    }

    if (mc->nservers > 1) {
        mc->hash = ngx_session_mc_hash_create(cf, conf);
        if (mc->hash == NULL) {
            return NULL;
        }
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_session_mc_cleanup;
    cln->data = mc;

    return mc;
}


static ngx_int_t
ngx_session_mc_init_servers(ngx_conf_t *cf, ngx_session_mc_t *mc)
{
    ngx_uint_t                     i;
    ngx_session_mc_server_t       *s;
    ngx_session_mc_server_conf_t  *sc;

    sc = mc->conf.servers->elts;
    mc->nservers = mc->conf.servers->nelts;

    mc->servers = ngx_pcalloc(cf->pool,
                              mc->nservers * sizeof(ngx_session_mc_server_t));
    if (mc->servers == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < mc->nservers; i++) {

        if (sc[i].url.naddrs == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "memcached server \"%V\" has no address",
                               &sc[i].name);
            return NGX_ERROR;
        }

        s = &mc->servers[i];
        s->mc = mc;
        s->conf = &sc[i];
        s->ident = -1;

        ngx_queue_init(&s->ops);
        ngx_session_mc_health_init(s);
    }

    return NGX_OK;
}


/* a place to count in until a better one is told of */

static ngx_int_t
ngx_session_mc_init_stats(ngx_conf_t *cf, ngx_session_mc_t *mc)
{
    ngx_session_mc_stats_t       *stats;
    ngx_session_mc_peer_stats_t  *peers;

    stats = ngx_pcalloc(cf->pool, sizeof(ngx_session_mc_stats_t));
    peers = ngx_pcalloc(cf->pool,
                        mc->nservers * sizeof(ngx_session_mc_peer_stats_t));

    if (stats == NULL || peers == NULL) {
        return NGX_ERROR;
    }

    ngx_session_mc_stats_use(mc, stats, peers);

    return NGX_OK;
}


static void
ngx_session_mc_cleanup(void *data)
{
    ngx_session_mc_t *mc = data;

    ngx_session_mc_exit(mc);
}
