/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The server of a key as an application finds it: libmemcached is given the
 * servers as pylibmc and php-memcached give them, an IPv6 address without
 * brackets.
 */


#include <libmemcached/memcached.h>

#include "sim.h"


#define SIM_MARK_BIT  40

#define SIM_ALL  (sim_bit(SIM_MACHINES) - 1)


static ngx_uint_t sim_place_among(ngx_uint_t machines, ngx_uint_t key);
static ngx_uint_t sim_place_ask(ngx_uint_t machines, ngx_uint_t key);


static const struct {
    const char  *host;
    in_port_t    port;
    const char  *named;         /* where the servers have a name */
} sim_machines[SIM_MACHINES] = {
    { "::1",       11211, "127.0.0.1" },
    { "127.0.0.1", 11212, "127.0.0.2" },
    { "127.0.0.1", 11213, "127.0.0.3" }
};


/* whatever its state is */

ngx_uint_t
sim_place_own(ngx_uint_t key)
{
    ngx_uint_t  i, machine;

    if (!sim_has(SIM_WITH_NAMES)) {
        return sim_place_among(sim_bit(sim.nservers) - 1, key);
    }

    machine = sim_place_among(sim.members, key);

    for (i = 0; i < sim.nservers; i++) {
        if (sim.servers[i].gone == 0 && sim.servers[i].machine == machine) {
            return i;
        }
    }

    return SIM_NOWHERE;
}


/* with eject, the server that stands in for one that is down */

ngx_uint_t
sim_place_used(ngx_uint_t key)
{
    ngx_uint_t  i, up;

    if (!sim_has(SIM_WITH_EJECT) || sim_has(SIM_WITH_NAMES)) {
        return sim_place_own(key);
    }

    for (i = 0, up = 0; i < sim.nservers; i++) {
        if (!sim.store->peer_stats[i].down) {
            up |= sim_bit(i);
        }
    }

    return up == 0 ? sim_place_own(key) : sim_place_among(up, key);
}


sim_item_t *
sim_place_item(ngx_uint_t server, ngx_uint_t key)
{
    return &sim.items[sim.servers[server].machine][key];
}


/*
 * Where a key may change its server, a version is not one of another server: it
 * has a mark, by the order in which the client has made its servers.  The line
 * of a name is the first of these.
 */

ngx_session_version_t
sim_place_version(ngx_uint_t server, ngx_session_version_t cas)
{
    if (cas == 0 || !sim_has(SIM_WITH_EJECT|SIM_WITH_NAMES)) {
        return cas;
    }

    return cas ^ ((uint64_t) (server + 1 + sim_has(SIM_WITH_NAMES))
                  << SIM_MARK_BIT);
}


static ngx_uint_t
sim_place_among(ngx_uint_t machines, ngx_uint_t key)
{
    ngx_uint_t         *place;

    /* plus one; 0: not known yet */
    static ngx_uint_t   known[2][2][SIM_ALL + 1][SIM_KEYS];

    if (machines == 0) {
        return SIM_NOWHERE;
    }

    place = &known[sim_has(SIM_WITH_NAMES)][sim.consistent][machines][key];

    if (*place == 0) {
        *place = 1 + sim_place_ask(machines, key);
    }

    return *place - 1;
}


static ngx_uint_t
sim_place_ask(ngx_uint_t machines, ngx_uint_t key)
{
    ngx_uint_t     i, n, place, found[SIM_MACHINES];
    memcached_st  *memc;

    memc = memcached_create(NULL);

    memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_DISTRIBUTION,
                           sim.consistent ? MEMCACHED_DISTRIBUTION_CONSISTENT
                                          : MEMCACHED_DISTRIBUTION_MODULA);

    for (i = 0, n = 0; i < SIM_MACHINES; i++) {

        if (!(machines & sim_bit(i))) {
            continue;
        }

        found[n++] = i;

        if (sim_has(SIM_WITH_NAMES)) {
            memcached_server_add_with_weight(memc, sim_machines[i].named,
                                             11211, 1);
        } else {
            memcached_server_add_with_weight(memc, sim_machines[i].host,
                                             sim_machines[i].port, 1);
        }
    }

    place = memcached_generate_hash(memc, sim_server_keys[key],
                                    strlen(sim_server_keys[key]));
    memcached_free(memc);

    return found[place];
}
