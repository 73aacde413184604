/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Cuts pairs out of a pickle that cannot be written anew.  The bytes from the
 * first opcode of a key to the last one of its value change the dict, and
 * nothing else on the stack.  So other bytes do not need them, but for the
 * entries that they make in the memo.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle.h"
#include "nsess_pickle_trace.h"


#define NSESS_PICKLE_FRAME_LEN  9       /* the opcode and its argument */
#define NSESS_PICKLE_MEMOIZE    0x94


/* bytes that are cut out: [start, end) */
typedef struct {
    uint32_t                    start;
    uint32_t                    end;
} nsess_pickle_range_t;


typedef struct {
    nsess_str_t                 data;
    const nsess_pickle_tree_t  *tree;
    const nsess_keyset_t       *keys;
    nsess_err_t                *err;
    nsess_pickle_trace_t        trace;
    nsess_pickle_range_t       *ranges;     /* sorted */
    size_t                      nranges;
    nsess_writer_t             *w;
    const uint8_t              *copied;     /* bytes before it are written */
} nsess_pickle_cut_t;


static nsess_rc_t nsess_pickle_cut_run(nsess_pickle_cut_t *cut);
static nsess_rc_t nsess_pickle_cut_choose(nsess_pickle_cut_t *cut);
static nsess_rc_t nsess_pickle_cut_check(nsess_pickle_cut_t *cut);
static nsess_rc_t nsess_pickle_cut_refuse(nsess_pickle_cut_t *cut,
    size_t pos);
static const nsess_pickle_range_t *nsess_pickle_cut_around(
    const nsess_pickle_cut_t *cut, uint32_t pos);
static void nsess_pickle_cut_write(nsess_pickle_cut_t *cut);
static void nsess_pickle_cut_copy(nsess_pickle_cut_t *cut, uint32_t end,
    uint32_t next);
static void nsess_pickle_cut_fill(nsess_pickle_cut_t *cut, size_t memoized);


nsess_rc_t
nsess_pickle_cut(nsess_str_t data, const nsess_pickle_tree_t *tree,
    const nsess_keyset_t *keys, nsess_writer_t *w, nsess_err_t *err)
{
    nsess_rc_t          rc;
    nsess_pickle_cut_t  cut;

    memset(&cut, 0, sizeof(nsess_pickle_cut_t));

    cut.data = data;
    cut.tree = tree;
    cut.keys = keys;
    cut.err = err;
    cut.w = w;
    cut.copied = data.data;

    rc = nsess_pickle_cut_run(&cut);

    if (rc == NSESS_OK) {
        rc = nsess_pickle_cut_choose(&cut);
    }

    if (rc == NSESS_OK) {
        rc = nsess_pickle_cut_check(&cut);
    }

    if (rc == NSESS_OK) {
        nsess_pickle_cut_write(&cut);
    }

    nsess_pickle_trace_free(&cut.trace);
    free(cut.ranges);

    return rc;
}


/* nodes of the second run have the same numbers as those of the first */

