/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Writes values of a tree as a pickle, with all that they hold.  What is
 * reached more than once is kept in the memo and fetched from there, so that a
 * list in two places stays one list; what is short and cannot change is
 * written again instead.
 */


#include <stdlib.h>

#include "nsess_codec.h"
#include "nsess_pickle_write.h"
#include "nsess_work.h"


/* only longer strings are fetched: a PUT and a GET have up to 5 bytes each */
#define NSESS_PICKLE_REPEAT_MAX  16

/* bits of a node in .uses, beside the number of its uses */
#define NSESS_PICKLE_KEPT        0x80000000u    /* .uses is its number in the
                                                   memo from now on */
#define NSESS_PICKLE_WRITING     0x40000000u    /* it is opened, not closed */


typedef struct {
    uint32_t               id;
    uint32_t               link;
    uint32_t               left;
} nsess_pickle_level_t;


typedef struct {
    size_t                 depth;
    nsess_pickle_level_t   levels[NSESS_DEPTH_MAX];
} nsess_pickle_walk_t;


static nsess_rc_t nsess_pickle_dump_value(nsess_pickle_output_t *out,
    nsess_pickle_walk_t *walk, uint32_t id);
static nsess_rc_t nsess_pickle_dump_scalar(nsess_pickle_output_t *out,
    const nsess_pickle_node_t *node);
static nsess_rc_t nsess_pickle_dump_open(nsess_pickle_output_t *out,
    nsess_pickle_walk_t *walk, uint32_t id);
static void nsess_pickle_dump_close(nsess_pickle_output_t *out,
    nsess_pickle_walk_t *walk);
static void nsess_pickle_dump_end(nsess_pickle_output_t *out,
    nsess_pickle_walk_t *walk);
static int nsess_pickle_is_kept(const nsess_pickle_node_t *node);


nsess_rc_t
nsess_pickle_dump_count(nsess_pickle_output_t *out, uint32_t id)
{
    size_t                      n, alloc;
    uint32_t                    link, item, *stack, *more;
    const nsess_pickle_node_t  *node;

    if (out->uses[id]++ != 0
        || !nsess_pickle_is_container(&out->tree->nodes[id]))
    {
        return NSESS_OK;
    }

    alloc = 0;
    stack = nsess_pickle_room(NULL, &alloc, 1, SIZE_MAX, sizeof(uint32_t));

    if (stack == NULL) {
        return NSESS_ERROR;
    }

    n = 0;
    stack[n++] = id;

    while (n != 0) {
        node = &out->tree->nodes[stack[--n]];
        nsess_work(1 + node->len);

        more = nsess_pickle_room(stack, &alloc, n + node->len, SIZE_MAX,
                                 sizeof(uint32_t));

        if (more == NULL) {
            free(stack);
            return NSESS_ERROR;
        }

        stack = more;
        link = node->u.links.first;

        while (link != 0) {
            item = nsess_pickle_next(out->tree, &link);

            if (out->uses[item]++ == 0
                && nsess_pickle_is_container(&out->tree->nodes[item]))
            {
                stack[n++] = item;
            }
        }
    }

    free(stack);

    return NSESS_OK;
}


