/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Runs a pickle: the table of all opcodes, the loop over them, and the
 * opcodes that only move values between the stack, the marks and the memo.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle.h"
#include "nsess_pickle_opcodes.h"
#include "nsess_pickle_trace.h"
#include "nsess_str.h"
#include "nsess_work.h"


#define NSESS_PICKLE_STOP  '.'


static nsess_rc_t nsess_pickle_loop(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_stop(nsess_pickle_machine_t *m);

static nsess_rc_t nsess_pickle_op_proto(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_op_frame(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_op_pop(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_op_pop_mark(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_op_dup(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_op_put(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_op_memoize(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_op_get(nsess_pickle_machine_t *m);

static nsess_rc_t nsess_pickle_put(nsess_pickle_machine_t *m,
    nsess_pickle_use_e use, uint32_t number);
static nsess_rc_t nsess_pickle_take_number(nsess_pickle_machine_t *m,
    uint32_t *number);

/*
 * Opcodes without a row are refused: persistent ids, the registry of
 * extensions, and out-of-band buffers.  The loop itself looks for STOP.
 */

static const nsess_pickle_opcode_t  nsess_pickle_opcodes[256] = {
    [0x80] = { nsess_pickle_op_proto, 0, 1 },
    [0x95] = { nsess_pickle_op_frame, 0, 8 },

    ['('] = { nsess_pickle_mark, 0, 0 },
    ['0'] = { nsess_pickle_op_pop, 0, 1 },
    ['1'] = { nsess_pickle_op_pop_mark, 0, 0 },
    ['2'] = { nsess_pickle_op_dup, 0, 1 },

    ['p'] = { nsess_pickle_op_put, 0, 0 },
    ['q'] = { nsess_pickle_op_put, 0, 1 },
    ['r'] = { nsess_pickle_op_put, 0, 4 },
    [0x94] = { nsess_pickle_op_memoize, 0, 0 },
    ['g'] = { nsess_pickle_op_get, 0, 0 },
    ['h'] = { nsess_pickle_op_get, 0, 1 },
    ['j'] = { nsess_pickle_op_get, 0, 4 },

    ['N'] = { nsess_pickle_op_const, NSESS_PICKLE_NODE_NONE, 0 },
    [0x88] = { nsess_pickle_op_const, NSESS_PICKLE_NODE_TRUE, 0 },
    [0x89] = { nsess_pickle_op_const, NSESS_PICKLE_NODE_FALSE, 0 },
    [')'] = { nsess_pickle_op_const, NSESS_PICKLE_NODE_EMPTY, 0 },

    ['I'] = { nsess_pickle_op_int_line, 0, 0 },
    ['L'] = { nsess_pickle_op_int_line, 0, 1 },
    ['K'] = { nsess_pickle_op_int, 0, 1 },
    ['M'] = { nsess_pickle_op_int, 0, 2 },
    ['J'] = { nsess_pickle_op_int, 0, 4 },
    [0x8a] = { nsess_pickle_op_long, 0, 1 },
    [0x8b] = { nsess_pickle_op_long, 0, 4 },
    ['F'] = { nsess_pickle_op_float_line, 0, 0 },
    ['G'] = { nsess_pickle_op_float, 0, 8 },

    ['V'] = { nsess_pickle_op_unicode_line, 0, 0 },
    ['X'] = { nsess_pickle_op_bytes, NSESS_PICKLE_STR, 4 },
    [0x8c] = { nsess_pickle_op_bytes, NSESS_PICKLE_STR, 1 },
    [0x8d] = { nsess_pickle_op_bytes, NSESS_PICKLE_STR, 8 },
    ['S'] = { nsess_pickle_op_string_line, 0, 0 },
    ['U'] = { nsess_pickle_op_bytes, NSESS_PICKLE_STR8, 1 },
    ['T'] = { nsess_pickle_op_bytes, NSESS_PICKLE_STR8, 4 },
    ['C'] = { nsess_pickle_op_bytes, NSESS_PICKLE_BYTES, 1 },
    ['B'] = { nsess_pickle_op_bytes, NSESS_PICKLE_BYTES, 4 },
    [0x8e] = { nsess_pickle_op_bytes, NSESS_PICKLE_BYTES, 8 },
    [0x96] = { nsess_pickle_op_bytes, NSESS_PICKLE_BYTEARRAY, 8 },

    [']'] = { nsess_pickle_op_empty, NSESS_PICKLE_LIST, 0 },
    ['}'] = { nsess_pickle_op_empty, NSESS_PICKLE_DICT, 0 },
    [0x8f] = { nsess_pickle_op_empty, NSESS_PICKLE_SET, 0 },
    ['l'] = { nsess_pickle_op_marked, NSESS_PICKLE_LIST, 0 },
    ['d'] = { nsess_pickle_op_marked, NSESS_PICKLE_DICT, 0 },
    ['t'] = { nsess_pickle_op_marked, NSESS_PICKLE_TUPLE, 0 },
    [0x91] = { nsess_pickle_op_marked, NSESS_PICKLE_FROZENSET, 0 },
    [0x85] = { nsess_pickle_op_tuple, NSESS_PICKLE_TUPLE, 1 },
    [0x86] = { nsess_pickle_op_tuple, NSESS_PICKLE_TUPLE, 2 },
    [0x87] = { nsess_pickle_op_tuple, NSESS_PICKLE_TUPLE, 3 },
    ['a'] = { nsess_pickle_op_item, NSESS_PICKLE_LIST, 1 },
    ['e'] = { nsess_pickle_op_items, NSESS_PICKLE_LIST, 0 },
    ['s'] = { nsess_pickle_op_item, NSESS_PICKLE_DICT, 2 },
    ['u'] = { nsess_pickle_op_items, NSESS_PICKLE_DICT, 0 },
    [0x90] = { nsess_pickle_op_items, NSESS_PICKLE_SET, 0 },

    ['c'] = { nsess_pickle_op_global, 0, 0 },
    [0x93] = { nsess_pickle_op_stack_global, 0, 2 },
    ['R'] = { nsess_pickle_op_reduce, 0, 2 },
    [0x81] = { nsess_pickle_op_new, 0, 2 },
    [0x92] = { nsess_pickle_op_new, 0, 3 },
    ['i'] = { nsess_pickle_op_inst, 0, 0 },
    ['o'] = { nsess_pickle_op_obj, 0, 0 },
    ['b'] = { nsess_pickle_op_build, 0, 2 }
};


nsess_rc_t
nsess_pickle_run(nsess_str_t data, nsess_pickle_tree_t *tree,
    nsess_pickle_trace_t *trace, nsess_err_t *err)
{
    nsess_rc_t              rc;
    nsess_pickle_machine_t  m;

    memset(&m, 0, sizeof(nsess_pickle_machine_t));

    m.tree = tree;
    m.trace = trace;
    m.err = err;
    m.start = data.data;
    m.pos = data.data;
    m.last = data.data + data.len;

    nsess_pickle_memo_init(&m.memo, data.len);

    rc = nsess_pickle_loop(&m);

    nsess_pickle_memo_free(&m.memo);
    free(m.slots);
    free(m.marks);

    return rc;
}


static nsess_rc_t
nsess_pickle_loop(nsess_pickle_machine_t *m)
{
    for ( ;; ) {
        m->op = m->pos;

        if (m->pos == m->last) {
            return nsess_pickle_fail(m, NSESS_E_TRUNCATED);
        }

        if (*m->pos++ == NSESS_PICKLE_STOP) {
            return nsess_pickle_stop(m);
        }

        m->row = &nsess_pickle_opcodes[*m->op];

        if (m->row->run == NULL) {
            return nsess_pickle_fail(m, NSESS_E_SYNTAX);
        }

        nsess_work(1);

        if (m->row->run(m) != NSESS_OK) {
            return NSESS_ERROR;
        }
    }
}


static nsess_rc_t
nsess_pickle_stop(nsess_pickle_machine_t *m)
{
    if (nsess_pickle_need(m, 1) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (m->pos != m->last) {
        m->op = m->pos;
        return nsess_pickle_fail(m, NSESS_E_TRAILING);
    }

    m->tree->root = nsess_pickle_top(m, 0)->node;
    m->tree->root_pos = nsess_pickle_top(m, 0)->pos;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_op_proto(nsess_pickle_machine_t *m)
{
    uint64_t  n;

    if (nsess_pickle_take_uint(m, m->row->size, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (n > NSESS_PICKLE_PROTOCOL_MAX) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    return NSESS_OK;
}


/* only readers of files need frames; the opcodes inside run as all others */

static nsess_rc_t
nsess_pickle_op_frame(nsess_pickle_machine_t *m)
{
    uint64_t  n;

    if (nsess_pickle_take_uint(m, m->row->size, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (n > (uint64_t) (m->last - m->pos)) {
        return nsess_pickle_fail(m, NSESS_E_TRUNCATED);
    }

    return nsess_pickle_trace_event(m, NSESS_PICKLE_USE_NONE, 0);
}


static nsess_rc_t
nsess_pickle_op_pop(nsess_pickle_machine_t *m)
{
    size_t    first;
    uint32_t  pos;

    /* a mark is on top */

    if (m->nmarks != 0 && m->fence == m->nslots) {
        return nsess_pickle_unmark(m, &first, &pos);
    }

    if (nsess_pickle_need(m, m->row->size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    m->nslots--;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_op_pop_mark(nsess_pickle_machine_t *m)
{
    size_t    first;
    uint32_t  pos;

    if (nsess_pickle_unmark(m, &first, &pos) != NSESS_OK) {
        return NSESS_ERROR;
    }

    m->nslots = first;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_op_dup(nsess_pickle_machine_t *m)
{
    if (nsess_pickle_need(m, m->row->size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    /* no pickler writes DUP, and cutting does not know it */

    if (m->trace != NULL) {
        m->trace->tangled = 1;
    }

    return nsess_pickle_push_again(m, nsess_pickle_top(m, 0)->node);
}


static nsess_rc_t
nsess_pickle_op_put(nsess_pickle_machine_t *m)
{
    uint32_t  number;

    if (nsess_pickle_take_number(m, &number) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_put(m, NSESS_PICKLE_USE_PUT, number);
}


static nsess_rc_t
nsess_pickle_op_memoize(nsess_pickle_machine_t *m)
{
    return nsess_pickle_put(m, NSESS_PICKLE_USE_MEMOIZE,
                            (uint32_t) m->memo.count);
}


static nsess_rc_t
nsess_pickle_put(nsess_pickle_machine_t *m, nsess_pickle_use_e use,
    uint32_t number)
{
    uint32_t       node;
    nsess_error_e  code;

    if (nsess_pickle_need(m, 1) != NSESS_OK) {
        return NSESS_ERROR;
    }

    node = nsess_pickle_top(m, 0)->node;

    if (nsess_pickle_memo_set(&m->memo, number, node, &code) != NSESS_OK) {
        return nsess_pickle_fail(m, code);
    }

    m->tree->memo = 1;

    return nsess_pickle_trace_event(m, use, number);
}


static nsess_rc_t
nsess_pickle_op_get(nsess_pickle_machine_t *m)
{
    uint32_t  node, number;

    if (nsess_pickle_take_number(m, &number) != NSESS_OK) {
        return NSESS_ERROR;
    }

    node = nsess_pickle_memo_get(&m->memo, number);

    if (node == 0) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    if (nsess_pickle_trace_event(m, NSESS_PICKLE_USE_GET, number)
        != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_again(m, node);
}


/* a number of the memo: an argument, or a line of digits if it has no size */

static nsess_rc_t
nsess_pickle_take_number(nsess_pickle_machine_t *m, uint32_t *number)
{
    uint64_t        n;
    nsess_str_t     line;
    const uint8_t  *last;

    if (m->row->size != 0) {

        if (nsess_pickle_take_uint(m, m->row->size, &n) != NSESS_OK) {
            return NSESS_ERROR;
        }

        *number = (uint32_t) n;

        return NSESS_OK;
    }

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    last = line.data + line.len;

    if (line.len == 0
        || nsess_uint_read(line.data, last, UINT32_MAX, &n) != last)
    {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    *number = (uint32_t) n;

    return NSESS_OK;
}
