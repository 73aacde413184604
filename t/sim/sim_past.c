/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a worker knows of servers that its group had, where there is no memory
 * for one change of them, or for each there is.  The group has one server, the
 * same before and after each change, so that only a change that is forgotten
 * can have moved a key.
 */


#include <stdio.h>

#include "sim.h"
#include "ngx_session_mc_past.h"
#include "ngx_session_mc_server.h"


#define SIM_CHANGES  (NGX_SESSION_MC_PAST_MAX + 5)

/* s between two changes */
#define SIM_BETWEEN  100


static void sim_past_keep(ngx_session_mc_past_t *past, ngx_uint_t refused,
    ngx_session_mc_server_t *s);
static void sim_past_ask(ngx_session_mc_past_t *past, ngx_uint_t refused,
    const ngx_addr_t *addr);


int
sim_past(void)
{
    ngx_addr_t               addr;
    ngx_uint_t               refused;
    struct sockaddr_in       sin;
    ngx_session_mc_past_t    past;
    ngx_session_mc_server_t  s;

    static ngx_session_store_t  store;

    sim_event_reset();
    sim_core_reset();
    sim_state_reset();

    ngx_memzero(&s, sizeof(ngx_session_mc_server_t));
    ngx_memzero(&sin, sizeof(struct sockaddr_in));
    sin.sin_family = AF_INET;
    addr.sockaddr = (struct sockaddr *) &sin;
    addr.socklen = sizeof(struct sockaddr_in);
    s.addr = &addr;

    sim.store = &store;

    for (refused = 0; refused <= SIM_CHANGES; refused++) {
        ngx_memzero(&past, sizeof(ngx_session_mc_past_t));

        sim_past_keep(&past, refused, &s);
        sim_past_ask(&past, refused, &addr);

        ngx_session_mc_past_free(&past);

        if (sim.blocks != 0) {
            sim_broken("%zu blocks are left", sim.blocks);
        }
    }

    printf("%s%s%d traces\n", sim_fault != NULL ? sim_fault : "",
           sim_fault != NULL ? "\n" : "", SIM_CHANGES + 1);

    return sim_fault != NULL;
}


/* each wants memory once */

static void
sim_past_keep(ngx_session_mc_past_t *past, ngx_uint_t refused,
    ngx_session_mc_server_t *s)
{
    ngx_uint_t  i;

    static const ngx_uint_t  no_memory = 7;

    sim_choices_list(&refused, &no_memory, 1);

    for (i = 0; i < SIM_CHANGES; i++) {
        ngx_session_mc_past_keep(past, &s, 1, NULL);
        sim_event_clock(sim.now + SIM_BETWEEN * 1000000);
    }
}


/* records that live since before the i-th change, and no longer */

static void
sim_past_ask(ngx_session_mc_past_t *past, ngx_uint_t refused,
    const ngx_addr_t *addr)
{
    int64_t      life;
    ngx_uint_t   i, moved, forgotten;
    nsess_str_t  key = nsess_string("a");

    forgotten = SIM_CHANGES - 1 - NGX_SESSION_MC_PAST_MAX;

    if (refused != SIM_CHANGES) {
        forgotten = ngx_max(forgotten, refused);
    }

    for (i = 0; i < SIM_CHANGES; i++) {
        life = (SIM_CHANGES - i) * SIM_BETWEEN + 1;
        moved = ngx_session_mc_past_moved(past, key, addr, life);

        if (moved != (i <= forgotten)) {
            sim_broken("past: change %zu had no memory, change %zu is %s",
                       refused, i, moved ? "not known" : "taken for known");
        }
    }
}
