/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Keys that are equal as Python has it.  A key is told from all others once,
 * wherever it is used: nodes of equal keys get the same number, by which they
 * are compared from then on.  A tuple is known by the numbers of its items,
 * which are nodes before it.  So the work is that of reading all keys once,
 * and of walking through all containers once.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_pickle_key.h"
#include "nsess_work.h"


/* a node that is a key, and has no number yet */
#define NSESS_PICKLE_KEY  UINT32_MAX

/*
 * A half of the places is taken at the most: one of 2^48 keys, if they are
 * not made on purpose, finds none in so many.  A record with such is refused.
 */
#define NSESS_PICKLE_PLACES_MIN  16
#define NSESS_PICKLE_PLACES      2      /* for a key */
#define NSESS_PICKLE_PROBES_MAX  48

/*
 * Of keys so many bytes are looked at for a byte of the record: each twice,
 * when it is there already, in the record and in the arena
 */
#define NSESS_PICKLE_KEY_BYTES  (2 * (1 + NSESS_PICKLE_ARENA_MAX))

/* 2^64 divided by the golden ratio: an odd number without any pattern */
#define NSESS_PICKLE_MIX  0x9e3779b97f4a7c15u


typedef struct {
    uint32_t               hash;
    uint32_t               node;        /* 0: not taken */
} nsess_pickle_place_t;


/* which container had a key last, and where */
typedef struct {
    uint32_t               container;
    uint32_t               link;
} nsess_pickle_seen_t;


typedef struct {
    nsess_pickle_tree_t   *tree;
    uint32_t              *numbers;     /* of nodes, from 1 on */
    nsess_pickle_seen_t   *seen;        /* by number */
    uint32_t               n;           /* of numbers */
    size_t                 bytes;       /* that may be looked at still */
    nsess_pickle_place_t  *places;
    size_t                 mask;
} nsess_pickle_keys_t;


static uint32_t nsess_pickle_step_of(const nsess_pickle_node_t *node);
static size_t nsess_pickle_keys_mark(nsess_pickle_keys_t *keys);
static size_t nsess_pickle_keys_mark_in(nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *node, uint32_t step);
static nsess_rc_t nsess_pickle_keys_room(nsess_pickle_keys_t *keys, size_t n);
static nsess_rc_t nsess_pickle_keys_number(nsess_pickle_keys_t *keys,
    uint32_t id);
static nsess_rc_t nsess_pickle_keys_read(nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *key);
static uint32_t nsess_pickle_keys_hash(const nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *node, nsess_pickle_class_t class);
static int nsess_pickle_keys_equal(const nsess_pickle_keys_t *keys,
    uint32_t one, uint32_t two);
static int nsess_pickle_keys_same(const nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *one, const nsess_pickle_node_t *two);
static uint64_t nsess_pickle_mix(uint64_t hash, uint64_t n);
static uint64_t nsess_pickle_mix_str(uint64_t hash, nsess_str_t str);
static void nsess_pickle_unique_in(nsess_pickle_keys_t *keys,
    uint32_t container, uint32_t step);
static void nsess_pickle_unlink(nsess_pickle_tree_t *tree,
    nsess_pickle_node_t *node, uint32_t step);


