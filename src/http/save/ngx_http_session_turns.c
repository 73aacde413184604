/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Turns: saves of one worker to one record that came into conflict, and all
 * that write the record of one subject, go on one after the other.  All at
 * once, of n of them one would succeed in each round, and they would need
 * n * n / 2 rounds in all.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_save_run.h"


static ngx_uint_t ngx_http_session_is_turn_of(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key);
static ngx_http_session_save_t *ngx_http_session_turn_of(
    ngx_http_session_save_t *save);
static void ngx_http_session_turn_handler(ngx_event_t *ev);


ngx_uint_t
ngx_http_session_take_turn(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key)
{
    ngx_http_session_save_t  *first;

    if (save->first) {

        if (ngx_http_session_is_turn_of(save, key)) {
            return 1;
        }

        /* the next record: the one before is done with */

        ngx_http_session_end_turn(save);
    }

    save->turn_key = *key;

    first = ngx_http_session_turn_of(save);

    if (first != NULL) {
        ngx_log_debug0(NGX_LOG_DEBUG_HTTP, save->log, 0,
                       "session: waits for its turn");

        ngx_queue_insert_tail(&first->waiting, &save->turn);
        return 0;
    }

    save->first = 1;

    ngx_queue_init(&save->waiting);
    ngx_queue_insert_tail(&save->manager->turns, &save->turn);

    return 1;
}


static ngx_uint_t
ngx_http_session_is_turn_of(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key)
{
    return save->turn_key.len == key->len
           && ngx_memcmp(save->turn_key.data, key->data, key->len) == 0;
}


/* the one whose turn it is with the record of save */

static ngx_http_session_save_t *
ngx_http_session_turn_of(ngx_http_session_save_t *save)
{
    ngx_queue_t              *q, *turns;
    ngx_http_session_save_t  *first;

    turns = &save->manager->turns;

    for (q = ngx_queue_head(turns);
         q != ngx_queue_sentinel(turns);
         q = ngx_queue_next(q))
    {
        first = ngx_queue_data(q, ngx_http_session_save_t, turn);

        if (ngx_http_session_is_turn_of(first, &save->turn_key)) {
            return first;
        }
    }

    return NULL;
}


void
ngx_http_session_end_turn(ngx_http_session_save_t *save)
{
    ngx_queue_t              *q;
    ngx_http_session_save_t  *next;

    if (!save->first) {
        return;
    }

    save->first = 0;

    ngx_queue_remove(&save->turn);

    if (ngx_queue_empty(&save->waiting)) {
        return;
    }

    q = ngx_queue_head(&save->waiting);
    ngx_queue_remove(q);

    next = ngx_queue_data(q, ngx_http_session_save_t, turn);
    next->first = 1;

    ngx_queue_init(&next->waiting);

    if (!ngx_queue_empty(&save->waiting)) {
        ngx_queue_add(&next->waiting, &save->waiting);
    }

    ngx_queue_insert_tail(&save->manager->turns, &next->turn);

    /* not from here: it may fail at once, and so may all behind it */

    next->wake.handler = ngx_http_session_turn_handler;
    next->wake.data = next;
    next->wake.log = ngx_cycle->log;

    ngx_post_event(&next->wake, &ngx_posted_events);
}


static void
ngx_http_session_turn_handler(ngx_event_t *ev)
{
    ngx_http_session_save_t *save = ev->data;

    ngx_http_session_run(save, save->step);
}
