/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Counters of all workers, in shared memory.  Each process of nginx has a
 * slot of its own, by its number among the master's processes, so that
 * nothing is locked: old and new workers of a reload have different ones.
 * Counters stay in a slot when its worker ends, and the next one there goes
 * on from them; gauges count while the worker lives.
 *
 * The zone's name contains the managers and servers.  When a reload changes
 * them, it makes another zone, which starts from 0, and old workers keep
 * theirs.
 */


#include "ngx_http_session_counters.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_stats.h"

#include "ngx_session_store_conf.h"
#include "ngx_session_store_stats.h"
#include "nsess_utf8.h"


/* pages that the slab pool itself needs, see ngx_slab_init(), and rounding */
#define NGX_HTTP_SESSION_SLAB_PAGES  8

/* the number of a manager's counters; gauges follow them in a slot */
#define NGX_HTTP_SESSION_COUNTERS                                             \
    ((offsetof(ngx_http_session_stats_t, store)                               \
      + offsetof(ngx_session_stats_t, in_flight))                          \
     / sizeof(ngx_session_counter_t))


/* at the beginning of the shared memory */
typedef struct {
    time_t                        since;
    u_char                       *slots;
    ngx_session_counter_t         pids[NGX_MAX_PROCESSES];  /* 0: unused */
    u_char                        used[NGX_MAX_PROCESSES];  /* by any worker */
} ngx_http_session_zone_t;


static ngx_session_peer_stats_t *ngx_http_session_stats_peers(
    ngx_http_session_stats_t *stats);
static ngx_http_session_snapshots_t *ngx_http_session_stats_prepare(
    ngx_http_request_t *r, ngx_uint_t max);
static ngx_uint_t ngx_http_session_stats_lives(ngx_http_session_zone_t *zone,
    ngx_uint_t slot);
static void ngx_http_session_stats_add(ngx_http_session_snapshot_t *s,
    u_char *slot);
static void ngx_http_session_stats_add_gauges(ngx_http_session_snapshot_t *s,
    u_char *slot, ngx_uint_t worker);
static size_t ngx_http_session_stats_layout(
    ngx_http_session_main_conf_t *smcf);
static ngx_int_t ngx_http_session_stats_private(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static ngx_int_t ngx_http_session_stats_label(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static ngx_int_t ngx_http_session_stats_name(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf, ngx_str_t *name);
static ngx_int_t ngx_http_session_stats_init_zone(ngx_shm_zone_t *shm_zone,
    void *data);


ngx_http_session_snapshots_t *
ngx_http_session_stats_read(ngx_http_request_t *r)
{
    u_char                        *slot;
    ngx_uint_t                     i, k, n;
    ngx_http_session_zone_t       *zone;
    ngx_http_session_main_conf_t  *smcf;
    ngx_http_session_snapshots_t  *all;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);
    zone = smcf->stats_zone->data;

    n = 0;

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {
        n += ngx_http_session_stats_lives(zone, i);
    }

    all = ngx_http_session_stats_prepare(r, n);
    if (all == NULL) {
        return NULL;
    }

    all->since = zone->since;

    for (i = 0; i < NGX_MAX_PROCESSES; i++) {

        if (!zone->used[i]) {
            continue;
        }

        slot = zone->slots + i * smcf->stats_slot;

        for (k = 0; k < all->nmanagers; k++) {
            ngx_http_session_stats_add(&all->managers[k], slot);
        }

        if (all->nworkers == n || !ngx_http_session_stats_lives(zone, i)) {
            continue;
        }

        for (k = 0; k < all->nmanagers; k++) {
            ngx_http_session_stats_add_gauges(&all->managers[k], slot,
                                              all->nworkers);
        }

        all->pids[all->nworkers++] = zone->pids[i];
    }

    return all;
}


/* makes room for a snapshot of up to max workers */

static ngx_http_session_snapshots_t *
ngx_http_session_stats_prepare(ngx_http_request_t *r, ngx_uint_t max)
{
    ngx_str_t                      *names;
    ngx_uint_t                      i;
    ngx_http_session_snapshot_t    *s;
    ngx_http_session_manager_t    **managers;
    ngx_http_session_main_conf_t   *smcf;
    ngx_http_session_snapshots_t   *all;

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);
    managers = smcf->managers.elts;

    all = ngx_pcalloc(r->pool, sizeof(ngx_http_session_snapshots_t));
    if (all == NULL) {
        return NULL;
    }

    all->nmanagers = smcf->managers.nelts;
    all->pids = ngx_palloc(r->pool, max * sizeof(ngx_pid_t));
    all->managers = ngx_pcalloc(r->pool, all->nmanagers
                                * sizeof(ngx_http_session_snapshot_t));

    if (all->pids == NULL || all->managers == NULL) {
        return NULL;
    }

    for (i = 0; i < all->nmanagers; i++) {
        s = &all->managers[i];

        s->manager = managers[i];
        s->npeers = ngx_session_store_peers(s->manager->store, &names);

        s->peers = ngx_palloc(r->pool, max * s->npeers
                                       * sizeof(ngx_session_peer_stats_t));
        if (s->peers == NULL) {
            return NULL;
        }
    }

    return all;
}