nsess_rc_t
nsess_pickle_unique(nsess_pickle_tree_t *tree, nsess_error_e *code)
{
    size_t               n;
    uint32_t             i, step;
    nsess_rc_t           rc;
    nsess_pickle_keys_t  keys;

    memset(&keys, 0, sizeof(nsess_pickle_keys_t));

    keys.tree = tree;
    keys.bytes = NSESS_PICKLE_KEY_BYTES * tree->size;

    keys.numbers = calloc(tree->nnodes, sizeof(uint32_t));

    if (keys.numbers == NULL) {
        *code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    n = nsess_pickle_keys_mark(&keys);

    rc = n != 0 ? nsess_pickle_keys_room(&keys, n) : NSESS_OK;

    if (rc != NSESS_OK) {
        *code = NSESS_E_MEMORY;
    }

    for (i = 1; n != 0 && rc == NSESS_OK && i < tree->nnodes; i++) {
        if (keys.numbers[i] == NSESS_PICKLE_KEY) {
            *code = NSESS_E_BUDGET;
            rc = nsess_pickle_keys_number(&keys, i);
        }
    }

    for (i = 1; n != 0 && rc == NSESS_OK && i < tree->nnodes; i++) {
        step = nsess_pickle_step_of(&tree->nodes[i]);

        if (step != 0) {
            nsess_pickle_unique_in(&keys, i, step);
        }
    }

    free(keys.numbers);
    free(keys.seen);
    free(keys.places);

    return rc;
}


/* from a key to the next one; 0: no keys of which two could be equal */

static uint32_t
nsess_pickle_step_of(const nsess_pickle_node_t *node)
{
    switch (node->kind) {

    case NSESS_PICKLE_DICT:
        return node->len > 2 ? 2 : 0;

    case NSESS_PICKLE_SET:
    case NSESS_PICKLE_FROZENSET:
        return node->len > 1 ? 1 : 0;

    default:
        return 0;
    }
}


/* the nodes that need a number: keys, and what is in tuples that are */

static size_t
nsess_pickle_keys_mark(nsess_pickle_keys_t *keys)
{
    size_t                      n;
    uint32_t                    i, step;
    const nsess_pickle_node_t  *node;

    n = 0;

    for (i = 1; i < keys->tree->nnodes; i++) {
        node = &keys->tree->nodes[i];
        step = nsess_pickle_step_of(node);

        if (step != 0) {
            n += nsess_pickle_keys_mark_in(keys, node, step);
        }
    }

    /* a tuple is made of what is there already */

    for (i = (uint32_t) keys->tree->nnodes - 1; n != 0 && i != 0; i--) {
        node = &keys->tree->nodes[i];

        if (keys->numbers[i] != 0 && node->kind == NSESS_PICKLE_TUPLE) {
            n += nsess_pickle_keys_mark_in(keys, node, 1);
        }
    }

    nsess_work(2 * keys->tree->nnodes);

    return n;
}


/* the number of nodes that were not marked before */

static size_t
nsess_pickle_keys_mark_in(nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *node, uint32_t step)
{
    size_t                n;
    uint32_t              i, link, key;
    nsess_pickle_link_t  *links;

    n = 0;
    links = keys->tree->links;
    link = node->u.links.first;

    nsess_work(node->len);

    for (i = 0; i < node->len; i += step) {
        key = links[link].node;

        n += (keys->numbers[key] == 0);
        keys->numbers[key] = NSESS_PICKLE_KEY;

        link = step == 2 ? links[links[link].next].next : links[link].next;
    }

    return n;
}


static nsess_rc_t
nsess_pickle_keys_room(nsess_pickle_keys_t *keys, size_t n)
{
    size_t  size;

    for (size = NSESS_PICKLE_PLACES_MIN; size < NSESS_PICKLE_PLACES * n;
         size *= 2)
    {
        nsess_work(1);
    }

    keys->places = calloc(size, sizeof(nsess_pickle_place_t));
    keys->mask = size - 1;

    keys->seen = calloc(n + 1, sizeof(nsess_pickle_seen_t));

    return keys->places != NULL && keys->seen != NULL ? NSESS_OK : NSESS_ERROR;
}


/* NSESS_ERROR: it finds no place, or is too long */

static nsess_rc_t
nsess_pickle_keys_number(nsess_pickle_keys_t *keys, uint32_t id)
{
    size_t                 i, n;
    uint32_t               hash;
    nsess_pickle_node_t   *node;
    nsess_pickle_class_t   class;
    nsess_pickle_place_t  *place;

    node = &keys->tree->nodes[id];
    class = nsess_pickle_class(node);

    if (class.rank == NSESS_PICKLE_RANK_SELF) {
        keys->numbers[id] = ++keys->n;
        return NSESS_OK;
    }

    if (nsess_pickle_keys_read(keys, node) != NSESS_OK) {
        return NSESS_ERROR;
    }

    hash = nsess_pickle_keys_hash(keys, node, class);
    i = hash & keys->mask;

    for (n = 1; n <= NSESS_PICKLE_PROBES_MAX; n++) {
        nsess_work(1);

        place = &keys->places[i];

        if (place->node == 0) {
            place->hash = hash;
            place->node = id;
            keys->numbers[id] = ++keys->n;
            return NSESS_OK;
        }

        if (place->hash == hash) {

            if (nsess_pickle_keys_read(keys, node) != NSESS_OK) {
                return NSESS_ERROR;
            }

            if (nsess_pickle_keys_equal(keys, place->node, id)) {
                keys->numbers[id] = keys->numbers[place->node];
                return NSESS_OK;
            }
        }

        i = (i + n) & keys->mask;
    }

    return NSESS_ERROR;
}


/*
 * Strings may share their bytes: such as the results of a call that are made
 * of one text again and again.  No pickler writes them.
 */

static nsess_rc_t
nsess_pickle_keys_read(nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *key)
{
    if (key->len > keys->bytes) {
        return NSESS_ERROR;
    }

    keys->bytes -= key->len;

    return NSESS_OK;
}


static uint32_t
nsess_pickle_keys_hash(const nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *node, nsess_pickle_class_t class)
{
    double    x;
    uint32_t  i, link;
    uint64_t  hash, bits;

    /* what is nested deep is near to each other, and so are its places */

    if (class.rank == NSESS_PICKLE_RANK_TUPLE && node->len == 1) {
        link = node->u.links.first;
        return NSESS_PICKLE_PLACES
               * keys->numbers[keys->tree->links[link].node];
    }

    hash = nsess_pickle_mix(NSESS_PICKLE_MIX, class.rank);

    switch (class.rank) {

    case NSESS_PICKLE_RANK_INT:
        hash = nsess_pickle_mix(hash, (uint64_t) class.integer);
        break;

    case NSESS_PICKLE_RANK_FLOAT:
        x = node->u.real;
        memcpy(&bits, &x, sizeof(double));
        hash = nsess_pickle_mix(hash, bits);
        break;

    case NSESS_PICKLE_RANK_TUPLE:
        link = node->u.links.first;

        nsess_work(node->len);

        for (i = 0; i < node->len; i++) {
            hash = nsess_pickle_mix(hash,
                               keys->numbers[keys->tree->links[link].node]);
            link = keys->tree->links[link].next;
        }

        break;

    default:
        hash = nsess_pickle_mix_str(hash, nsess_pickle_str(node));
    }

    return (uint32_t) (hash >> 32);
}


static int
nsess_pickle_keys_equal(const nsess_pickle_keys_t *keys, uint32_t one,
    uint32_t two)
{
    nsess_pickle_node_t   *x, *y;
    nsess_pickle_class_t   a, b;

    x = &keys->tree->nodes[one];
    y = &keys->tree->nodes[two];

    a = nsess_pickle_class(x);
    b = nsess_pickle_class(y);

    if (a.rank != b.rank) {
        return 0;
    }

    switch (a.rank) {

    case NSESS_PICKLE_RANK_INT:
        return a.integer == b.integer;

    case NSESS_PICKLE_RANK_FLOAT:
        return x->u.real == y->u.real;

    case NSESS_PICKLE_RANK_TUPLE:
        return x->len == y->len && nsess_pickle_keys_same(keys, x, y);

    default:
        nsess_work(x->len);
        return x->len == y->len
               && (x->len == 0 || memcmp(x->u.data, y->u.data, x->len) == 0);
    }
}


/* two tuples of one length */

static int
nsess_pickle_keys_same(const nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *one, const nsess_pickle_node_t *two)
{
    uint32_t              i, a, b;
    nsess_pickle_link_t  *links;

    links = keys->tree->links;
    a = one->u.links.first;
    b = two->u.links.first;

    for (i = 0; i < one->len; i++) {
        nsess_work(1);

        if (keys->numbers[links[a].node] != keys->numbers[links[b].node]) {
            return 0;
        }

        a = links[a].next;
        b = links[b].next;
    }

    return 1;
}


static uint64_t
nsess_pickle_mix(uint64_t hash, uint64_t n)
{
    hash = (hash ^ n) * NSESS_PICKLE_MIX;

    return hash ^ hash >> 32;
}


static uint64_t
nsess_pickle_mix_str(uint64_t hash, nsess_str_t str)
{
    uint64_t  part;

    nsess_work(str.len);

    hash = nsess_pickle_mix(hash, str.len);

    while (str.len >= sizeof(uint64_t)) {
        memcpy(&part, str.data, sizeof(uint64_t));
        hash = nsess_pickle_mix(hash, part);

        str.data += sizeof(uint64_t);
        str.len -= sizeof(uint64_t);
    }

    part = 0;

    while (str.len != 0) {
        part = part << 8 | str.data[--str.len];
    }

    return nsess_pickle_mix(hash, part);
}


static void
nsess_pickle_unique_in(nsess_pickle_keys_t *keys, uint32_t container,
    uint32_t step)
{
    uint32_t              i, link, first, key, gone;
    nsess_pickle_link_t  *links;
    nsess_pickle_node_t  *node;

    links = keys->tree->links;
    node = &keys->tree->nodes[container];
    link = node->u.links.first;
    gone = 0;

    nsess_work(node->len);

    for (i = 0; i < node->len; i += step) {
        key = keys->numbers[links[link].node];

        if (keys->seen[key].container != container) {
            keys->seen[key].container = container;
            keys->seen[key].link = link;

        } else {

            if (step == 2) {
                first = keys->seen[key].link;
                links[links[first].next].node =
                    links[links[link].next].node;
            }

            links[link].node = 0;
            gone++;
        }

        link = step == 2 ? links[links[link].next].next : links[link].next;
    }

    if (gone != 0) {
        nsess_pickle_unlink(keys->tree, node, step);
    }
}


/* takes out what has no key any more; the first one always has */

static void
nsess_pickle_unlink(nsess_pickle_tree_t *tree, nsess_pickle_node_t *node,
    uint32_t step)
{
    uint32_t              i, n, link, next, last;
    nsess_pickle_link_t  *links;

    links = tree->links;
    link = node->u.links.first;
    last = 0;
    n = node->len;

    nsess_work(n);

    for (i = 0; i < n; i += step) {
        next = step == 2 ? links[link].next : link;

        if (links[link].node == 0) {
            node->len -= step;

        } else {

            if (last != 0) {
                links[last].next = link;
            }

            last = next;
        }

        link = links[next].next;
    }

    links[last].next = 0;
    node->u.links.last = last;
}
