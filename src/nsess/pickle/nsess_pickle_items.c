/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Opcodes that make lists, tuples, dicts and sets, and give them their items.
 */


#include "nsess_pickle_opcodes.h"
#include "nsess_pickle_trace.h"
#include "nsess_work.h"


/* CPython's picklers write containers in groups of so many items */
#define NSESS_PICKLE_GROUP  1000


static nsess_rc_t nsess_pickle_add(nsess_pickle_machine_t *m, size_t first,
    int single);
static nsess_rc_t nsess_pickle_take_items(nsess_pickle_machine_t *m,
    uint32_t container, size_t first);
static int nsess_pickle_is_hashable(nsess_pickle_machine_t *m,
    unsigned kind, size_t first);
static void nsess_pickle_note_group(nsess_pickle_node_t *dict, size_t pairs,
    int single);


nsess_rc_t
nsess_pickle_op_empty(nsess_pickle_machine_t *m)
{
    return nsess_pickle_push_new(m, m->row->kind) != 0 ? NSESS_OK
                                                       : NSESS_ERROR;
}


/* APPEND, SETITEM: a container takes the values above it */

nsess_rc_t
nsess_pickle_op_item(nsess_pickle_machine_t *m)
{
    if (nsess_pickle_need(m, m->row->size + 1) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_add(m, m->nslots - m->row->size, 1);
}


/* APPENDS, SETITEMS, ADDITEMS: it takes all values above the mark */

nsess_rc_t
nsess_pickle_op_items(nsess_pickle_machine_t *m)
{
    size_t    first;
    uint32_t  pos;

    if (nsess_pickle_unmark(m, &first, &pos) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (first == m->fence) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    /* CPython looks at the container only if it is given items */

    if (first == m->nslots) {
        return NSESS_OK;
    }

    return nsess_pickle_add(m, first, 0);
}


static nsess_rc_t
nsess_pickle_add(nsess_pickle_machine_t *m, size_t first, int single)
{
    size_t                n;
    unsigned              kind;
    uint32_t              container;
    nsess_pickle_node_t  *node;

    n = m->nslots - first;
    kind = m->row->kind;
    container = m->slots[first - 1].node;
    node = &m->tree->nodes[container];

    if (kind == NSESS_PICKLE_DICT && n % 2 != 0) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    if (nsess_pickle_trace_items(m, &m->slots[first - 1], first, single)
        != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    if (nsess_pickle_is_opaque(node)) {
        m->nslots = first;
        return NSESS_OK;
    }

    if (node->kind != kind || !nsess_pickle_is_hashable(m, kind, first)) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    if (kind == NSESS_PICKLE_DICT) {
        nsess_pickle_note_group(node, n / 2, single);
    }

    return nsess_pickle_take_items(m, container, first);
}


/* a container takes the values from first on off the stack */

static nsess_rc_t
nsess_pickle_take_items(nsess_pickle_machine_t *m, uint32_t container,
    size_t first)
{
    size_t                i;
    uint32_t              item;
    nsess_error_e         code;
    nsess_pickle_node_t  *node;

    nsess_work(m->nslots - first);

    for (i = first; i < m->nslots; i++) {
        item = m->slots[i].node;

        if (nsess_pickle_link(m->tree, container, item, &code) != NSESS_OK) {
            return nsess_pickle_fail(m, code);
        }

        if (m->tree->nodes[item].flags & NSESS_PICKLE_UNHASHABLE) {
            node = &m->tree->nodes[container];

            if (node->kind == NSESS_PICKLE_TUPLE) {
                node->flags |= NSESS_PICKLE_UNHASHABLE;

            } else if (node->kind == NSESS_PICKLE_LIST) {
                node->flags |= NSESS_PICKLE_HOLDS_UNHASHABLE;
            }
        }
    }

    m->nslots = first;

    return NSESS_OK;
}


/* looks at the keys of a dict, or at all items of a set */

static int
nsess_pickle_is_hashable(nsess_pickle_machine_t *m, unsigned kind,
    size_t first)
{
    size_t  i, step;

    if (kind == NSESS_PICKLE_LIST || kind == NSESS_PICKLE_TUPLE) {
        return 1;
    }

    step = kind == NSESS_PICKLE_DICT ? 2 : 1;

    for (i = first; i < m->nslots; i += step) {
        if (m->tree->nodes[m->slots[i].node].flags & NSESS_PICKLE_UNHASHABLE)
        {
            return 0;
        }
    }

    return 1;
}


/*
 * No pickler writes a group of pairs behind one that is not full: such a group
 * was appended to the record.
 */

static void
nsess_pickle_note_group(nsess_pickle_node_t *dict, size_t pairs, int single)
{
    if (!single && (dict->flags & NSESS_PICKLE_SHORT_GROUP)) {
        dict->flags |= NSESS_PICKLE_GROWN;
    }

    dict->flags &= (uint8_t) ~NSESS_PICKLE_SHORT_GROUP;

    if (pairs != NSESS_PICKLE_GROUP) {
        dict->flags |= NSESS_PICKLE_SHORT_GROUP;
    }
}


/* LIST, DICT, TUPLE, FROZENSET: a container of all values above the mark */

nsess_rc_t
nsess_pickle_op_marked(nsess_pickle_machine_t *m)
{
    size_t               first, n;
    unsigned             kind;
    uint32_t             container, pos;
    nsess_pickle_slot_t  slot;

    kind = m->row->kind;

    if (nsess_pickle_unmark(m, &first, &pos) != NSESS_OK) {
        return NSESS_ERROR;
    }

    n = m->nslots - first;

    if (kind == NSESS_PICKLE_TUPLE && n == 0) {
        return nsess_pickle_push(m, NSESS_PICKLE_NODE_EMPTY, pos);
    }

    if ((kind == NSESS_PICKLE_DICT && n % 2 != 0)
        || !nsess_pickle_is_hashable(m, kind, first))
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    container = nsess_pickle_make(m, kind);

    if (container == 0) {
        return NSESS_ERROR;
    }

    slot.node = container;
    slot.pos = pos & INT32_MAX;
    slot.fetched = 0;

    if (kind == NSESS_PICKLE_DICT) {

        if (nsess_pickle_trace_items(m, &slot, first, 0) != NSESS_OK) {
            return NSESS_ERROR;
        }

        if (n != 0) {
            nsess_pickle_note_group(&m->tree->nodes[container], n / 2, 0);
        }
    }

    if (nsess_pickle_take_items(m, container, first) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_push(m, container, pos);
}


/* TUPLE1, TUPLE2, TUPLE3 */

nsess_rc_t
nsess_pickle_op_tuple(nsess_pickle_machine_t *m)
{
    size_t    first;
    uint32_t  tuple, pos;

    if (nsess_pickle_need(m, m->row->size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    first = m->nslots - m->row->size;
    pos = m->slots[first].pos;

    tuple = nsess_pickle_make(m, m->row->kind);

    if (tuple == 0
        || nsess_pickle_take_items(m, tuple, first) != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    return nsess_pickle_push(m, tuple, pos);
}
