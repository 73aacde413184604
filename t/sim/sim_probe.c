/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The rules of probes: the first follows soon, each next one after twice that
 * time, but no later than after a second.  Of a name nothing is told of each
 * server, so that its probes are not known.
 */


#include "sim.h"


/* the server is connected to, which is a probe if it is down */

void
sim_probe_connect(ngx_uint_t server)
{
    uint64_t       pause;
    sim_server_t  *s;

    if (sim_has(SIM_WITH_NAMES)) {
        return;
    }

    s = &sim.servers[server];

    if (!sim.store->peer_stats[server].down) {
        s->probes = 0;
        return;
    }

    pause = ngx_min((uint64_t) SIM_PROBE_MIN << s->probes, SIM_PROBE_MAX);

    if (sim.now / 1000 - s->ended / 1000 < pause) {
        sim_broken("server %zu: probe %zu follows without a pause of %lu ms",
                   server, s->probes, (unsigned long) pause);
    }

    if (pause < SIM_PROBE_MAX) {
        s->probes++;
    }
}


/* at the end of each turn */

void
sim_probe_turn(void)
{
    ngx_uint_t     i;
    sim_server_t  *s;

    if (sim_has(SIM_WITH_NAMES)) {
        return;
    }

    for (i = 0; i < sim.nservers; i++) {
        s = &sim.servers[i];

        if (!sim.store->peer_stats[i].down) {
            continue;
        }

        if (s->conns[0] != NULL) {

            if (ngx_exiting && !s->conns[0]->read.cancelable) {
                sim_broken("server %zu: a worker that exits waits for a probe",
                           i);
            }

        } else if (!sim.ended && !sim.refused_memory
                   && sim.now / 1000 - s->ended / 1000 >= SIM_PROBE_MAX)
        {
            sim_broken("server %zu: is down, and is not probed", i);
        }
    }
}
