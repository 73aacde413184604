/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a second run of a pickle notes, so that pairs can be cut out of it:
 * which bytes gave the dict at the root its keys and values, and which bytes
 * need each other because of the memo.
 */


#ifndef _NSESS_PICKLE_TRACE_H_INCLUDED_
#define _NSESS_PICKLE_TRACE_H_INCLUDED_


#include "nsess_pickle_machine.h"


/* a pair that the dict at the root was given */
typedef struct {
    uint32_t                key;
    uint32_t                start;      /* of the key's first opcode */
    uint32_t                end;        /* behind the value's last opcode */
    uint32_t                single;     /* added by SETITEM, which is at
                                           .end */
} nsess_pickle_pair_t;


/* what an opcode does with the memo */
typedef enum {
    NSESS_PICKLE_USE_NONE = 0,
    NSESS_PICKLE_USE_PUT,
    NSESS_PICKLE_USE_MEMOIZE,
    NSESS_PICKLE_USE_GET
} nsess_pickle_use_e;


/* an opcode that uses the memo, or a FRAME */
typedef struct {
    nsess_pickle_use_e      use;        /* NONE: a FRAME */
    uint32_t                pos;
    uint32_t                source;     /* of GET: where its entry was made */
} nsess_pickle_event_t;


struct nsess_pickle_trace_s {
    uint32_t                root;
    int                     tangled;    /* the bytes of a pair may do more
                                           than make it: no pickler writes
                                           such */

    nsess_pickle_pair_t    *pairs;
    size_t                  npairs;
    size_t                  pairs_alloc;

    nsess_pickle_event_t   *events;
    size_t                  nevents;
    size_t                  events_alloc;

    nsess_pickle_memo_t     sources;    /* positions of entries, from 1 on */
};


#pragma GCC visibility push(hidden)


/*
 * Runs a pickle.  The tree is one that nsess_pickle_tree_begin() has made;
 * trace may be NULL.  NSESS_OK, or NSESS_ERROR with *err.
 */
nsess_rc_t nsess_pickle_run(nsess_str_t data, nsess_pickle_tree_t *tree,
    nsess_pickle_trace_t *trace, nsess_err_t *err);

void nsess_pickle_trace_free(nsess_pickle_trace_t *trace);

/*
 * Both return at once if the run is not traced.  Else NSESS_OK, or NSESS_ERROR
 * with .err set.
 */

/* the opcode that runs is a FRAME, or uses a number of the memo */
nsess_rc_t nsess_pickle_trace_event(nsess_pickle_machine_t *m,
    nsess_pickle_use_e use, uint32_t number);

/* a container is given the values from first on; single: by SETITEM */
nsess_rc_t nsess_pickle_trace_items(nsess_pickle_machine_t *m,
    const nsess_pickle_slot_t *container, size_t first, int single);


#pragma GCC visibility pop


#endif /* _NSESS_PICKLE_TRACE_H_INCLUDED_ */