static nsess_rc_t
nsess_pickle_cut_run(nsess_pickle_cut_t *cut)
{
    nsess_rc_t            rc;
    nsess_pickle_tree_t  *tree;

    tree = nsess_pickle_tree_create(cut->data.len);

    if (tree == NULL) {
        cut->err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    cut->trace.root = cut->tree->root;
    nsess_pickle_memo_init(&cut->trace.sources, cut->data.len);

    rc = nsess_pickle_run(cut->data, tree, &cut->trace, cut->err);

    nsess_pickle_tree_free(tree);

    return rc;
}


static nsess_rc_t
nsess_pickle_cut_choose(nsess_pickle_cut_t *cut)
{
    size_t                 i;
    nsess_wanted_t        *wanted;
    nsess_pickle_pair_t   *pair;
    nsess_pickle_range_t  *range;

    cut->ranges = calloc(cut->trace.npairs + 1, sizeof(nsess_pickle_range_t));

    if (cut->ranges == NULL) {
        cut->err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    for (i = 0; i < cut->trace.npairs; i++) {
        pair = &cut->trace.pairs[i];
        wanted = nsess_pickle_wanted(cut->keys, &cut->tree->nodes[pair->key]);

        if (wanted == NULL || wanted->last->op != NSESS_CHANGE_UNSET) {
            continue;
        }

        /* the pair is inside of a value: the record is a part of itself */

        if (cut->nranges != 0
            && pair->start < cut->ranges[cut->nranges - 1].end)
        {
            return nsess_pickle_cut_refuse(cut, pair->start);
        }

        range = &cut->ranges[cut->nranges++];

        range->start = pair->start;
        range->end = pair->end + pair->single;
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_cut_check(nsess_pickle_cut_t *cut)
{
    int                          put, memoized;
    size_t                       i;
    const nsess_pickle_event_t  *event;

    put = 0;
    memoized = 0;

    if (cut->trace.tangled) {
        return nsess_pickle_cut_refuse(cut, cut->ranges[0].start);
    }

    for (i = 0; i < cut->trace.nevents; i++) {
        event = &cut->trace.events[i];

        switch (event->use) {

        case NSESS_PICKLE_USE_PUT:
            put = 1;
            break;

        case NSESS_PICKLE_USE_MEMOIZE:
            memoized = 1;
            break;

        case NSESS_PICKLE_USE_GET:

            if (nsess_pickle_cut_around(cut, event->source) != NULL
                && nsess_pickle_cut_around(cut, event->pos) == NULL)
            {
                return nsess_pickle_cut_refuse(cut, event->source);
            }

            break;

        default:
            break;
        }
    }

    /* the numbers that MEMOIZE counts would be others without a PUT */

    if (put && memoized) {
        return nsess_pickle_cut_refuse(cut, cut->ranges[0].start);
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_cut_refuse(nsess_pickle_cut_t *cut, size_t pos)
{
    cut->err->code = NSESS_E_OPAQUE;
    cut->err->pos = pos;

    return NSESS_ERROR;
}


/* the range that pos is in, or NULL */

static const nsess_pickle_range_t *
nsess_pickle_cut_around(const nsess_pickle_cut_t *cut, uint32_t pos)
{
    size_t  low, high, middle;

    low = 0;
    high = cut->nranges;

    while (low < high) {
        middle = low + (high - low) / 2;

        if (pos < cut->ranges[middle].start) {
            high = middle;

        } else if (pos >= cut->ranges[middle].end) {
            low = middle + 1;

        } else {
            return &cut->ranges[middle];
        }
    }

    return NULL;
}


static void
nsess_pickle_cut_write(nsess_pickle_cut_t *cut)
{
    size_t                       i, j, memoized;
    const nsess_pickle_range_t  *range;
    const nsess_pickle_event_t  *event;

    j = 0;

    for (i = 0; i <= cut->nranges; i++) {
        range = i < cut->nranges ? &cut->ranges[i] : NULL;
        memoized = 0;

        for ( /* void */ ; j < cut->trace.nevents; j++) {
            event = &cut->trace.events[j];

            if (range != NULL && event->pos >= range->end) {
                break;
            }

            if (range != NULL && event->pos >= range->start) {
                memoized += (event->use == NSESS_PICKLE_USE_MEMOIZE);

            } else if (event->use == NSESS_PICKLE_USE_NONE) {
                nsess_pickle_cut_copy(cut, event->pos,
                                      event->pos + NSESS_PICKLE_FRAME_LEN);
            }
        }

        if (range != NULL) {
            nsess_pickle_cut_copy(cut, range->start, range->end);
            nsess_pickle_cut_fill(cut, memoized);
        }
    }

    nsess_pickle_cut_copy(cut, (uint32_t) cut->data.len - 1,
                          (uint32_t) cut->data.len);
}


/* writes all bytes up to end, and leaves out those from end to next */

static void
nsess_pickle_cut_copy(nsess_pickle_cut_t *cut, uint32_t end, uint32_t next)
{
    nsess_write(cut->w, cut->copied,
                (size_t) (cut->data.data + end - cut->copied));

    cut->copied = cut->data.data + next;
}


/* makes as many entries that no GET reads, since MEMOIZE counts entries */

static void
nsess_pickle_cut_fill(nsess_pickle_cut_t *cut, size_t memoized)
{
    if (memoized == 0) {
        return;
    }

    nsess_write_char(cut->w, 'N');

    while (memoized-- > 0) {
        nsess_write_char(cut->w, NSESS_PICKLE_MEMOIZE);
    }

    nsess_write_char(cut->w, '0');
}
