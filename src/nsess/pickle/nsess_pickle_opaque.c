/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which values hold what is opaque.  Each node and each link is looked at
 * once, against the direction of the links: there may be cycles, and values
 * that are reached in many ways.
 */


#include <stdlib.h>

#include "nsess_pickle.h"
#include "nsess_work.h"


typedef struct {
    uint32_t  *begin;       /* of a node's holders; one more than nodes */
    uint32_t  *holders;
    uint32_t  *queue;
    uint8_t   *found;
} nsess_pickle_holders_t;


static nsess_rc_t nsess_pickle_holders_init(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree);
static void nsess_pickle_holders_free(nsess_pickle_holders_t *h);
static void nsess_pickle_holders_fill(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree);
static void nsess_pickle_holders_each(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree, int fill);
static void nsess_pickle_holders_spread(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree);


nsess_rc_t
nsess_pickle_count_opaque(const nsess_pickle_tree_t *tree, size_t *n)
{
    uint32_t                    i, link, key, value;
    nsess_pickle_holders_t      h;
    const nsess_pickle_node_t  *root;

    *n = 0;

    if (!tree->opaque) {
        return NSESS_OK;
    }

    if (nsess_pickle_holders_init(&h, tree) != NSESS_OK) {
        nsess_pickle_holders_free(&h);
        return NSESS_ERROR;
    }

    nsess_pickle_holders_fill(&h, tree);
    nsess_pickle_holders_spread(&h, tree);

    root = &tree->nodes[tree->root];
    link = root->u.links.first;

    for (i = 0; i < root->len; i += 2) {
        key = tree->links[link].node;
        link = tree->links[link].next;

        value = tree->links[link].node;
        link = tree->links[link].next;

        *n += (h.found[key] || h.found[value]);
    }

    nsess_pickle_holders_free(&h);

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_holders_init(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree)
{
    h->begin = calloc(tree->nnodes + 1, sizeof(uint32_t));
    h->holders = calloc(tree->nlinks, sizeof(uint32_t));
    h->queue = calloc(tree->nnodes, sizeof(uint32_t));
    h->found = calloc(tree->nnodes, 1);

    if (h->begin == NULL || h->holders == NULL || h->queue == NULL
        || h->found == NULL)
    {
        return NSESS_ERROR;
    }

    return NSESS_OK;
}


static void
nsess_pickle_holders_free(nsess_pickle_holders_t *h)
{
    free(h->begin);
    free(h->holders);
    free(h->queue);
    free(h->found);
}


/* counts the holders of each node, then sorts them by node */

static void
nsess_pickle_holders_fill(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree)
{
    size_t  i;

    nsess_pickle_holders_each(h, tree, 0);

    for (i = 1; i <= tree->nnodes; i++) {
        h->begin[i] += h->begin[i - 1];
    }

    /* each begin is an end now, and comes down */

    nsess_pickle_holders_each(h, tree, 1);
}


static void
nsess_pickle_holders_each(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree, int fill)
{
    size_t                      i;
    uint32_t                    j, link, item;
    const nsess_pickle_node_t  *node;

    nsess_work(tree->nnodes + tree->nlinks);

    for (i = 1; i < tree->nnodes; i++) {
        node = &tree->nodes[i];

        if (!nsess_pickle_is_container(node)) {
            continue;
        }

        link = node->u.links.first;

        for (j = 0; j < node->len; j++) {
            item = tree->links[link].node;
            link = tree->links[link].next;

            if (fill) {
                h->holders[--h->begin[item]] = (uint32_t) i;

            } else {
                h->begin[item]++;
            }
        }
    }
}


static void
nsess_pickle_holders_spread(nsess_pickle_holders_t *h,
    const nsess_pickle_tree_t *tree)
{
    size_t    head, tail, i;
    uint32_t  node, holder, j;

    tail = 0;

    for (i = 1; i < tree->nnodes; i++) {
        if (tree->nodes[i].kind == NSESS_PICKLE_OPAQUE
            || tree->nodes[i].kind == NSESS_PICKLE_GLOBAL)
        {
            h->found[i] = 1;
            h->queue[tail++] = (uint32_t) i;
        }
    }

    for (head = 0; head < tail; head++) {
        node = h->queue[head];
        nsess_work(1 + h->begin[node + 1] - h->begin[node]);

        for (j = h->begin[node]; j < h->begin[node + 1]; j++) {
            holder = h->holders[j];

            if (!h->found[holder]) {
                h->found[holder] = 1;
                h->queue[tail++] = holder;
            }
        }
    }
}