/* a worker that was killed has left its pid behind */

static ngx_uint_t
ngx_http_session_stats_lives(ngx_http_session_zone_t *zone, ngx_uint_t slot)
{
    ngx_pid_t  pid;

    pid = zone->pids[slot];

    return pid != 0 && (kill(pid, 0) == 0 || ngx_errno != NGX_ESRCH);
}


static void
ngx_http_session_stats_add(ngx_http_session_snapshot_t *s, u_char *slot)
{
    ngx_uint_t              i;
    ngx_session_counter_t  *sum, *counter;

    sum = (ngx_session_counter_t *) &s->total;
    counter = (ngx_session_counter_t *) (slot + s->manager->stats_offset);

    for (i = 0; i < NGX_HTTP_SESSION_COUNTERS; i++) {
        sum[i] += counter[i];
    }
}


static void
ngx_http_session_stats_add_gauges(ngx_http_session_snapshot_t *s,
    u_char *slot, ngx_uint_t worker)
{
    ngx_http_session_stats_t  *stats;

    stats = (ngx_http_session_stats_t *) (slot + s->manager->stats_offset);

    s->total.store.in_flight += stats->store.in_flight;

    ngx_memcpy(&s->peers[worker * s->npeers],
               ngx_http_session_stats_peers(stats),
               s->npeers * sizeof(ngx_session_peer_stats_t));
}


void
ngx_http_session_stats_attach(ngx_http_session_main_conf_t *smcf)
{
    u_char                       *slot;
    ngx_uint_t                    i;
    ngx_http_session_zone_t      *zone;
    ngx_http_session_manager_t  **managers;

    /* nginx's cache manager and cache loader have no sessions */

    if (smcf->stats_zone == NULL || ngx_process == NGX_PROCESS_HELPER) {
        return;
    }

    managers = smcf->managers.elts;
    zone = smcf->stats_zone->data;
    slot = zone->slots + ngx_process_slot * smcf->stats_slot;

    if (!zone->used[ngx_process_slot]) {
        ngx_memzero(slot, smcf->stats_slot);
    }

    for (i = 0; i < smcf->managers.nelts; i++) {
        managers[i]->stats = (ngx_http_session_stats_t *)
                                 (slot + managers[i]->stats_offset);

        ngx_session_stats_use(managers[i]->store, &managers[i]->stats->store,
                             ngx_http_session_stats_peers(managers[i]->stats));
    }

    ngx_memory_barrier();

    zone->used[ngx_process_slot] = 1;
    zone->pids[ngx_process_slot] = ngx_pid;
}


void
ngx_http_session_stats_detach(ngx_http_session_main_conf_t *smcf)
{
    ngx_http_session_zone_t  *zone;

    if (smcf->stats_zone == NULL || ngx_process == NGX_PROCESS_HELPER) {
        return;
    }

    zone = smcf->stats_zone->data;

    zone->pids[ngx_process_slot] = 0;
}


