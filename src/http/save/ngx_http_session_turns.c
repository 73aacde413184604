/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The turns of saves: a queue of those that are first at some record, each
 * with a queue of those that wait for the same one.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_turns.h"


static ngx_uint_t ngx_http_session_is_turn_of(ngx_http_session_turn_t *turn,
    const ngx_session_key_t *key);
static ngx_http_session_turn_t *ngx_http_session_turn_of(ngx_queue_t *turns,
    const ngx_session_key_t *key);


ngx_uint_t
ngx_http_session_take_turn(ngx_queue_t *turns, ngx_http_session_turn_t *turn,
    const ngx_session_key_t *key)
{
    ngx_http_session_turn_t  *first;

    if (turn->first) {

        if (ngx_http_session_is_turn_of(turn, key)) {
            return 1;
        }

        /* the next record: the one before is done with */

        ngx_http_session_end_turn(turns, turn);
    }

    turn->key = *key;

    first = ngx_http_session_turn_of(turns, key);

    if (first != NULL) {
        ngx_queue_insert_tail(&first->waiting, &turn->queue);
        return 0;
    }

    turn->first = 1;

    ngx_queue_init(&turn->waiting);
    ngx_queue_insert_tail(turns, &turn->queue);

    return 1;
}


static ngx_uint_t
ngx_http_session_is_turn_of(ngx_http_session_turn_t *turn,
    const ngx_session_key_t *key)
{
    return turn->key.len == key->len
           && ngx_memcmp(turn->key.data, key->data, key->len) == 0;
}


/* the one that is first at the record of the key */

static ngx_http_session_turn_t *
ngx_http_session_turn_of(ngx_queue_t *turns, const ngx_session_key_t *key)
{
    ngx_queue_t              *q;
    ngx_http_session_turn_t  *first;

    for (q = ngx_queue_head(turns);
         q != ngx_queue_sentinel(turns);
         q = ngx_queue_next(q))
    {
        first = ngx_queue_data(q, ngx_http_session_turn_t, queue);

        if (ngx_http_session_is_turn_of(first, key)) {
            return first;
        }
    }

    return NULL;
}


void
ngx_http_session_end_turn(ngx_queue_t *turns, ngx_http_session_turn_t *turn)
{
    ngx_queue_t              *q;
    ngx_http_session_turn_t  *next;

    if (!turn->first) {
        return;
    }

    turn->first = 0;

    ngx_queue_remove(&turn->queue);

    if (ngx_queue_empty(&turn->waiting)) {
        return;
    }

    q = ngx_queue_head(&turn->waiting);
    ngx_queue_remove(q);

    next = ngx_queue_data(q, ngx_http_session_turn_t, queue);
    next->first = 1;

    ngx_queue_init(&next->waiting);

    if (!ngx_queue_empty(&turn->waiting)) {
        ngx_queue_add(&next->waiting, &turn->waiting);
    }

    ngx_queue_insert_tail(turns, &next->queue);

    /* posted, since it may fail at once, and so may all behind it */

    ngx_post_event(&next->wake, &ngx_posted_events);
}
