/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Pairs are cut out of a pickle that cannot be written anew.  The bytes from
 * a key's first opcode to its value's last one leave nothing on the stack;
 * what others need of them is in the memo.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle_codec.h"
#include "nsess_pickle_key.h"
#include "nsess_pickle_machine.h"
#include "nsess_work.h"


#define NSESS_PICKLE_FRAME      0x95
#define NSESS_PICKLE_FRAME_LEN  9

#define NSESS_PICKLE_MEMOIZE    0x94


/* bytes that go: [start, end) */
typedef struct {
    uint32_t               start;
    uint32_t               end;
} nsess_pickle_range_t;


typedef struct {
    nsess_pickle_trace_t   trace;
    nsess_pickle_range_t  *ranges;      /* sorted */
    size_t                 nranges;
    const uint8_t         *copied;      /* all before was written */
    const uint8_t         *start;
} nsess_pickle_cut_t;


static nsess_rc_t nsess_pickle_cut_run(nsess_pickle_cut_t *cut,
    const nsess_record_t *record, nsess_err_t *err);
static nsess_rc_t nsess_pickle_cut_choose(nsess_pickle_cut_t *cut,
    const nsess_record_t *record, const nsess_keyset_t *keys,
    nsess_err_t *err);
static nsess_rc_t nsess_pickle_cut_check(nsess_pickle_cut_t *cut,
    nsess_err_t *err);
static nsess_rc_t nsess_pickle_cut_refuse(nsess_err_t *err, size_t pos);
static const nsess_pickle_range_t *nsess_pickle_cut_around(
    const nsess_pickle_cut_t *cut, uint32_t pos);
static void nsess_pickle_cut_write(nsess_pickle_cut_t *cut,
    nsess_str_t data, nsess_writer_t *w);
static void nsess_pickle_cut_copy(nsess_pickle_cut_t *cut, uint32_t end,
    uint32_t next, nsess_writer_t *w);
static void nsess_pickle_cut_fill(size_t memoized, nsess_writer_t *w);


nsess_rc_t
nsess_pickle_cut(const nsess_record_t *record, const nsess_keyset_t *keys,
    nsess_writer_t *w, nsess_err_t *err)
{
    nsess_rc_t          rc;
    nsess_pickle_cut_t  cut;

    memset(&cut, 0, sizeof(nsess_pickle_cut_t));

    rc = nsess_pickle_cut_run(&cut, record, err);

    if (rc == NSESS_OK) {
        rc = nsess_pickle_cut_choose(&cut, record, keys, err);
    }

    if (rc == NSESS_OK) {
        rc = nsess_pickle_cut_check(&cut, err);
    }

    if (rc == NSESS_OK) {
        nsess_pickle_cut_write(&cut, record->data, w);
    }

    nsess_pickle_trace_free(&cut.trace);
    free(cut.ranges);

    return rc;
}


/* the second run numbers the nodes as the first did */

static nsess_rc_t
nsess_pickle_cut_run(nsess_pickle_cut_t *cut, const nsess_record_t *record,
    nsess_err_t *err)
{
    nsess_rc_t                  rc;
    nsess_pickle_tree_t        *tree;
    const nsess_pickle_tree_t  *old;

    old = record->tree;
    tree = nsess_pickle_create(record->data.len);

    if (tree == NULL) {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    cut->trace.root = old->root;
    nsess_pickle_memo_init(&cut->trace.sources, record->data.len);

    rc = nsess_pickle_run(record->data, tree, &cut->trace, err);

    nsess_pickle_free(tree);

    return rc;
}


static nsess_rc_t
nsess_pickle_cut_choose(nsess_pickle_cut_t *cut, const nsess_record_t *record,
    const nsess_keyset_t *keys, nsess_err_t *err)
{
    size_t                      i;
    nsess_wanted_t             *wanted;
    nsess_pickle_pair_t        *pair;
    nsess_pickle_range_t       *range;
    const nsess_pickle_node_t  *key;
    const nsess_pickle_tree_t  *tree;

    tree = record->tree;

    /* there are pairs: one at least is removed */

    cut->ranges = calloc(cut->trace.npairs + 1, sizeof(nsess_pickle_range_t));

    if (cut->ranges == NULL) {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    for (i = 0; i < cut->trace.npairs; i++) {
        pair = &cut->trace.pairs[i];
        key = &tree->nodes[pair->key];

        if (key->kind != NSESS_PICKLE_STR && key->kind != NSESS_PICKLE_STR8) {
            continue;
        }

        wanted = nsess_keyset_find(keys, nsess_pickle_str(key));

        if (wanted == NULL || wanted->last->op != NSESS_CHANGE_UNSET) {
            continue;
        }

        /* a pair inside of a value: the record is a part of itself */

        if (cut->nranges != 0
            && pair->start < cut->ranges[cut->nranges - 1].end)
        {
            return nsess_pickle_cut_refuse(err, pair->start);
        }

        range = &cut->ranges[cut->nranges++];

        range->start = pair->start;
        range->end = pair->end + pair->single;
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_cut_check(nsess_pickle_cut_t *cut, nsess_err_t *err)
{
    int                          put, memoized;
    size_t                       i;
    const nsess_pickle_event_t  *event;

    put = 0;
    memoized = 0;

    if (cut->trace.strange) {
        return nsess_pickle_cut_refuse(err, cut->ranges[0].start);
    }

    for (i = 0; i < cut->trace.nevents; i++) {
        event = &cut->trace.events[i];

        switch (nsess_pickle_use(event->op)) {

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
                return nsess_pickle_cut_refuse(err, event->source);
            }

            break;

        default:
            break;
        }
    }

    /* then numbers that MEMOIZE counts would change */

    if (put && memoized) {
        return nsess_pickle_cut_refuse(err, cut->ranges[0].start);
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_cut_refuse(nsess_err_t *err, size_t pos)
{
    err->code = NSESS_E_OPAQUE;
    err->pos = pos;

    return NSESS_ERROR;
}


/* the range that pos is in */

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
nsess_pickle_cut_write(nsess_pickle_cut_t *cut, nsess_str_t data,
    nsess_writer_t *w)
{
    size_t                       i, j, memoized;
    const nsess_pickle_range_t  *range;
    const nsess_pickle_event_t  *event;

    cut->start = data.data;
    cut->copied = data.data;

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
                memoized += (event->op == NSESS_PICKLE_MEMOIZE);

            } else if (event->op == NSESS_PICKLE_FRAME) {
                nsess_pickle_cut_copy(cut, event->pos,
                                      event->pos + NSESS_PICKLE_FRAME_LEN, w);
            }
        }

        if (range != NULL) {
            nsess_pickle_cut_copy(cut, range->start, range->end, w);
            nsess_pickle_cut_fill(memoized, w);
        }
    }

    nsess_pickle_cut_copy(cut, (uint32_t) data.len - 1, (uint32_t) data.len,
                          w);
}


/* what was not written yet up to end; the bytes up to next are left out */

static void
nsess_pickle_cut_copy(nsess_pickle_cut_t *cut, uint32_t end, uint32_t next,
    nsess_writer_t *w)
{
    nsess_write(w, cut->copied, (size_t) (cut->start + end - cut->copied));

    cut->copied = cut->start + next;
}


/* MEMOIZE counts: so many entries that nobody reads */

static void
nsess_pickle_cut_fill(size_t memoized, nsess_writer_t *w)
{
    if (memoized == 0) {
        return;
    }

    nsess_write_char(w, 'N');

    while (memoized-- > 0) {
        nsess_write_char(w, NSESS_PICKLE_MEMOIZE);
    }

    nsess_write_char(w, '0');
}
