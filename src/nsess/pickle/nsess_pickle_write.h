/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values as a pickle of any protocol, 0 to 5, spelled as CPython does, but
 * without memo where there is no need of it.  Protocol 0 is ASCII only.
 */


#ifndef _NSESS_PICKLE_WRITE_H_INCLUDED_
#define _NSESS_PICKLE_WRITE_H_INCLUDED_


#include "nsess_number.h"
#include "nsess_pickle.h"


/*
 * A value may be reached in many ways: 300 bytes make 2^40 of them.  So many
 * values are written for a byte of the record, and some more; but no more
 * than the largest record without repetitions holds.
 */
#define NSESS_PICKLE_VISITS      16
#define NSESS_PICKLE_VISITS_MIN  65536
#define NSESS_PICKLE_VISITS_MAX  (1 << 20)

/*
 * In decimal, a float costs as much as so many values, and a long as one for
 * so many squared bytes (measured: some 2 us, and 60 us for the longest one)
 */
#define NSESS_PICKLE_FLOAT_COST  64
#define NSESS_PICKLE_LONG_COST   1024


typedef struct {
    nsess_writer_t             *w;
    unsigned                    protocol;

    /* for nsess_pickle_dump() */

    const nsess_pickle_tree_t  *tree;
    uint32_t                   *uses;       /* of each node, see there */
    uint32_t                    puts;       /* numbers of the memo so far */
    size_t                      visits;     /* of values in decimal */
} nsess_pickle_output_t;


#pragma GCC visibility push(hidden)


/* nsess_pickle_write.c: opcodes */

/* PROTO, where the protocol has it */
void nsess_pickle_write_header(nsess_pickle_output_t *out);

/* a str */
void nsess_pickle_write_str(nsess_pickle_output_t *out, nsess_str_t text);

/* the same as BINUNICODE, whatever the protocol */
void nsess_pickle_write_binunicode(nsess_writer_t *w, nsess_str_t text);

/*
 * A value that is no container.  NSESS_OK, or NSESS_DECLINED: an int of more
 * digits than Python reads.
 */
nsess_rc_t nsess_pickle_write_scalar(nsess_pickle_output_t *out,
    const nsess_pickle_node_t *node);

void nsess_pickle_write_empty_tuple(nsess_pickle_output_t *out);

/*
 * A container is opened, marked if it has items, each of them (a pair of a
 * dict) is ended, and it is closed.  1 from is_early(): it is on the stack
 * once it is opened; 0: once it is closed.
 */
void nsess_pickle_write_open(nsess_pickle_output_t *out, unsigned kind);
void nsess_pickle_write_mark(nsess_pickle_output_t *out, unsigned kind,
    int empty);
void nsess_pickle_write_item(nsess_pickle_output_t *out, unsigned kind);
void nsess_pickle_write_close(nsess_pickle_output_t *out, unsigned kind,
    int empty);
int nsess_pickle_is_early(nsess_pickle_output_t *out, unsigned kind);

void nsess_pickle_write_put(nsess_pickle_output_t *out, uint32_t number);
void nsess_pickle_write_get(nsess_pickle_output_t *out, uint32_t number);


/* nsess_pickle_dump.c: values of a tree */

/*
 * Counts that the value is written, and all that it holds; out->uses is
 * zeros for each node at first.  NSESS_OK, or NSESS_ERROR: malloc() failed.
 */
nsess_rc_t nsess_pickle_dump_count(nsess_pickle_output_t *out, uint32_t id);

/*
 * Writes a value that was counted.  NSESS_OK, or NSESS_DECLINED: it is nested
 * too deep, a tuple is a part of itself, an int has too many digits, or there
 * are too many numbers in decimal.
 */
nsess_rc_t nsess_pickle_dump(nsess_pickle_output_t *out, uint32_t id);

/* keeps the value on the top of the stack, if it is fetched later */
void nsess_pickle_dump_put(nsess_pickle_output_t *out, uint32_t id);


#pragma GCC visibility pop


static inline size_t
nsess_pickle_visits_max(const nsess_pickle_tree_t *tree)
{
    size_t  n;

    n = NSESS_PICKLE_VISITS_MIN + NSESS_PICKLE_VISITS * tree->size;

    return n < NSESS_PICKLE_VISITS_MAX ? n : NSESS_PICKLE_VISITS_MAX;
}


/* of a value as text, in visits; its bytes are the writer's */

static inline size_t
nsess_pickle_cost(const nsess_pickle_node_t *node)
{
    switch (node->kind) {

    case NSESS_PICKLE_FLOAT:
        return NSESS_PICKLE_FLOAT_COST;

    case NSESS_PICKLE_LONG:

        /* longer ones have no text */

        return node->len <= NSESS_INT_BYTES_MAX
               ? 1 + (size_t) node->len * node->len / NSESS_PICKLE_LONG_COST
               : 1;

    default:
        return 1;
    }
}


#endif /* _NSESS_PICKLE_WRITE_H_INCLUDED_ */
