/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The turns of saves: those that are first at some record, in lists by what
 * their keys end in, each with a queue of those that wait for the same record.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_turns.h"


static ngx_http_session_turn_t *ngx_http_session_first_at(ngx_queue_t *turns,
    const ngx_session_key_t *key);
static void ngx_http_session_begin_turn(ngx_queue_t *turns,
    ngx_http_session_turn_t *turn);
static ngx_uint_t ngx_http_session_turn_list(const ngx_session_key_t *key);


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

        ngx_http_session_end_turn(turn);
    }

    turn->key.len = key->len;
    ngx_memcpy(turn->key.data, key->data, key->len);

    turns += ngx_http_session_turn_list(key);

    first = ngx_http_session_first_at(turns, key);

    if (first != NULL) {
        ngx_queue_insert_tail(&first->waiting, &turn->queue);
        return 0;
    }

    ngx_queue_init(&turn->waiting);
    ngx_http_session_begin_turn(turns, turn);

    return 1;
}


static ngx_http_session_turn_t *
ngx_http_session_first_at(ngx_queue_t *turns, const ngx_session_key_t *key)
{
    ngx_queue_t              *q;
    ngx_http_session_turn_t  *turn;

    for (q = ngx_queue_head(turns);
         q != ngx_queue_sentinel(turns);
         q = ngx_queue_next(q))
    {
        turn = ngx_queue_data(q, ngx_http_session_turn_t, queue);

        if (ngx_http_session_is_turn_of(turn, key)) {
            return turn;
        }
    }

    return NULL;
}


static void
ngx_http_session_begin_turn(ngx_queue_t *turns, ngx_http_session_turn_t *turn)
{
    turn->first = 1;

    ngx_queue_init(&turn->group);
    ngx_queue_insert_tail(turns, &turn->queue);
}


/* keys end in what is random: an id, or the HMAC of a subject */

static ngx_uint_t
ngx_http_session_turn_list(const ngx_session_key_t *key)
{
    uint32_t  hash;

    if (key->len < sizeof(hash)) {
        return 0;
    }

    ngx_memcpy(&hash, key->data + key->len - sizeof(hash), sizeof(hash));

    /* Knuth's multiplier: the bits of characters are not even */

    hash *= 2654435761u;

    return (ngx_uint_t) (((uint64_t) hash * NGX_HTTP_SESSION_TURNS) >> 32);
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
ngx_http_session_end_turn(ngx_http_session_turn_t *turn)
{
    ngx_queue_t              *q;
    ngx_http_session_turn_t  *next;

    if (!turn->first) {
        return;
    }

    turn->first = 0;

    ngx_http_session_part(turn);

    if (ngx_queue_empty(&turn->waiting)) {
        ngx_queue_remove(&turn->queue);
        return;
    }

    /* the next one has its place in the list */

    q = ngx_queue_head(&turn->waiting);
    ngx_queue_remove(q);

    next = ngx_queue_data(q, ngx_http_session_turn_t, queue);

    ngx_queue_init(&next->waiting);

    if (!ngx_queue_empty(&turn->waiting)) {
        ngx_queue_add(&next->waiting, &turn->waiting);
    }

    ngx_http_session_begin_turn(&turn->queue, next);
    ngx_queue_remove(&turn->queue);

    if (next->wake.timer_set) {
        ngx_del_timer(&next->wake);
    }

    /* posted, since it may fail at once, and so may all behind it */

    ngx_post_event(&next->wake, &ngx_posted_events);
}
