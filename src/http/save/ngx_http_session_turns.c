/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The turns of saves: a tree of those that are first at some record, each
 * with a queue of those that wait for the same one.
 */


#include "ngx_http_session_turns.h"


static void ngx_http_session_begin_turn(ngx_rbtree_t *turns,
    ngx_http_session_turn_t *turn);
static uint32_t ngx_http_session_turn_hash(const ngx_session_key_t *key);


ngx_uint_t
ngx_http_session_take_turn(ngx_rbtree_t *turns, ngx_http_session_turn_t *turn,
    const ngx_session_key_t *key)
{
    ngx_str_node_t           *node;
    ngx_http_session_turn_t  *first;

    if (turn->first) {

        if (ngx_http_session_is_turn_of(turn, key)) {
            return 1;
        }

        /* the next record: the one before is done with */

        ngx_http_session_end_turn(turns, turn);
    }

    turn->key.len = key->len;
    ngx_memcpy(turn->key.data, key->data, key->len);

    turn->node.str.len = key->len;
    turn->node.str.data = turn->key.data;
    turn->node.node.key = ngx_http_session_turn_hash(key);

    node = ngx_str_rbtree_lookup(turns, &turn->node.str, turn->node.node.key);

    if (node != NULL) {
        first = (ngx_http_session_turn_t *) node;
        ngx_queue_insert_tail(&first->waiting, &turn->queue);
        return 0;
    }

    ngx_queue_init(&turn->waiting);
    ngx_http_session_begin_turn(turns, turn);

    return 1;
}


static void
ngx_http_session_begin_turn(ngx_rbtree_t *turns, ngx_http_session_turn_t *turn)
{
    turn->first = 1;

    ngx_queue_init(&turn->group);

    ngx_rbtree_insert(turns, &turn->node.node);
}


/* keys end in what is random: an id, or the HMAC of a subject */

static uint32_t
ngx_http_session_turn_hash(const ngx_session_key_t *key)
{
    uint32_t  hash;

    hash = 0;

    ngx_memcpy(&hash, key->data + key->len - ngx_min(key->len, sizeof(hash)),
               ngx_min(key->len, sizeof(hash)));

    return hash;
}


ngx_uint_t
ngx_http_session_is_turn_of(const ngx_http_session_turn_t *turn,
    const ngx_session_key_t *key)
{
    return turn->key.len == key->len
           && ngx_memcmp(turn->key.data, key->data, key->len) == 0;
}


void
ngx_http_session_part(ngx_http_session_turn_t *turn)
{
    if (ngx_queue_empty(&turn->group)) {
        return;
    }

    if (!ngx_queue_empty(&turn->waiting)) {
        ngx_queue_add(&turn->group, &turn->waiting);
        ngx_queue_init(&turn->waiting);
    }

    ngx_queue_add(&turn->waiting, &turn->group);
    ngx_queue_init(&turn->group);
}


void
ngx_http_session_end_turn(ngx_rbtree_t *turns, ngx_http_session_turn_t *turn)
{
    ngx_queue_t              *q;
    ngx_http_session_turn_t  *next;

    if (!turn->first) {
        return;
    }

    turn->first = 0;

    ngx_http_session_part(turn);
    ngx_rbtree_delete(turns, &turn->node.node);

    if (ngx_queue_empty(&turn->waiting)) {
        return;
    }

    q = ngx_queue_head(&turn->waiting);
    ngx_queue_remove(q);

    next = ngx_queue_data(q, ngx_http_session_turn_t, queue);

    ngx_queue_init(&next->waiting);

    if (!ngx_queue_empty(&turn->waiting)) {
        ngx_queue_add(&next->waiting, &turn->waiting);
    }

    ngx_http_session_begin_turn(turns, next);

    /* posted, since it may fail at once, and so may all behind it */

    ngx_post_event(&next->wake, &ngx_posted_events);
}
