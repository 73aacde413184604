/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The stack machine that runs a pickle, and its opcodes.  All functions
 * return NSESS_OK, or NSESS_ERROR with .err set.
 */


#ifndef _NSESS_PICKLE_MACHINE_H_INCLUDED_
#define _NSESS_PICKLE_MACHINE_H_INCLUDED_


#include "nsess_pickle.h"
#include "nsess_pickle_memo.h"


/* a value on the stack: all from .pos to where the next begins made it */
typedef struct {
    uint32_t                node;
    unsigned                pos:31;
    unsigned                fetched:1;  /* made elsewhere: GET, DUP */
} nsess_pickle_slot_t;


/* a mark: the stack's height there */
typedef struct {
    uint32_t                height;
    uint32_t                pos;
} nsess_pickle_mark_t;


/* a value that a dict was given, as nsess_pickle_trace_t keeps it */
typedef struct {
    uint32_t                key;
    uint32_t                start;      /* of the key's first opcode */
    uint32_t                end;        /* behind the value's last one */
    uint32_t                single;     /* by SETITEM, which is at .end */
} nsess_pickle_pair_t;


/* what an opcode does with the memo */
typedef enum {
    NSESS_PICKLE_USE_NONE = 0,
    NSESS_PICKLE_USE_PUT,
    NSESS_PICKLE_USE_MEMOIZE,
    NSESS_PICKLE_USE_GET
} nsess_pickle_use_e;


/* use of the memo, or a FRAME */
typedef struct {
    uint8_t                 op;
    uint32_t                pos;
    uint32_t                source;     /* where a GET's entry was made */
} nsess_pickle_event_t;


/* what a second run of a pickle finds out for the cutting of pairs */
typedef struct {
    uint32_t                root;
    int                     strange;    /* no pickler writes such */

    nsess_pickle_pair_t    *pairs;
    size_t                  npairs;
    size_t                  pairs_alloc;

    nsess_pickle_event_t   *events;
    size_t                  nevents;
    size_t                  events_alloc;

    nsess_pickle_memo_t     sources;
} nsess_pickle_trace_t;


typedef struct {
    nsess_pickle_tree_t    *tree;
    nsess_pickle_trace_t   *trace;      /* or NULL */
    nsess_err_t            *err;

    const uint8_t          *start;
    const uint8_t          *op;         /* the opcode that runs */
    const uint8_t          *pos;
    const uint8_t          *last;

    nsess_pickle_slot_t    *slots;
    size_t                  nslots;
    size_t                  slots_alloc;
    size_t                  fence;      /* the last mark's height, or 0 */

    nsess_pickle_mark_t    *marks;
    size_t                  nmarks;
    size_t                  marks_alloc;

    nsess_pickle_memo_t     memo;
} nsess_pickle_machine_t;


typedef struct {
    nsess_rc_t            (*handler)(nsess_pickle_machine_t *m, unsigned kind,
                                     unsigned size);
    uint8_t                 kind;       /* of the value that is made */
    uint8_t                 size;       /* bytes of the argument, or values
                                           that are taken from the stack */
} nsess_pickle_op_t;


#pragma GCC visibility push(hidden)


extern const nsess_pickle_op_t  nsess_pickle_ops[256];


/* nsess_pickle_machine.c; trace may be NULL */

nsess_rc_t nsess_pickle_run(nsess_str_t data, nsess_pickle_tree_t *tree,
    nsess_pickle_trace_t *trace, nsess_err_t *err);

nsess_rc_t nsess_pickle_fail(nsess_pickle_machine_t *m, nsess_error_e code);

/* arguments of the opcode that runs */

nsess_rc_t nsess_pickle_take(nsess_pickle_machine_t *m, uint64_t len,
    nsess_str_t *bytes);
nsess_rc_t nsess_pickle_take_uint(nsess_pickle_machine_t *m, unsigned size,
    uint64_t *n);
nsess_rc_t nsess_pickle_take_line(nsess_pickle_machine_t *m,
    nsess_str_t *line);

/* the stack; pos: where the value begins */

nsess_rc_t nsess_pickle_push(nsess_pickle_machine_t *m, uint32_t node,
    uint32_t pos);

/* a node that was made before */
nsess_rc_t nsess_pickle_push_again(nsess_pickle_machine_t *m, uint32_t node);

/* pushes a new node that begins at the opcode that runs; 0: failed */
uint32_t nsess_pickle_push_new(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind);

/* are there n values above the last mark? */
nsess_rc_t nsess_pickle_need(nsess_pickle_machine_t *m, size_t n);

/* drops the last mark, *first is the first slot behind it */
nsess_rc_t nsess_pickle_unmark(nsess_pickle_machine_t *m, size_t *first,
    uint32_t *pos);

/* n from the top, from 0; only after nsess_pickle_need() */
nsess_pickle_slot_t *nsess_pickle_top(nsess_pickle_machine_t *m, size_t n);
nsess_pickle_node_t *nsess_pickle_top_node(nsess_pickle_machine_t *m,
    size_t n);


/* nsess_pickle_call.c */

nsess_rc_t nsess_pickle_op_global(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_stack_global(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
nsess_rc_t nsess_pickle_op_reduce(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_new(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_inst(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_obj(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_build(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);


/* nsess_pickle_items.c */

nsess_rc_t nsess_pickle_op_item(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_items(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_empty(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_marked(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_tuple(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);


/* nsess_pickle_scalar.c */

nsess_rc_t nsess_pickle_op_const(nsess_pickle_machine_t *m, unsigned node,
    unsigned size);
nsess_rc_t nsess_pickle_op_uint(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_binint(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_long(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_int_line(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_float_line(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
nsess_rc_t nsess_pickle_op_binfloat(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_bytes(nsess_pickle_machine_t *m, unsigned kind,
    unsigned size);
nsess_rc_t nsess_pickle_op_unicode_line(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);
nsess_rc_t nsess_pickle_op_string_line(nsess_pickle_machine_t *m,
    unsigned kind, unsigned size);


/* nsess_pickle_trace.c; all but the first return at once without a trace */

void nsess_pickle_trace_free(nsess_pickle_trace_t *trace);

nsess_rc_t nsess_pickle_trace_event(nsess_pickle_machine_t *m,
    uint32_t number);
nsess_rc_t nsess_pickle_trace_items(nsess_pickle_machine_t *m,
    const nsess_pickle_slot_t *container, size_t first, int single);


#pragma GCC visibility pop


static inline nsess_pickle_use_e
nsess_pickle_use(uint8_t op)
{
    switch (op) {

    case 'p':
    case 'q':
    case 'r':
        return NSESS_PICKLE_USE_PUT;

    case 0x94:
        return NSESS_PICKLE_USE_MEMOIZE;

    case 'g':
    case 'h':
    case 'j':
        return NSESS_PICKLE_USE_GET;

    default:
        return NSESS_PICKLE_USE_NONE;
    }
}


static inline uint32_t
nsess_pickle_pos(const nsess_pickle_machine_t *m)
{
    return (uint32_t) (m->op - m->start);
}


#endif /* _NSESS_PICKLE_MACHINE_H_INCLUDED_ */
