/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The parts of the machine that opcodes work with: their arguments, the
 * stack, its marks, the memo, and the notes that a traced run takes.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle_machine.h"
#include "nsess_pickle_trace.h"
#include "nsess_str.h"
#include "nsess_work.h"


#define NSESS_PICKLE_SPARSE_BITS  6     /* 2^6 places at first */

/*
 * A large number is looked for in so many places.  At most a quarter of the
 * places is taken, so that only one number of 4^24 finds no place, unless
 * the numbers are made on purpose.
 */
#define NSESS_PICKLE_MEMO_PROBES  24

/* Knuth's multiplicative hash: numbers in a row are spread evenly */
#define NSESS_PICKLE_GOLDEN       2654435769u


static nsess_rc_t nsess_pickle_memo_dense(nsess_pickle_memo_t *memo,
    uint32_t number, nsess_error_e *code);
static nsess_rc_t nsess_pickle_memo_sparse(nsess_pickle_memo_t *memo,
    uint32_t number, uint32_t value, nsess_error_e *code);
static nsess_rc_t nsess_pickle_memo_grow(nsess_pickle_memo_t *memo,
    nsess_error_e *code);
static nsess_pickle_sparse_t *nsess_pickle_memo_search(
    const nsess_pickle_memo_t *memo, uint32_t number);