nsess_rc_t
nsess_pickle_dump(nsess_pickle_output_t *out, uint32_t id)
{
    uint32_t               item;
    nsess_pickle_walk_t    walk;
    nsess_pickle_level_t  *level;

    walk.depth = 0;

    if (nsess_pickle_dump_value(out, &walk, id) != NSESS_OK) {
        return NSESS_DECLINED;
    }

    while (walk.depth != 0 && out->w->error == NSESS_E_NONE) {
        level = &walk.levels[walk.depth - 1];

        if (level->left == 0) {
            nsess_pickle_dump_close(out, &walk);
            continue;
        }

        item = nsess_pickle_next(out->tree, &level->link);
        level->left--;

        if (nsess_pickle_dump_value(out, &walk, item) != NSESS_OK) {
            return NSESS_DECLINED;
        }
    }

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_dump_value(nsess_pickle_output_t *out, nsess_pickle_walk_t *walk,
    uint32_t id)
{
    const nsess_pickle_node_t  *node;

    node = &out->tree->nodes[id];

    nsess_work(1);

    if (out->uses[id] & NSESS_PICKLE_KEPT) {
        nsess_pickle_write_get(out, out->uses[id] & ~NSESS_PICKLE_KEPT);

    } else if (id == NSESS_PICKLE_NODE_EMPTY) {
        nsess_pickle_write_empty_tuple(out);

    } else if (nsess_pickle_is_container(node)) {
        return nsess_pickle_dump_open(out, walk, id);

    } else {

        if (nsess_pickle_dump_scalar(out, node) != NSESS_OK) {
            return NSESS_DECLINED;
        }

        nsess_pickle_dump_put(out, id);
    }

    nsess_pickle_dump_end(out, walk);

    return NSESS_OK;
}


static nsess_rc_t
nsess_pickle_dump_scalar(nsess_pickle_output_t *out,
    const nsess_pickle_node_t *node)
{
    /* numbers are in decimal */

    if (out->protocol == 0) {
        out->visits += nsess_pickle_cost(node);

        if (out->visits > nsess_pickle_visits_max(out->tree)) {
            return NSESS_DECLINED;
        }
    }

    return nsess_pickle_write_scalar(out, node);
}


static nsess_rc_t
nsess_pickle_dump_open(nsess_pickle_output_t *out, nsess_pickle_walk_t *walk,
    uint32_t id)
{
    nsess_pickle_level_t       *level;
    const nsess_pickle_node_t  *node;

    /* one level is that of the record */

    if (walk->depth == NSESS_DEPTH_MAX - 1
        || (out->uses[id] & NSESS_PICKLE_WRITING))
    {
        return NSESS_DECLINED;
    }

    node = &out->tree->nodes[id];
    level = &walk->levels[walk->depth++];

    level->id = id;
    level->link = node->u.links.first;
    level->left = node->len;

    nsess_pickle_write_open(out, node->kind);

    if (nsess_pickle_is_late(out, node->kind)) {
        out->uses[id] |= NSESS_PICKLE_WRITING;

    } else {
        nsess_pickle_dump_put(out, id);
    }

    nsess_pickle_write_mark(out, node->kind, node->len == 0);

    return NSESS_OK;
}


static void
nsess_pickle_dump_close(nsess_pickle_output_t *out, nsess_pickle_walk_t *walk)
{
    uint32_t                    id;
    const nsess_pickle_node_t  *node;

    id = walk->levels[--walk->depth].id;
    node = &out->tree->nodes[id];

    nsess_pickle_write_close(out, node->kind, node->len == 0);

    if (nsess_pickle_is_late(out, node->kind)) {
        out->uses[id] &= ~NSESS_PICKLE_WRITING;
        nsess_pickle_dump_put(out, id);
    }

    nsess_pickle_dump_end(out, walk);
}


/* a value is written, and with it an item, unless it is the key of a pair */

static void
nsess_pickle_dump_end(nsess_pickle_output_t *out, nsess_pickle_walk_t *walk)
{
    unsigned               kind;
    nsess_pickle_level_t  *level;

    if (walk->depth == 0) {
        return;
    }

    level = &walk->levels[walk->depth - 1];
    kind = out->tree->nodes[level->id].kind;

    if (kind != NSESS_PICKLE_DICT || level->left % 2 == 0) {
        nsess_pickle_write_item(out, kind);
    }
}


void
nsess_pickle_dump_put(nsess_pickle_output_t *out, uint32_t id)
{
    if (out->uses[id] < 2 || !nsess_pickle_is_kept(&out->tree->nodes[id])) {
        return;
    }

    nsess_pickle_write_put(out, out->puts);
    out->uses[id] = NSESS_PICKLE_KEPT | out->puts++;
}


static int
nsess_pickle_is_kept(const nsess_pickle_node_t *node)
{
    switch (node->kind) {

    case NSESS_PICKLE_LONG:
    case NSESS_PICKLE_STR:
    case NSESS_PICKLE_STR8:
    case NSESS_PICKLE_BYTES:
        return node->len > NSESS_PICKLE_REPEAT_MAX;

    case NSESS_PICKLE_BYTEARRAY:
        return 1;

    default:
        return nsess_pickle_is_container(node);
    }
}
