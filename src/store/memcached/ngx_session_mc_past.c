/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The servers that a group had.
 */


#include "ngx_session_mc_past.h"
#include "ngx_session_mc_server.h"


static ngx_session_mc_past_addr_t *ngx_session_mc_past_addrs(
    ngx_session_mc_server_t **servers, ngx_uint_t n);
static void ngx_session_mc_past_forget(ngx_session_mc_past_ring_t *ring);
static ngx_uint_t ngx_session_mc_past_within(ngx_msec_t end, int64_t life);


void
ngx_session_mc_past_keep(ngx_session_mc_past_t *past,
    ngx_session_mc_server_t **servers, ngx_uint_t n,
    ngx_session_mc_hash_t *hash)
{
    ngx_session_mc_past_addr_t  *addrs;
    ngx_session_mc_past_ring_t  *ring;

    if (n == 0) {
        return;
    }

    addrs = ngx_session_mc_past_addrs(servers, n);

    if (addrs == NULL) {
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
    ring->addrs = addrs;
}


ngx_uint_t
ngx_session_mc_past_moved(ngx_session_mc_past_t *past, nsess_str_t key,
    const ngx_addr_t *addr, int64_t life)
{
    ngx_uint_t                   i, n;
    ngx_session_mc_past_addr_t  *was;
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

        was = &ring->addrs[ring->hash == NULL
                           ? 0 : ngx_session_mc_hash_server(ring->hash, key)];

        if (ngx_cmp_sockaddr(&was->sockaddr.sockaddr, was->socklen,
                             addr->sockaddr, addr->socklen, 1)
            != NGX_OK)
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


/* NULL: no memory */

static ngx_session_mc_past_addr_t *
ngx_session_mc_past_addrs(ngx_session_mc_server_t **servers, ngx_uint_t n)
{
    ngx_uint_t                   i;
    ngx_session_mc_past_addr_t  *addrs;

    addrs = ngx_alloc(n * sizeof(ngx_session_mc_past_addr_t), ngx_cycle->log);
    if (addrs == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        addrs[i].socklen = servers[i]->addr->socklen;
        ngx_memcpy(&addrs[i].sockaddr, servers[i]->addr->sockaddr,
                   addrs[i].socklen);
    }

    return addrs;
}


static void
ngx_session_mc_past_forget(ngx_session_mc_past_ring_t *ring)
{
    ngx_session_mc_hash_free(ring->hash);
    ngx_free(ring->addrs);
}


/* is what was written until then there still? */

static ngx_uint_t
ngx_session_mc_past_within(ngx_msec_t end, int64_t life)
{
    return (int64_t) (ngx_current_msec - end) < life * 1000;
}
