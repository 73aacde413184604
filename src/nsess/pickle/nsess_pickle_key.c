/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Finds the keys of dicts and sets that are equal as Python compares them.
 * Equal keys get the same number, wherever they are used, and are compared by
 * their numbers from then on.  A tuple is known by the numbers of its items,
 * which are nodes before it.  So all keys are read once, and all containers
 * are walked through once.
 */


#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_pickle_key.h"
#include "nsess_pickle_scalars.h"
#include "nsess_str.h"
#include "nsess_work.h"


/* a node that is to get a number */
#define NSESS_PICKLE_UNNUMBERED  UINT32_MAX

/*
 * A hash table of keys.  A key is looked for in so many places, of which at
 * most half is taken, so that only one key of 2^48 finds no place, unless the
 * keys are made on purpose.  Then the record is refused.
 */
#define NSESS_PICKLE_PLACES_MIN  16
#define NSESS_PICKLE_PLACES      2      /* for each key */
#define NSESS_PICKLE_KEY_PROBES  48

/*
 * So many bytes of keys are looked at for each byte of the record: a key in
 * the record and in the arena, twice each, since one that is in the table
 * already is compared after it was hashed
 */
#define NSESS_PICKLE_KEY_BYTES  (2 * (1 + NSESS_PICKLE_ARENA_MAX))

/* 2^64 divided by the golden ratio: an odd number without any pattern */
#define NSESS_PICKLE_MIX  0x9e3779b97f4a7c15u

/* 2^63 as a double: only smaller numbers fit an int64_t */
#define NSESS_PICKLE_INT64_END  9223372036854775808.0


/* what a key is equal to: at most to keys of the same rank */
typedef enum {
    NSESS_PICKLE_RANK_INT = 0,
    NSESS_PICKLE_RANK_FLOAT,
    NSESS_PICKLE_RANK_LONG,
    NSESS_PICKLE_RANK_TEXT,
    NSESS_PICKLE_RANK_STR8,
    NSESS_PICKLE_RANK_BYTES,
    NSESS_PICKLE_RANK_TUPLE,
    NSESS_PICKLE_RANK_SELF      /* at most to itself */
} nsess_pickle_rank_e;


typedef struct {
    nsess_pickle_rank_e    rank;
    uint64_t               bits;        /* of a number; or a length */
} nsess_pickle_class_t;


typedef struct {
    uint32_t               hash;
    uint32_t               node;        /* 0: the place is free */
} nsess_pickle_place_t;


/* the container that had a key last, and the last link of its pair or item */
typedef struct {
    uint32_t               container;
    uint32_t               end;
} nsess_pickle_seen_t;


typedef struct {
    nsess_pickle_tree_t   *tree;
    uint32_t              *numbers;     /* of nodes, from 1 on */
    nsess_pickle_seen_t   *seen;        /* by number */
    uint32_t               n;           /* of numbers */
    size_t                 bytes;       /* that may still be looked at */
    nsess_pickle_place_t  *places;
    size_t                 mask;
} nsess_pickle_keys_t;


static nsess_rc_t nsess_pickle_keys_unique(nsess_pickle_keys_t *keys,
    nsess_error_e *code);
static uint32_t nsess_pickle_key_step(const nsess_pickle_node_t *node);
static size_t nsess_pickle_keys_mark(nsess_pickle_keys_t *keys);
static size_t nsess_pickle_keys_mark_in(nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *node, uint32_t step);
static nsess_rc_t nsess_pickle_keys_room(nsess_pickle_keys_t *keys, size_t n);
static nsess_rc_t nsess_pickle_keys_number(nsess_pickle_keys_t *keys,
    uint32_t id);
static nsess_pickle_class_t nsess_pickle_class(nsess_pickle_node_t *node);
static nsess_rc_t nsess_pickle_keys_spend(nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *key);
static uint32_t nsess_pickle_keys_hash(const nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *node, nsess_pickle_class_t class);
static int nsess_pickle_keys_equal(const nsess_pickle_keys_t *keys,
    uint32_t one, uint32_t two);
static int nsess_pickle_keys_same(const nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *one, const nsess_pickle_node_t *two);
static uint64_t nsess_pickle_mix(uint64_t hash, uint64_t n);
static uint64_t nsess_pickle_mix_bytes(uint64_t hash, nsess_str_t str);
static void nsess_pickle_unique_in(nsess_pickle_keys_t *keys,
    uint32_t container, uint32_t step);


nsess_rc_t
nsess_pickle_unique(nsess_pickle_tree_t *tree, nsess_error_e *code)
{
    nsess_rc_t           rc;
    nsess_pickle_keys_t  keys;

    memset(&keys, 0, sizeof(nsess_pickle_keys_t));

    keys.tree = tree;
    keys.bytes = NSESS_PICKLE_KEY_BYTES * tree->size;

    rc = nsess_pickle_keys_unique(&keys, code);

    free(keys.numbers);
    free(keys.seen);
    free(keys.places);

    return rc;
}


