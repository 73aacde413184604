/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Turns: the saves of one worker that write one record, be it a session's or
 * a subject's, do so one after the other.  All at once, of n of them one
 * would succeed in each round, and they would need n * n / 2 rounds in all.
 *
 * The one whose turn it is may take those that wait behind it along
 * (ngx_http_session_group.h).
 */


#ifndef _NGX_HTTP_SESSION_TURNS_H_INCLUDED_
#define _NGX_HTTP_SESSION_TURNS_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_store.h"


/*
 * The owner clears .first and .wake.timer_set, and fills .wake in when it has
 * to wait.  Until .wake is posted it may have a timer: for how long it waits.
 */
typedef struct {
    ngx_queue_t                   queue;        /* if first: in the manager's
                                                   turns; else in another's
                                                   .waiting or .group */
    ngx_queue_t                   waiting;      /* if first */
    ngx_queue_t                   group;        /* if first: taken along */
    ngx_event_t                   wake;
    unsigned                      first:1;      /* it is its turn */
    ngx_session_key_t             key;
} ngx_http_session_turn_t;


#pragma GCC visibility push(hidden)


/*
 * Takes a turn at the record of a key, after the end of one at another.
 * turns: the manager's.  1: its owner may go on; 0: .wake will be posted.
 */
ngx_uint_t ngx_http_session_take_turn(ngx_queue_t *turns,
    ngx_http_session_turn_t *turn, const ngx_session_key_t *key);

/* is it the turn at the record of this key? */
ngx_uint_t ngx_http_session_is_turn_of(const ngx_http_session_turn_t *turn,
    const ngx_session_key_t *key);

/* those that were taken along wait again, before all others */
void ngx_http_session_part(ngx_http_session_turn_t *turn);

/* the next one goes on; nothing happens if the turn was not taken */
void ngx_http_session_end_turn(ngx_http_session_turn_t *turn);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_TURNS_H_INCLUDED_ */