ngx_int_t
ngx_http_session_stats_init(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    size_t                        size;
    ngx_str_t                     name;
    ngx_uint_t                    i;
    ngx_http_session_manager_t  **managers;

    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {
        if (ngx_http_session_stats_private(cf, managers[i]) != NGX_OK
            || ngx_http_session_stats_label(cf, managers[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_http_session_stats_name(cf, smcf, &name) != NGX_OK) {
        return NGX_ERROR;
    }

    smcf->stats_slot = ngx_http_session_stats_layout(smcf);

    /* the memory of unused slots is reserved, but not committed */

    size = ngx_align(sizeof(ngx_http_session_zone_t), ngx_pagesize)
           + ngx_align(NGX_MAX_PROCESSES * smcf->stats_slot, ngx_pagesize)
           + NGX_HTTP_SESSION_SLAB_PAGES * ngx_pagesize;

    size += size / ngx_pagesize * sizeof(ngx_slab_page_t);

    smcf->stats_zone = ngx_shared_memory_add(cf, &name,
                                             ngx_align(size, ngx_pagesize),
                                             &ngx_http_session_module);
    if (smcf->stats_zone == NULL) {
        return NGX_ERROR;
    }

    smcf->stats_zone->init = ngx_http_session_stats_init_zone;
    smcf->stats_zone->data = smcf;

    return NGX_OK;
}


/* sets the places of managers in a slot, returns its size */

static size_t
ngx_http_session_stats_layout(ngx_http_session_main_conf_t *smcf)
{
    size_t                        size;
    ngx_str_t                    *names;
    ngx_uint_t                    i;
    ngx_http_session_manager_t  **managers;

    managers = smcf->managers.elts;
    size = 0;

    for (i = 0; i < smcf->managers.nelts; i++) {
        managers[i]->stats_offset = size;

        size += sizeof(ngx_http_session_stats_t);
        size += ngx_session_store_peers(managers[i]->store, &names)
                * sizeof(ngx_session_peer_stats_t);
    }

    /* workers do not share a cache line */

    return ngx_align(size, NGX_CPU_CACHE_LINE);
}


/* the counters of a process that has no slot, such as the master */

static ngx_int_t
ngx_http_session_stats_private(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    manager->stats = ngx_pcalloc(cf->pool, sizeof(ngx_http_session_stats_t));

    return manager->stats == NULL ? NGX_ERROR : NGX_OK;
}


/* names of servers in valid UTF-8, for JSON and Prometheus */

static ngx_int_t
ngx_http_session_stats_label(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    size_t       n;
    u_char      *p, *last;
    ngx_str_t   *label, *names;
    ngx_uint_t   i, npeers;

    npeers = ngx_session_store_peers(manager->store, &names);

    label = ngx_palloc(cf->pool, npeers * sizeof(ngx_str_t));
    if (label == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < npeers; i++) {
        label[i].len = names[i].len;
        label[i].data = ngx_pstrdup(cf->pool, &names[i]);
        if (label[i].data == NULL) {
            return NGX_ERROR;
        }

        last = label[i].data + label[i].len;

        for (p = label[i].data; p < last; p += n) {
            n = nsess_utf8_step(p, last);

            if (n == 0) {
                *p = '?';
                n = 1;
            }
        }
    }

    manager->labels = label;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_stats_name(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf, ngx_str_t *name)
{
    size_t                        len;
    u_char                       *p;
    ngx_str_t                    *names;
    ngx_uint_t                    i, k, npeers;
    ngx_http_session_manager_t  **managers;

    managers = smcf->managers.elts;
    len = sizeof("session stats:") - 1;

    for (i = 0; i < smcf->managers.nelts; i++) {
        npeers = ngx_session_store_peers(managers[i]->store, &names);
        len += managers[i]->name.len + sizeof("  ") - 1 + NGX_INT_T_LEN;

        for (k = 0; k < npeers; k++) {
            len += names[k].len + sizeof(" :") - 1 + NGX_SIZE_T_LEN;
        }
    }

    p = ngx_pnalloc(cf->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    name->data = p;
    p = ngx_sprintf(p, "session stats:");

    for (i = 0; i < smcf->managers.nelts; i++) {
        npeers = ngx_session_store_peers(managers[i]->store, &names);
        p = ngx_sprintf(p, " %V %ui", &managers[i]->name, npeers);

        /* with lengths, since a name may contain blanks and colons */

        for (k = 0; k < npeers; k++) {
            p = ngx_sprintf(p, " %uz:%V", names[k].len, &names[k]);
        }
    }

    name->len = p - name->data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_stats_init_zone(ngx_shm_zone_t *shm_zone, void *data)
{
    size_t                         size;
    ngx_slab_pool_t               *shpool;
    ngx_http_session_zone_t       *zone;
    ngx_http_session_main_conf_t  *smcf;

    if (data != NULL) {
        shm_zone->data = data;
        return NGX_OK;
    }

    smcf = shm_zone->data;
    shpool = (ngx_slab_pool_t *) shm_zone->shm.addr;
    size = NGX_MAX_PROCESSES * smcf->stats_slot;

    zone = ngx_slab_calloc(shpool, sizeof(ngx_http_session_zone_t));
    if (zone == NULL) {
        return NGX_ERROR;
    }

    zone->since = ngx_time();

    zone->slots = ngx_slab_alloc(shpool, size);
    if (zone->slots == NULL) {
        return NGX_ERROR;
    }

    shm_zone->data = zone;

    return NGX_OK;
}


static ngx_session_peer_stats_t *
ngx_http_session_stats_peers(ngx_http_session_stats_t *stats)
{
    return (ngx_session_peer_stats_t *) (stats + 1);
}
