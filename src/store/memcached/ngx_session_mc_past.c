/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The servers that a group had.
 */


#include "ngx_session_mc_past.h"
#include "ngx_session_mc_server.h"


static ngx_session_mc_place_t *ngx_session_mc_past_places(
    ngx_session_mc_server_t **servers, ngx_uint_t n);
static void ngx_session_mc_past_forget(ngx_session_mc_past_ring_t *ring);
static ngx_uint_t ngx_session_mc_past_within(ngx_msec_t end, int64_t life);


void
ngx_session_mc_past_keep(ngx_session_mc_past_t *past,
    ngx_session_mc_server_t **servers, ngx_uint_t n,
    ngx_session_mc_hash_t *hash)
{
    ngx_session_mc_place_t      *places;
    ngx_session_mc_past_ring_t  *ring;

    if (n == 0) {
        return;
    }

    places = ngx_session_mc_past_places(servers, n);

    if (places == NULL) {
        ngx_session_mc_hash_free(hash);
        ngx_session_mc_past_free(past);

        past->forgotten = ngx_current_msec;
        past->forgets = 1;
        return;
    }

    ring = &past->rings[past->n++ % NGX_SESSION_MC_PAST_MAX];

    if (past->n > NGX_SESSION_MC_PAST_MAX) {
        past->forgotten = ring->end;
        past->forgets = 1;

        ngx_session_mc_past_forget(ring);
    }

    ring->hash = hash;
    ring->end = ngx_current_msec;
    ring->places = places;
}


ngx_uint_t
ngx_session_mc_past_moved(ngx_session_mc_past_t *past, nsess_str_t key,
    const ngx_session_mc_place_t *place, int64_t life)
{
    ngx_uint_t                   i, n;
    ngx_session_mc_place_t      *was;
    ngx_session_mc_past_ring_t  *ring;

    if (past->forgets && ngx_session_mc_past_within(past->forgotten, life)) {
        return 1;
    }

    n = ngx_min(past->n, NGX_SESSION_MC_PAST_MAX);

    for (i = 0; i < n; i++) {
        ring = &past->rings[i];

        if (!ngx_session_mc_past_within(ring->end, life)) {
            continue;
        }

        was = &ring->places[ring->hash == NULL
                            ? 0 : ngx_session_mc_hash_server(ring->hash, key)];

        if (was->port != place->port
            || was->host.len != place->host.len
            || ngx_memcmp(was->host.data, place->host.data, place->host.len)
               != 0)
        {
            return 1;
        }
    }

    return 0;
}


void
ngx_session_mc_past_free(ngx_session_mc_past_t *past)
{
    ngx_uint_t  i, n;

    n = ngx_min(past->n, NGX_SESSION_MC_PAST_MAX);

    for (i = 0; i < n; i++) {
        ngx_session_mc_past_forget(&past->rings[i]);
    }

    past->n = 0;
}


/* with their names behind them; NULL: no memory */

static ngx_session_mc_place_t *
ngx_session_mc_past_places(ngx_session_mc_server_t **servers, ngx_uint_t n)
{
    size_t                   len;
    u_char                  *p;
    ngx_uint_t               i;
    ngx_session_mc_place_t  *places;

    for (i = 0, len = 0; i < n; i++) {
        len += servers[i]->place.host.len;
    }

    places = ngx_alloc(n * sizeof(ngx_session_mc_place_t) + len,
                       ngx_cycle->log);
    if (places == NULL) {
        return NULL;
    }

    p = (u_char *) &places[n];

    for (i = 0; i < n; i++) {
        places[i] = servers[i]->place;
        places[i].host.data = p;
        p = ngx_cpymem(p, servers[i]->place.host.data, places[i].host.len);
    }

    return places;
}


static void
ngx_session_mc_past_forget(ngx_session_mc_past_ring_t *ring)
{
    ngx_session_mc_hash_free(ring->hash);
    ngx_free(ring->places);
}


/* is what was written until then there still? */

static ngx_uint_t
ngx_session_mc_past_within(ngx_msec_t end, int64_t life)
{
    return (int64_t) (ngx_current_msec - end) < life * 1000;
}
