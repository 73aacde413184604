/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a second run of a pickle finds out: which bytes gave the dict at the
 * root its keys and values, and which bytes need each other by the memo.
 */


#include <stdlib.h>

#include "nsess_pickle_machine.h"


void
nsess_pickle_trace_free(nsess_pickle_trace_t *trace)
{
    free(trace->pairs);
    free(trace->events);
    nsess_pickle_memo_free(&trace->sources);
}


nsess_rc_t
nsess_pickle_trace_event(nsess_pickle_machine_t *m, uint32_t number)
{
    uint32_t               source;
    nsess_error_e          code;
    nsess_pickle_event_t  *events;
    nsess_pickle_trace_t  *trace;

    trace = m->trace;

    if (trace == NULL) {
        return NSESS_OK;
    }

    events = nsess_pickle_room(trace->events, &trace->events_alloc,
                               trace->nevents + 1, SIZE_MAX,
                               sizeof(nsess_pickle_event_t));

    if (events == NULL) {
        return nsess_pickle_fail(m, NSESS_E_MEMORY);
    }

    trace->events = events;
    events = &events[trace->nevents++];

    events->op = *m->op;
    events->pos = nsess_pickle_pos(m);
    events->source = 0;

    switch (nsess_pickle_use(events->op)) {

    case NSESS_PICKLE_USE_PUT:
    case NSESS_PICKLE_USE_MEMOIZE:

        /* positions from 1 on, 0 is none */

        if (nsess_pickle_memo_set(&trace->sources, number, events->pos + 1,
                                  &code)
            != NSESS_OK)
        {
            return nsess_pickle_fail(m, code);
        }

        return NSESS_OK;

    case NSESS_PICKLE_USE_GET:
        source = nsess_pickle_memo_get(&trace->sources, number);

        if (source == 0) {
            return nsess_pickle_fail(m, NSESS_E_SYNTAX);
        }

        events->source = source - 1;

        return NSESS_OK;

    default:
        return NSESS_OK;
    }
}


nsess_rc_t
nsess_pickle_trace_items(nsess_pickle_machine_t *m,
    const nsess_pickle_slot_t *container, size_t first, int single)
{
    size_t                 i;
    nsess_pickle_pair_t   *pairs;
    nsess_pickle_trace_t  *trace;

    trace = m->trace;

    if (trace == NULL) {
        return NSESS_OK;
    }

    /* what a value's bytes do to a container that was made elsewhere */

    if (container->fetched) {
        trace->strange = 1;
    }

    if (container->node != trace->root) {
        return NSESS_OK;
    }

    for (i = first; i + 1 < m->nslots; i += 2) {

        pairs = nsess_pickle_room(trace->pairs, &trace->pairs_alloc,
                                  trace->npairs + 1, SIZE_MAX,
                                  sizeof(nsess_pickle_pair_t));

        if (pairs == NULL) {
            return nsess_pickle_fail(m, NSESS_E_MEMORY);
        }

        trace->pairs = pairs;
        pairs = &pairs[trace->npairs++];

        pairs->key = m->slots[i].node;
        pairs->start = m->slots[i].pos;
        pairs->single = (uint32_t) single;
        pairs->end = i + 2 < m->nslots ? m->slots[i + 2].pos
                                       : nsess_pickle_pos(m);
    }

    return NSESS_OK;
}
