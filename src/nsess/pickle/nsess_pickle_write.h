/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values as a pickle of any protocol, 0 to 5, spelled as CPython does, but
 * with the memo only where it is needed.  Protocol 0 is ASCII only.
 */


#ifndef _NSESS_PICKLE_WRITE_H_INCLUDED_
#define _NSESS_PICKLE_WRITE_H_INCLUDED_


#include "nsess_number.h"
#include "nsess_pickle_tree.h"


/*
 * A value may be reached in many ways: 2^40 in a record of 300 bytes.  For
 * each byte of the record so many values are written, and some more, but no
 * more than the largest record without repetitions has.
 */
#define NSESS_PICKLE_VISITS      16
#define NSESS_PICKLE_VISITS_MIN  65536
#define NSESS_PICKLE_VISITS_MAX  (1 << 20)

/*
 * In decimal, a float costs as much as so many values, and a long as one value
 * for so many squared bytes (measured: about 2 us, and 60 us for the longest)
 */
#define NSESS_PICKLE_FLOAT_COST  64
#define NSESS_PICKLE_LONG_COST   1024


typedef struct {
    nsess_writer_t             *w;
    unsigned                    protocol;

    /* for values of a tree */

    const nsess_pickle_tree_t  *tree;
    uint32_t                   *uses;   /* how often each node is written;
                                           once it is in the memo, where */
    uint32_t                    puts;   /* numbers of the memo so far */
    size_t                      visits; /* cost of values in decimal so far */
} nsess_pickle_output_t;


#pragma GCC visibility push(hidden)


/* nsess_pickle_write.c: opcodes */

/* PROTO, if the protocol has it */
void nsess_pickle_write_header(nsess_pickle_output_t *out);

/* a str; as BINUNICODE it can be read in a record of any protocol */
void nsess_pickle_write_str(nsess_pickle_output_t *out, nsess_str_t text);
void nsess_pickle_write_binunicode(nsess_writer_t *w, nsess_str_t text);

void nsess_pickle_write_int(nsess_pickle_output_t *out, int64_t n);

/*
 * A value that is not a container.  NSESS_OK, or NSESS_DECLINED if an int has
 * more digits than Python reads.
 */
nsess_rc_t nsess_pickle_write_scalar(nsess_pickle_output_t *out,
    const nsess_pickle_node_t *node);

/*
 * A container is opened, marked, and closed behind its items; each item, or
 * pair of a dict, is ended.  A late one is on the stack when it is closed, any
 * other one when it is opened.
 */
void nsess_pickle_write_open(nsess_pickle_output_t *out, unsigned kind);
void nsess_pickle_write_mark(nsess_pickle_output_t *out, unsigned kind,
    int empty);
void nsess_pickle_write_item(nsess_pickle_output_t *out, unsigned kind);
void nsess_pickle_write_close(nsess_pickle_output_t *out, unsigned kind,
    int empty);
int nsess_pickle_is_late(nsess_pickle_output_t *out, unsigned kind);
void nsess_pickle_write_empty_tuple(nsess_pickle_output_t *out);

void nsess_pickle_write_put(nsess_pickle_output_t *out, uint32_t number);
void nsess_pickle_write_get(nsess_pickle_output_t *out, uint32_t number);


/* nsess_pickle_dump.c: values of a tree */

/*
 * Counts that a value of the tree is written, and all values inside of it;
 * out->uses is zero for each node at first.  NSESS_OK, or NSESS_ERROR if
 * malloc() fails.
 */
nsess_rc_t nsess_pickle_dump_count(nsess_pickle_output_t *out, uint32_t id);

/*
 * Writes a value that was counted.  NSESS_OK, or NSESS_DECLINED if it is
 * nested too deep, a tuple is a part of itself, an int has more digits than
 * Python reads, or too many numbers are in decimal.
 */
nsess_rc_t nsess_pickle_dump(nsess_pickle_output_t *out, uint32_t id);

/* puts the value on top of the stack into the memo if it is fetched later */
void nsess_pickle_dump_put(nsess_pickle_output_t *out, uint32_t id);


#pragma GCC visibility pop


static inline size_t
nsess_pickle_visits_max(const nsess_pickle_tree_t *tree)
{
    size_t  n;

    n = NSESS_PICKLE_VISITS_MIN + NSESS_PICKLE_VISITS * tree->size;

    return n < NSESS_PICKLE_VISITS_MAX ? n : NSESS_PICKLE_VISITS_MAX;
}


/* the cost of a value as text, in visits, besides that of its bytes */

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
