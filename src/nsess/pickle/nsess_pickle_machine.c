/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The machine's loop, its stack, marks, memo and frames; the table of all
 * opcodes.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle_machine.h"
#include "nsess_work.h"


#define NSESS_PICKLE_STOP  '.'


static nsess_rc_t nsess_pickle_loop(nsess_pickle_machine_t *m);
static nsess_rc_t nsess_pickle_stop(nsess_pickle_machine_t *m);

static nsess_rc_t nsess_pickle_op_proto(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_frame(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_mark(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_pop(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_pop_mark(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_dup(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_put(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_memoize(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_op_get(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
static nsess_rc_t nsess_pickle_put(nsess_pickle_machine_t *m,
    uint32_t number);
static nsess_rc_t nsess_pickle_take_number(nsess_pickle_machine_t *m,
    unsigned size, uint32_t *number);


/*
 * What is not here is refused: persistent ids, the registry of extensions,
 * out-of-band buffers.  STOP is the loop's.
 */

const nsess_pickle_op_t  nsess_pickle_ops[256] = {

    [0x80] = { nsess_pickle_op_proto, 0, 1 },
    [0x95] = { nsess_pickle_op_frame, 0, 8 },

    ['('] = { nsess_pickle_op_mark, 0, 0 },
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
    ['K'] = { nsess_pickle_op_uint, 0, 1 },
    ['M'] = { nsess_pickle_op_uint, 0, 2 },
    ['J'] = { nsess_pickle_op_binint, 0, 4 },
    [0x8a] = { nsess_pickle_op_long, 0, 1 },
    [0x8b] = { nsess_pickle_op_long, 0, 4 },
    ['F'] = { nsess_pickle_op_float_line, 0, 0 },
    ['G'] = { nsess_pickle_op_binfloat, 0, 8 },

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
nsess_pickle_parse(nsess_str_t data, nsess_pickle_tree_t **result,
    nsess_err_t *err)
{
    nsess_pickle_tree_t  *tree;

    err->pos = 0;

    if (data.len > NSESS_PICKLE_SIZE_MAX) {
        err->code = NSESS_E_SIZE;
        return NSESS_ERROR;
    }

    tree = calloc(1, sizeof(nsess_pickle_tree_t));

    if (tree == NULL) {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    tree->size = data.len;

    if (nsess_pickle_renew(tree, data, err) != NSESS_OK) {
        nsess_pickle_free(tree);
        return NSESS_ERROR;
    }

    *result = tree;

    return NSESS_OK;
}


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
    const nsess_pickle_op_t  *op;

    for ( ;; ) {
        m->op = m->pos;

        if (m->pos == m->last) {
            return nsess_pickle_fail(m, NSESS_E_TRUNCATED);
        }

        if (*m->pos++ == NSESS_PICKLE_STOP) {
            return nsess_pickle_stop(m);
        }

        op = &nsess_pickle_ops[*m->op];

        if (op->handler == NULL) {
            return nsess_pickle_fail(m, NSESS_E_SYNTAX);
        }

        nsess_work(1);

        if (op->handler(m, op->kind, op->size) != NSESS_OK) {
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


nsess_rc_t
nsess_pickle_fail(nsess_pickle_machine_t *m, nsess_error_e code)
{
    m->err->code = code;
    m->err->pos = (size_t) (m->op - m->start);

    return NSESS_ERROR;
}


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

    end = NULL;

    if (m->pos != m->last) {
        end = memchr(m->pos, '\n', (size_t) (m->last - m->pos));
    }

    if (end == NULL) {
        return nsess_pickle_fail(m, NSESS_E_TRUNCATED);
    }

    line->data = m->pos;
    line->len = (size_t) (end - m->pos);

    nsess_work(line->len);

    m->pos = end + 1;

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_push(nsess_pickle_machine_t *m, uint32_t node, uint32_t pos)
{
    nsess_pickle_slot_t  *slots;

    if (m->nslots == NSESS_PICKLE_STACK_MAX) {
        return nsess_pickle_fail(m, NSESS_E_BUDGET);
    }

    slots = nsess_pickle_room(m->slots, &m->slots_alloc, m->nslots + 1,
                              NSESS_PICKLE_STACK_MAX,
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
    uint32_t       node;
    nsess_error_e  code;

    node = nsess_pickle_node(m->tree, kind, &code);

    if (node == 0) {
        (void) nsess_pickle_fail(m, code);
        return 0;
    }

    if (nsess_pickle_push(m, node, nsess_pickle_pos(m)) != NSESS_OK) {
        return 0;
    }

    return node;
}


nsess_rc_t
nsess_pickle_need(nsess_pickle_machine_t *m, size_t n)
{
    if (m->nslots - m->fence < n) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

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


nsess_pickle_slot_t *
nsess_pickle_top(nsess_pickle_machine_t *m, size_t n)
{
    return &m->slots[m->nslots - 1 - n];
}


nsess_pickle_node_t *
nsess_pickle_top_node(nsess_pickle_machine_t *m, size_t n)
{
    return &m->tree->nodes[nsess_pickle_top(m, n)->node];
}


static nsess_rc_t
nsess_pickle_op_proto(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    uint64_t  n;

    (void) kind;

    if (nsess_pickle_take_uint(m, size, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (n > NSESS_PICKLE_PROTOCOL_MAX) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    return NSESS_OK;
}


/* frames are for readers of files; their opcodes are run as all others */

static nsess_rc_t
nsess_pickle_op_frame(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    uint64_t  n;

    (void) kind;

    if (nsess_pickle_take_uint(m, size, &n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (n > (uint64_t) (m->last - m->pos)) {
        return nsess_pickle_fail(m, NSESS_E_TRUNCATED);
    }

    return nsess_pickle_trace_event(m, 0);
}


static nsess_rc_t
nsess_pickle_op_mark(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    nsess_pickle_mark_t  *marks;

    (void) kind;
    (void) size;

    if (m->nmarks == NSESS_PICKLE_STACK_MAX) {
        return nsess_pickle_fail(m, NSESS_E_BUDGET);
    }

    marks = nsess_pickle_room(m->marks, &m->marks_alloc, m->nmarks + 1,
                              NSESS_PICKLE_STACK_MAX,
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


static nsess_rc_t
nsess_pickle_op_pop(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    size_t    first;
    uint32_t  pos;

    (void) kind;

    /* a mark is what is on top */

    if (m->nmarks != 0 && m->fence == m->nslots) {
        return nsess_pickle_unmark(m, &first, &pos);
    }

    if (nsess_pickle_need(m, size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    m->nslots--;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_op_pop_mark(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    size_t    first;
    uint32_t  pos;

    (void) kind;
    (void) size;

    if (nsess_pickle_unmark(m, &first, &pos) != NSESS_OK) {
        return NSESS_ERROR;
    }

    m->nslots = first;

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_op_dup(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    (void) kind;

    if (nsess_pickle_need(m, size) != NSESS_OK) {
        return NSESS_ERROR;
    }

    if (m->trace != NULL) {
        m->trace->strange = 1;
    }

    return nsess_pickle_push_again(m, nsess_pickle_top(m, 0)->node);
}


static nsess_rc_t
nsess_pickle_op_put(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    uint32_t  number;

    (void) kind;

    if (nsess_pickle_take_number(m, size, &number) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_put(m, number);
}


static nsess_rc_t
nsess_pickle_op_memoize(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size)
{
    (void) kind;
    (void) size;

    return nsess_pickle_put(m, (uint32_t) m->memo.count);
}


static nsess_rc_t
nsess_pickle_put(nsess_pickle_machine_t *m, uint32_t number)
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

    return nsess_pickle_trace_event(m, number);
}


static nsess_rc_t
nsess_pickle_op_get(nsess_pickle_machine_t *m, unsigned kind, unsigned size)
{
    uint32_t  node, number;

    (void) kind;

    if (nsess_pickle_take_number(m, size, &number) != NSESS_OK) {
        return NSESS_ERROR;
    }

    node = nsess_pickle_memo_get(&m->memo, number);

    if (node == 0) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    if (nsess_pickle_trace_event(m, number) != NSESS_OK) {
        return NSESS_ERROR;
    }

    return nsess_pickle_push_again(m, node);
}


/* a number of the memo; size 0: a line of digits */

static nsess_rc_t
nsess_pickle_take_number(nsess_pickle_machine_t *m, unsigned size,
    uint32_t *number)
{
    size_t       i;
    uint64_t     n;
    nsess_str_t  line;

    if (size != 0) {

        if (nsess_pickle_take_uint(m, size, &n) != NSESS_OK) {
            return NSESS_ERROR;
        }

        *number = (uint32_t) n;

        return NSESS_OK;
    }

    if (nsess_pickle_take_line(m, &line) != NSESS_OK) {
        return NSESS_ERROR;
    }

    n = 0;

    for (i = 0; i < line.len && n <= UINT32_MAX; i++) {

        if (line.data[i] < '0' || line.data[i] > '9') {
            return nsess_pickle_fail(m, NSESS_E_SYNTAX);
        }

        n = n * 10 + (uint64_t) (line.data[i] - '0');
    }

    if (line.len == 0 || n > UINT32_MAX) {
        return nsess_pickle_fail(m, NSESS_E_SYNTAX);
    }

    *number = (uint32_t) n;

    return NSESS_OK;
}
