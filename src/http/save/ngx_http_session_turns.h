/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Turns: saves of one worker to one record that came into conflict, and all
 * that write the record of one subject, go on one after the other.  All at
 * once, of n of them one would succeed in each round, and they would need
 * n * n / 2 rounds in all.
 */


#ifndef _NGX_HTTP_SESSION_TURNS_H_INCLUDED_
#define _NGX_HTTP_SESSION_TURNS_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_store.h"


/* zero-fill; the owner sets .wake's handler and data, and .log */
typedef struct {
    ngx_queue_t                   queue;        /* in the manager's turns if
                                                   first, else in another's
                                                   waiting */
    ngx_queue_t                   waiting;      /* if first */
    ngx_session_key_t             key;
    ngx_event_t                   wake;
    unsigned                      first:1;      /* it is its turn */
} ngx_http_session_turn_t;


#pragma GCC visibility push(hidden)


/*
 * Takes a turn at the record of a key, after the end of one at another.
 * turns: the manager's.  1: its owner may go on; 0: .wake will be posted.
 */
ngx_uint_t ngx_http_session_take_turn(ngx_queue_t *turns,
    ngx_http_session_turn_t *turn, const ngx_session_key_t *key);

/* the next one goes on; nothing happens if the turn was not taken */
void ngx_http_session_end_turn(ngx_queue_t *turns,
    ngx_http_session_turn_t *turn);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_TURNS_H_INCLUDED_ */
