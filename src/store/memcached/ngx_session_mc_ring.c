/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The servers of a group that are there now, and which of them has a key.
 */


#include "ngx_session_mc_ring.h"
#include "ngx_session_mc_server.h"


static const char *ngx_session_mc_ring_hash(ngx_session_mc_t *mc,
    ngx_session_mc_server_t **servers, ngx_uint_t n,
    ngx_session_mc_hash_t **hash);
static ngx_uint_t ngx_session_mc_ring_all_up(ngx_session_mc_ring_t *ring);
static ngx_uint_t ngx_session_mc_ring_is_current(ngx_session_mc_ring_t *ring);
static void ngx_session_mc_ring_eject(ngx_session_mc_t *mc);


const char *
ngx_session_mc_ring_set(ngx_session_mc_t *mc,
    ngx_session_mc_server_t **servers, ngx_uint_t n)
{
    const char                *error;
    ngx_session_mc_hash_t     *hash;
    ngx_session_mc_ring_t     *ring;
    ngx_session_mc_server_t  **copy;

    /* and as much for those that are up */

    copy = ngx_alloc(2 * ngx_max(n, 1) * sizeof(ngx_session_mc_server_t *),
                     ngx_cycle->log);
    if (copy == NULL) {
        return "no memory";
    }

    error = ngx_session_mc_ring_hash(mc, servers, n, &hash);

    if (error != NULL) {
        ngx_free(copy);
        return error;
    }

    if (mc->begun) {
        ngx_session_mc_past_keep(&mc->past, mc->ring.servers, mc->ring.n,
                                 mc->ring.hash);
        mc->ring.hash = NULL;
    }

    ngx_session_mc_ring_free(mc);

    ngx_memcpy(copy, servers, n * sizeof(ngx_session_mc_server_t *));

    ring = &mc->ring;

    ring->servers = copy;
    ring->n = n;
    ring->hash = hash;
    ring->up = copy + n;

    return NULL;
}


ngx_session_mc_server_t *
ngx_session_mc_ring_own(ngx_session_mc_t *mc, nsess_str_t key)
{
    ngx_session_mc_ring_t  *ring;

    ring = &mc->ring;

    if (ring->n == 0) {
        return NULL;
    }

    return ring->servers[ring->hash == NULL
                         ? 0 : ngx_session_mc_hash_server(ring->hash, key)];
}


ngx_session_mc_server_t *
ngx_session_mc_ring_used(ngx_session_mc_t *mc, nsess_str_t key,
    ngx_session_mc_server_t *own)
{
    ngx_session_mc_ring_t  *ring;

    ring = &mc->ring;

    if (ngx_session_mc_ring_all_up(ring)) {
        return own;
    }

    if (!ngx_session_mc_ring_is_current(ring)) {
        ngx_session_mc_ring_eject(mc);
    }

    if (ring->nup == 0) {
        return own;
    }

    return ring->up[ring->hash_up == NULL
                    ? 0 : ngx_session_mc_hash_server(ring->hash_up, key)];
}


void
ngx_session_mc_ring_free(ngx_session_mc_t *mc)
{
    ngx_session_mc_ring_t  *ring;

    ring = &mc->ring;

    if (ring->servers != NULL) {
        ngx_free(ring->servers);
    }

    ngx_session_mc_hash_free(ring->hash);
    ngx_session_mc_hash_free(ring->hash_up);

    ngx_memzero(ring, sizeof(ngx_session_mc_ring_t));
}


void
ngx_session_mc_ring_tell(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf)
{
    ngx_uint_t                i, down;
    ngx_session_mc_server_t  *s;

    down = 0;

    for (i = 0; i < mc->ring.n; i++) {
        s = mc->ring.servers[i];

        if (s->conf == conf && s->state != NGX_SESSION_MC_STATE_UP) {
            down = 1;
        }
    }

    ngx_session_stats_peer(&mc->store->peer_stats
                           [conf - (ngx_session_mc_server_conf_t *)
                                   mc->conf->servers.elts],
                           down);
}


/* NULL, or what is wrong */

static const char *
ngx_session_mc_ring_hash(ngx_session_mc_t *mc,
    ngx_session_mc_server_t **servers, ngx_uint_t n,
    ngx_session_mc_hash_t **hash)
{
    ngx_uint_t               i;
    const char              *error;
    ngx_session_mc_place_t  *places;

    *hash = NULL;

    if (n < 2) {
        return NULL;
    }

    places = ngx_alloc(n * sizeof(ngx_session_mc_place_t), ngx_cycle->log);
    if (places == NULL) {
        return "no memory";
    }

    for (i = 0; i < n; i++) {
        places[i] = servers[i]->place;
    }

    error = NULL;
    *hash = ngx_session_mc_hash_create(mc->conf, places, n, &error);

    ngx_free(places);

    return error;
}


static ngx_uint_t
ngx_session_mc_ring_all_up(ngx_session_mc_ring_t *ring)
{
    ngx_uint_t  i;

    for (i = 0; i < ring->n; i++) {
        if (ring->servers[i]->state != NGX_SESSION_MC_STATE_UP) {
            return 0;
        }
    }

    return 1;
}


/* are those up that were up when the ring of these was made? */

static ngx_uint_t
ngx_session_mc_ring_is_current(ngx_session_mc_ring_t *ring)
{
    ngx_uint_t  i, k;

    for (i = 0, k = 0; i < ring->n; i++) {

        if (ring->servers[i]->state != NGX_SESSION_MC_STATE_UP) {
            continue;
        }

        if (k == ring->nup || ring->up[k++] != ring->servers[i]) {
            return 0;
        }
    }

    return k == ring->nup;
}


/* without memory there are no stand-ins: it is tried again for the next key */

static void
ngx_session_mc_ring_eject(ngx_session_mc_t *mc)
{
    ngx_uint_t              i;
    ngx_session_mc_ring_t  *ring;

    ring = &mc->ring;

    ngx_session_mc_hash_free(ring->hash_up);

    ring->hash_up = NULL;
    ring->nup = 0;

    for (i = 0; i < ring->n; i++) {
        if (ring->servers[i]->state == NGX_SESSION_MC_STATE_UP) {
            ring->up[ring->nup++] = ring->servers[i];
        }
    }

    if (ngx_session_mc_ring_hash(mc, ring->up, ring->nup, &ring->hash_up)
        != NULL)
    {
        ring->nup = 0;
    }
}
