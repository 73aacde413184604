/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A set of keys, each of which is found in constant time.  So one pass over a
 * record finds the values of any number of keys, or the members to change.
 */


#ifndef _NSESS_KEYSET_H_INCLUDED_
#define _NSESS_KEYSET_H_INCLUDED_


#include "nsess_change.h"


/* sets of so many keys need no malloc(): most requests change one or two */
#define NSESS_KEYSET_SMALL  8


/* the first value of the hash: FNV-1a, 32 bits; it may be computed in pieces */
#define NSESS_KEYSET_HASH  2166136261u


/* a value of an open record */
typedef struct {
    nsess_str_t     raw;        /* its bytes within the record (JSON) */
    size_t          node;       /* its place in the tree (pickle) */
} nsess_value_t;


typedef struct nsess_wanted_s  nsess_wanted_t;

struct nsess_wanted_s {
    nsess_str_t             key;
    uint32_t                hash;
    nsess_wanted_t         *next;   /* in the bucket */

    /* zeros at first; the set does not use them */

    const nsess_change_t   *first;  /* that sets the key */
    const nsess_change_t   *last;   /* that decides what it has */
    nsess_value_t           value;  /* if .found */
    unsigned                found:1;
};


/* must not be moved between init and done */
typedef struct {
    nsess_wanted_t         *keys;   /* in the order in which they were added */
    size_t                  n;
    nsess_wanted_t        **buckets;
    size_t                  mask;
    uint64_t                lens;   /* bit len % 64 of each key's len */
    void                   *data;   /* from malloc(); NULL: small */
    nsess_wanted_t          small[NSESS_KEYSET_SMALL];
    nsess_wanted_t         *small_buckets[2 * NSESS_KEYSET_SMALL];
} nsess_keyset_t;


#pragma GCC visibility push(hidden)


/* an empty set for up to max keys; NSESS_OK, or NSESS_ERROR: no memory */
nsess_rc_t nsess_keyset_init(nsess_keyset_t *keys, size_t max);

/* frees what init allocated; the keys' bytes are the caller's */
void nsess_keyset_done(nsess_keyset_t *keys);

/* the key of the set; it is added if it is not there yet */
nsess_wanted_t *nsess_keyset_add(nsess_keyset_t *keys, nsess_str_t key);

/* NULL: it is not in the set */
nsess_wanted_t *nsess_keyset_find(const nsess_keyset_t *keys, nsess_str_t key);

/*
 * Makes a set of the keys that a list sets or unsets behind its last CLEAR,
 * with .first and .last; *clear is that CLEAR, or NULL.  Returns as init.
 */
nsess_rc_t nsess_keyset_of_changes(nsess_keyset_t *keys,
    const nsess_change_t *changes, const nsess_change_t **clear);


#pragma GCC visibility pop


/* the first key of a bucket; the caller compares .hash and .key */

static inline nsess_wanted_t *
nsess_keyset_bucket(const nsess_keyset_t *keys, uint32_t hash)
{
    return keys->buckets[hash & keys->mask];
}


static inline uint32_t
nsess_keyset_hash(uint32_t hash, const uint8_t *data, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        hash = (hash ^ data[i]) * 16777619u;
    }

    return hash;
}


/* 0: no key of the set has this length; 1: a key may have it */

static inline int
nsess_keyset_has_len(const nsess_keyset_t *keys, size_t len)
{
    return (int) (keys->lens >> (len % 64)) & 1;
}


#endif /* _NSESS_KEYSET_H_INCLUDED_ */
