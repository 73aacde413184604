/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The stack machine that a pickle is a program for: its arguments, its stack
 * and marks.  Functions that return nsess_rc_t return NSESS_OK, or
 * NSESS_ERROR with .err set.
 */


#ifndef _NSESS_PICKLE_MACHINE_H_INCLUDED_
#define _NSESS_PICKLE_MACHINE_H_INCLUDED_


#include "nsess_pickle_memo.h"
#include "nsess_pickle_tree.h"


typedef struct nsess_pickle_machine_s  nsess_pickle_machine_t;
typedef struct nsess_pickle_trace_s  nsess_pickle_trace_t;


/* an opcode: a row of the table */
typedef struct {
    nsess_rc_t                (*run)(nsess_pickle_machine_t *m);
    uint8_t                     kind;   /* of the value that is made, or the
                                           value's node */
    uint8_t                     size;   /* bytes of the argument, or values
                                           that are taken from the stack */
} nsess_pickle_opcode_t;


/* a value on the stack; the bytes from .pos to the next value's made it */
typedef struct {
    uint32_t                    node;
    unsigned                    pos:31;
    unsigned                    fetched:1;  /* by GET or DUP: other bytes
                                               have made the node */
} nsess_pickle_slot_t;


typedef struct {
    uint32_t                    height; /* of the stack where it was set */
    uint32_t                    pos;
} nsess_pickle_mark_t;


struct nsess_pickle_machine_s {
    nsess_pickle_tree_t        *tree;
    nsess_pickle_trace_t       *trace;  /* or NULL */
    nsess_err_t                *err;

    const uint8_t              *start;
    const uint8_t              *op;     /* the opcode that runs */
    const nsess_pickle_opcode_t  *row;  /* its row of the table */
    const uint8_t              *pos;
    const uint8_t              *last;

    nsess_pickle_slot_t        *slots;
    size_t                      nslots;
    size_t                      slots_alloc;
    size_t                      fence;  /* the last mark's height, or 0 */

    nsess_pickle_mark_t        *marks;
    size_t                      nmarks;
    size_t                      marks_alloc;

    nsess_pickle_memo_t         memo;
};


#pragma GCC visibility push(hidden)


/* arguments of the opcode that runs */

nsess_rc_t nsess_pickle_take(nsess_pickle_machine_t *m, uint64_t len,
    nsess_str_t *bytes);
nsess_rc_t nsess_pickle_take_uint(nsess_pickle_machine_t *m, unsigned size,
    uint64_t *n);
nsess_rc_t nsess_pickle_take_line(nsess_pickle_machine_t *m,
    nsess_str_t *line);

/* a new node; 0 if it fails */
uint32_t nsess_pickle_make(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind);

/* pushes a node; pos is where the value begins */
nsess_rc_t nsess_pickle_push(nsess_pickle_machine_t *m, uint32_t node,
    uint32_t pos);

/* pushes a node that other bytes have made */
nsess_rc_t nsess_pickle_push_again(nsess_pickle_machine_t *m, uint32_t node);

/* pushes a new node that begins at the opcode which runs; 0 if it fails */
uint32_t nsess_pickle_push_new(nsess_pickle_machine_t *m,
    nsess_pickle_kind_e kind);

/* sets a mark */
nsess_rc_t nsess_pickle_mark(nsess_pickle_machine_t *m);

/* drops the last mark; *first is the first slot above it */
nsess_rc_t nsess_pickle_unmark(nsess_pickle_machine_t *m, size_t *first,
    uint32_t *pos);


#pragma GCC visibility pop


static inline uint32_t
nsess_pickle_pos(const nsess_pickle_machine_t *m)
{
    return (uint32_t) (m->op - m->start);
}


/* sets .err to the code and the opcode that runs; returns NSESS_ERROR */

static inline nsess_rc_t
nsess_pickle_fail(nsess_pickle_machine_t *m, nsess_error_e code)
{
    m->err->code = code;
    m->err->pos = nsess_pickle_pos(m);

    return NSESS_ERROR;
}


/* fails unless n values are above the last mark */

static inline nsess_rc_t
nsess_pickle_need(nsess_pickle_machine_t *m, size_t n)
{
    return m->nslots - m->fence < n ? nsess_pickle_fail(m, NSESS_E_SYNTAX)
                                    : NSESS_OK;
}


/* the value below n others, which must be there */

static inline nsess_pickle_slot_t *
nsess_pickle_top(nsess_pickle_machine_t *m, size_t n)
{
    return &m->slots[m->nslots - 1 - n];
}


#endif /* _NSESS_PICKLE_MACHINE_H_INCLUDED_ */