static nsess_rc_t
nsess_pickle_keys_unique(nsess_pickle_keys_t *keys, nsess_error_e *code)
{
    size_t    n;
    uint32_t  i, step;

    *code = NSESS_E_MEMORY;

    keys->numbers = calloc(keys->tree->nnodes, sizeof(uint32_t));

    if (keys->numbers == NULL) {
        return NSESS_ERROR;
    }

    n = nsess_pickle_keys_mark(keys);

    if (n == 0) {
        return NSESS_OK;
    }

    if (nsess_pickle_keys_room(keys, n) != NSESS_OK) {
        return NSESS_ERROR;
    }

    *code = NSESS_E_BUDGET;

    for (i = 1; i < keys->tree->nnodes; i++) {
        if (keys->numbers[i] == NSESS_PICKLE_UNNUMBERED
            && nsess_pickle_keys_number(keys, i) != NSESS_OK)
        {
            return NSESS_ERROR;
        }
    }

    for (i = 1; i < keys->tree->nnodes; i++) {
        step = nsess_pickle_key_step(&keys->tree->nodes[i]);

        if (step != 0) {
            nsess_pickle_unique_in(keys, i, step);
        }
    }

    return NSESS_OK;
}


/* links from a key to the next one; 0 if no two keys can be equal */

static uint32_t
nsess_pickle_key_step(const nsess_pickle_node_t *node)
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


/* marks the nodes that need a number: keys, and the items of key tuples */

static size_t
nsess_pickle_keys_mark(nsess_pickle_keys_t *keys)
{
    size_t                      n;
    uint32_t                    i, step;
    const nsess_pickle_node_t  *node;

    n = 0;

    for (i = 1; i < keys->tree->nnodes; i++) {
        node = &keys->tree->nodes[i];
        step = nsess_pickle_key_step(node);

        if (step != 0) {
            n += nsess_pickle_keys_mark_in(keys, node, step);
        }
    }

    /* the items of a tuple are made before it */

    for (i = (uint32_t) keys->tree->nnodes - 1; n != 0 && i != 0; i--) {
        node = &keys->tree->nodes[i];

        if (keys->numbers[i] != 0 && node->kind == NSESS_PICKLE_TUPLE) {
            n += nsess_pickle_keys_mark_in(keys, node, 1);
        }
    }

    nsess_work(2 * keys->tree->nnodes);

    return n;
}


/* returns the number of nodes that were not marked before */