nsess_rc_t
nsess_pickle_take(nsess_pickle_machine_t *m, uint64_t len, nsess_str_t *bytes)
{
    if (len > (uint64_t) (m->last - m->pos)) {
        return nsess_pickle_fail(m, NSESS_E_TRUNCATED);
    }

    bytes->data = m->pos;
    bytes->len = (size_t) len;

    m->pos += len;

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_take_uint(nsess_pickle_machine_t *m, unsigned size, uint64_t *n)
{
    unsigned     i;
    nsess_str_t  bytes;

    if (nsess_pickle_take(m, size, &bytes) != NSESS_OK) {
        return NSESS_ERROR;
    }

    *n = 0;

    for (i = size; i > 0; i--) {
        *n = *n << 8 | bytes.data[i - 1];
    }

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_take_line(nsess_pickle_machine_t *m, nsess_str_t *line)
{
    const uint8_t  *end;

    end = nsess_str_find(m->pos, m->last, '\n');

    if (end == m->last) {
        return nsess_pickle_fail(m, NSESS_E_TRUNCATED);
    }

    *line = nsess_str_span(m->pos, end);
    m->pos = end + 1;

    return NSESS_OK;
}


uint32_t
nsess_pickle_make(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind)
{
    uint32_t       node;
    nsess_error_e  code;

    node = nsess_pickle_node(m->tree, kind, &code);

    if (node == 0) {
        (void) nsess_pickle_fail(m, code);
    }

    return node;
}


nsess_rc_t
nsess_pickle_push(nsess_pickle_machine_t *m, uint32_t node, uint32_t pos)
{
    nsess_pickle_slot_t  *slots;

    if (m->nslots == NSESS_PICKLE_VALUES_MAX) {
        return nsess_pickle_fail(m, NSESS_E_BUDGET);
    }

    slots = nsess_pickle_room(m->slots, &m->slots_alloc, m->nslots + 1,
                              NSESS_PICKLE_VALUES_MAX,
                              sizeof(nsess_pickle_slot_t));

    if (slots == NULL) {
        return nsess_pickle_fail(m, NSESS_E_MEMORY);
    }

    m->slots = slots;

    slots[m->nslots].node = node;
    slots[m->nslots].pos = pos & INT32_MAX;
    slots[m->nslots].fetched = 0;

    m->nslots++;

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_push_again(nsess_pickle_machine_t *m, uint32_t node)
{
    if (nsess_pickle_push(m, node, nsess_pickle_pos(m)) != NSESS_OK) {
        return NSESS_ERROR;
    }

    nsess_pickle_top(m, 0)->fetched = 1;

    return NSESS_OK;
}


uint32_t
nsess_pickle_push_new(nsess_pickle_machine_t *m, nsess_pickle_kind_e kind)
{
    uint32_t  node;

    node = nsess_pickle_make(m, kind);

    if (node == 0
        || nsess_pickle_push(m, node, nsess_pickle_pos(m)) != NSESS_OK)
    {
        return 0;
    }

    return node;
}


nsess_rc_t
nsess_pickle_mark(nsess_pickle_machine_t *m)
{
    nsess_pickle_mark_t  *marks;

    if (m->nmarks == NSESS_PICKLE_VALUES_MAX) {
        return nsess_pickle_fail(m, NSESS_E_BUDGET);
    }

    marks = nsess_pickle_room(m->marks, &m->marks_alloc, m->nmarks + 1,
                              NSESS_PICKLE_VALUES_MAX,
                              sizeof(nsess_pickle_mark_t));

    if (marks == NULL) {
        return nsess_pickle_fail(m, NSESS_E_MEMORY);
    }

    m->marks = marks;

    marks[m->nmarks].height = (uint32_t) m->nslots;
    marks[m->nmarks].pos = nsess_pickle_pos(m);

    m->nmarks++;
    m->fence = m->nslots;

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_unmark(nsess_pickle_machine_t *m, size_t *first, uint32_t *pos)
{
    if (m->nmarks == 0) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    m->nmarks--;

    *first = m->marks[m->nmarks].height;
    *pos = m->marks[m->nmarks].pos;

    m->fence = m->nmarks != 0 ? m->marks[m->nmarks - 1].height : 0;

    return NSESS_OK;
}


void
nsess_pickle_memo_init(nsess_pickle_memo_t *memo, size_t limit)
{
    memset(memo, 0, sizeof(nsess_pickle_memo_t));

    memo->limit = limit;
}


void
nsess_pickle_memo_free(nsess_pickle_memo_t *memo)
{
    free(memo->dense);
    free(memo->sparse);
}


nsess_rc_t
nsess_pickle_memo_set(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code)
{
    if (number >= memo->limit) {
        return nsess_pickle_memo_sparse(memo, number, value, code);
    }

    if (nsess_pickle_memo_dense(memo, number, code) != NSESS_OK) {
        return NSESS_ERROR;
    }

    memo->count += (memo->dense[number] == 0);
    memo->dense[number] = value;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_memo_dense(nsess_pickle_memo_t *memo, uint32_t number,
    nsess_error_e *code)
{
    size_t     old;
    uint32_t  *dense;

    old = memo->dense_alloc;

    dense = nsess_pickle_room(memo->dense, &memo->dense_alloc,
                              (size_t) number + 1, memo->limit,
                              sizeof(uint32_t));

    if (dense == NULL) {
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    nsess_work(memo->dense_alloc - old);
    memset(dense + old, 0, (memo->dense_alloc - old) * sizeof(uint32_t));

    memo->dense = dense;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_memo_sparse(nsess_pickle_memo_t *memo, uint32_t number,
    uint32_t value, nsess_error_e *code)
{
    nsess_pickle_sparse_t  *place;

    place = nsess_pickle_memo_search(memo, number);

    if (place != NULL && place->value != 0) {
        place->value = value;
        return NSESS_OK;
    }

    if (memo->nsparse == NSESS_PICKLE_SPARSE_MAX) {
        *code = NSESS_E_BUDGET;
        return NSESS_ERROR;
    }

    if (memo->sparse == NULL
        || memo->nsparse >= (size_t) 1 << memo->sparse_bits >> 2)
    {
        if (nsess_pickle_memo_grow(memo, code) != NSESS_OK) {
            return NSESS_ERROR;
        }

        place = nsess_pickle_memo_search(memo, number);
    }

    if (place == NULL) {
        *code = NSESS_E_BUDGET;
        return NSESS_ERROR;
    }

    place->number = number;
    place->value = value;

    memo->nsparse++;
    memo->count++;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_memo_grow(nsess_pickle_memo_t *memo, nsess_error_e *code)
{
    size_t                  i, n;
    nsess_pickle_memo_t     old;
    nsess_pickle_sparse_t  *place;

    old = *memo;
    n = old.sparse != NULL ? (size_t) 1 << old.sparse_bits : 0;

    memo->sparse_bits = old.sparse != NULL ? old.sparse_bits + 1
                                           : NSESS_PICKLE_SPARSE_BITS;

    memo->sparse = calloc((size_t) 1 << memo->sparse_bits,
                          sizeof(nsess_pickle_sparse_t));

    if (memo->sparse == NULL) {
        *memo = old;
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (old.sparse[i].value == 0) {
            continue;
        }

        place = nsess_pickle_memo_search(memo, old.sparse[i].number);

        if (place == NULL) {
            free(memo->sparse);
            *memo = old;
            *code = NSESS_E_BUDGET;
            return NSESS_ERROR;
        }

        *place = old.sparse[i];
    }

    free(old.sparse);

    return NSESS_OK;
}


uint32_t
nsess_pickle_memo_get(const nsess_pickle_memo_t *memo, uint32_t number)
{
    nsess_pickle_sparse_t  *place;

    if (number < memo->limit) {
        return number < memo->dense_alloc ? memo->dense[number] : 0;
    }

    place = nsess_pickle_memo_search(memo, number);

    return place != NULL ? place->value : 0;
}


/* where the number is, or belongs; NULL if it finds no place */

static nsess_pickle_sparse_t *
nsess_pickle_memo_search(const nsess_pickle_memo_t *memo, uint32_t number)
{
    size_t                  i, n;
    nsess_pickle_sparse_t  *place;

    if (memo->sparse == NULL) {
        return NULL;
    }

    i = (uint32_t) (number * NSESS_PICKLE_GOLDEN) >> (32 - memo->sparse_bits);

    for (n = 1; n <= NSESS_PICKLE_MEMO_PROBES; n++) {
        nsess_work(1);

        place = &memo->sparse[i];

        if (place->value == 0 || place->number == number) {
            return place;
        }

        i = (i + n) & (((size_t) 1 << memo->sparse_bits) - 1);
    }

    return NULL;
}


void
nsess_pickle_trace_free(nsess_pickle_trace_t *trace)
{
    free(trace->pairs);
    free(trace->events);
    nsess_pickle_memo_free(&trace->sources);
}


nsess_rc_t
nsess_pickle_trace_event(nsess_pickle_machine_t *m, nsess_pickle_use_e use,
    uint32_t number)
{
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

    events->use = use;
    events->pos = nsess_pickle_pos(m);
    events->source = 0;

    switch (use) {

    case NSESS_PICKLE_USE_PUT:
    case NSESS_PICKLE_USE_MEMOIZE:

        if (nsess_pickle_memo_set(&trace->sources, number, events->pos + 1,
                                  &code)
            != NSESS_OK)
        {
            return nsess_pickle_fail(m, code);
        }

        return NSESS_OK;

    case NSESS_PICKLE_USE_GET:
        events->source = nsess_pickle_memo_get(&trace->sources, number) - 1;
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

    /* the bytes of a value change a container that other bytes made */

    if (container->fetched) {
        trace->tangled = 1;
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