static size_t
nsess_pickle_keys_mark_in(nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *node, uint32_t step)
{
    size_t    n;
    uint32_t  link, key;

    n = 0;
    link = node->u.links.first;

    nsess_work(node->len);

    while (link != 0) {
        key = nsess_pickle_next(keys->tree, &link);

        n += (keys->numbers[key] == 0);
        keys->numbers[key] = NSESS_PICKLE_UNNUMBERED;

        if (step == 2) {
            link = keys->tree->links[link].next;
        }
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


/* NSESS_ERROR: the key finds no place, or too many bytes were looked at */

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

    if (nsess_pickle_keys_spend(keys, node) != NSESS_OK) {
        return NSESS_ERROR;
    }

    hash = nsess_pickle_keys_hash(keys, node, class);
    i = hash & keys->mask;

    for (n = 1; n <= NSESS_PICKLE_KEY_PROBES; n++) {
        nsess_work(1);

        place = &keys->places[i];

        if (place->node == 0) {
            place->hash = hash;
            place->node = id;
            keys->numbers[id] = ++keys->n;
            return NSESS_OK;
        }

        if (place->hash == hash) {

            if (nsess_pickle_keys_spend(keys, node) != NSESS_OK) {
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


static nsess_pickle_class_t
nsess_pickle_class(nsess_pickle_node_t *node)
{
    double                x;
    nsess_pickle_class_t  class;

    class.rank = NSESS_PICKLE_RANK_SELF;
    class.bits = node->len;

    switch (node->kind) {

    case NSESS_PICKLE_TRUE:
    case NSESS_PICKLE_FALSE:
        class.rank = NSESS_PICKLE_RANK_INT;
        class.bits = (node->kind == NSESS_PICKLE_TRUE);
        break;

    case NSESS_PICKLE_INT:
        class.rank = NSESS_PICKLE_RANK_INT;
        class.bits = (uint64_t) node->u.integer;
        break;

    case NSESS_PICKLE_LONG:
        class.rank = NSESS_PICKLE_RANK_LONG;
        break;

    case NSESS_PICKLE_FLOAT:
        x = node->u.real;

        if (x >= -NSESS_PICKLE_INT64_END && x < NSESS_PICKLE_INT64_END
            && (double) (int64_t) x == x)
        {
            class.rank = NSESS_PICKLE_RANK_INT;
            class.bits = (uint64_t) (int64_t) x;

        } else if (!isnan(x)) {
            class.rank = NSESS_PICKLE_RANK_FLOAT;
            memcpy(&class.bits, &x, sizeof(double));
        }

        break;

    case NSESS_PICKLE_STR:
        class.rank = NSESS_PICKLE_RANK_TEXT;
        break;

    case NSESS_PICKLE_STR8:
        class.rank = nsess_pickle_node_is_ascii(node)
                     ? NSESS_PICKLE_RANK_TEXT : NSESS_PICKLE_RANK_STR8;
        break;

    case NSESS_PICKLE_BYTES:
        class.rank = NSESS_PICKLE_RANK_BYTES;
        break;

    case NSESS_PICKLE_TUPLE:
        class.rank = NSESS_PICKLE_RANK_TUPLE;
        break;
    }

    return class;
}


int
nsess_pickle_node_is_ascii(nsess_pickle_node_t *node)
{
    if (!(node->flags & (NSESS_PICKLE_ASCII | NSESS_PICKLE_NOT_ASCII))) {
        node->flags |= nsess_pickle_is_ascii(nsess_pickle_str(node))
                       ? NSESS_PICKLE_ASCII : NSESS_PICKLE_NOT_ASCII;
    }

    return (node->flags & NSESS_PICKLE_ASCII) != 0;
}


/*
 * Strings may share their bytes, as the results of calls with the same text
 * do.  No pickler writes them, but keys made so could take too long to read.
 */

static nsess_rc_t
nsess_pickle_keys_spend(nsess_pickle_keys_t *keys,
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
    uint32_t  link, item;
    uint64_t  hash;

    link = node->u.links.first;

    /* tuples in tuples have numbers in a row, and places in a row, too */

    if (class.rank == NSESS_PICKLE_RANK_TUPLE && node->len == 1) {
        return NSESS_PICKLE_PLACES
               * keys->numbers[keys->tree->links[link].node];
    }

    hash = nsess_pickle_mix(NSESS_PICKLE_MIX, class.rank);
    hash = nsess_pickle_mix(hash, class.bits);

    switch (class.rank) {

    case NSESS_PICKLE_RANK_INT:
    case NSESS_PICKLE_RANK_FLOAT:
        break;

    case NSESS_PICKLE_RANK_TUPLE:
        nsess_work(node->len);

        while (link != 0) {
            item = nsess_pickle_next(keys->tree, &link);
            hash = nsess_pickle_mix(hash, keys->numbers[item]);
        }

        break;

    default:
        hash = nsess_pickle_mix_bytes(hash, nsess_pickle_str(node));
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

    if (a.rank != b.rank || a.bits != b.bits) {
        return 0;
    }

    switch (a.rank) {

    case NSESS_PICKLE_RANK_INT:
    case NSESS_PICKLE_RANK_FLOAT:
        return 1;

    case NSESS_PICKLE_RANK_TUPLE:
        return nsess_pickle_keys_same(keys, x, y);

    default:
        nsess_work(x->len);
        return nsess_str_equal(nsess_pickle_str(x), nsess_pickle_str(y));
    }
}


/* two tuples of one length */

static int
nsess_pickle_keys_same(const nsess_pickle_keys_t *keys,
    const nsess_pickle_node_t *one, const nsess_pickle_node_t *two)
{
    uint32_t  a, b, x, y;

    a = one->u.links.first;
    b = two->u.links.first;

    while (a != 0) {
        nsess_work(1);

        x = nsess_pickle_next(keys->tree, &a);
        y = nsess_pickle_next(keys->tree, &b);

        if (keys->numbers[x] != keys->numbers[y]) {
            return 0;
        }
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
nsess_pickle_mix_bytes(uint64_t hash, nsess_str_t str)
{
    uint64_t  part;

    nsess_work(str.len);

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
    uint32_t              link, last, end, next;
    nsess_pickle_link_t  *links;
    nsess_pickle_node_t  *node;
    nsess_pickle_seen_t  *seen;

    links = keys->tree->links;
    node = &keys->tree->nodes[container];
    link = node->u.links.first;
    last = 0;

    nsess_work(node->len);

    while (link != 0) {
        end = step == 2 ? links[link].next : link;
        next = links[end].next;
        seen = &keys->seen[keys->numbers[links[link].node]];

        if (seen->container != container) {
            seen->container = container;
            seen->end = end;
            last = end;

        } else {

            /* the first key is new, so that a link is before this one */

            if (step == 2) {
                links[seen->end].node = links[end].node;
            }

            links[last].next = next;
            node->len -= step;
        }

        link = next;
    }

    node->u.links.last = last;
}
