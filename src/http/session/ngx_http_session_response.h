/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The state of the main request's response, and what is kept of it while it
 * waits for the session.  A response is held when our filters have its header
 * and body, and nothing was written yet.
 *
 *     OPEN - TAKEN - HELD_LOAD - HELD_SAVE - SENT
 *                                          - REFUSED - REPLACED
 *                                                    - CLOSED
 *
 * If the request ends while its response is held, the response is ABANDONED.
 * The events of each state stand in the table of ngx_http_session_hold.c.
 */


#ifndef _NGX_HTTP_SESSION_RESPONSE_H_INCLUDED_
#define _NGX_HTTP_SESSION_RESPONSE_H_INCLUDED_


#include "ngx_http_session.h"


typedef enum {
    NGX_HTTP_SESSION_OPEN = 0,      /* there is no header yet */
    NGX_HTTP_SESSION_TAKEN,         /* the header filter has the header */
    NGX_HTTP_SESSION_HELD_LOAD,     /* until the session is loaded */
    NGX_HTTP_SESSION_HELD_SAVE,     /* until its changes are saved */
    NGX_HTTP_SESSION_REFUSED,       /* until its files are not in use */
    NGX_HTTP_SESSION_SENT,
    NGX_HTTP_SESSION_REPLACED,
    NGX_HTTP_SESSION_CLOSED,
    NGX_HTTP_SESSION_ABANDONED,
    NGX_HTTP_SESSION_RESPONSES
} ngx_http_session_response_e;


typedef void (*ngx_http_session_woken_pt)(ngx_http_session_ctx_t *ctx);


typedef struct {
    ngx_http_session_response_e   state;
    ngx_event_t                   event;
    ngx_http_session_woken_pt     handler;      /* NULL: not woken */
    ngx_int_t                     status;       /* of the replacement */
    ngx_send_pt                   send;         /* the connection's own */
    ngx_chain_t                  *out;
    unsigned                      last:1;       /* the last buffer is in out */
    unsigned                      orphan:1;     /* its upstream broke off */
    unsigned                      body:1;       /* the body's file is kept */
    unsigned                      anew:1;       /* the response in its place
                                                   passes the filter as a new
                                                   response */
    unsigned                      replaced:1;
} ngx_http_session_hold_t;


#pragma GCC visibility push(hidden)


/*
 * The response was replaced: is the request's body gone, in whole or in part,
 * so that it cannot be sent to an upstream?
 */
ngx_uint_t ngx_http_session_lost_body(ngx_http_session_ctx_t *ctx);

/*
 * Ends a request whose response may be under way.  To be called from a posted
 * event; the request is gone on return.
 */
void ngx_http_session_close(ngx_http_request_t *r);


#pragma GCC visibility pop


/* has the header filter taken the response? */

static ngx_inline ngx_uint_t
ngx_http_session_is_taken(const ngx_http_session_hold_t *hold)
{
    return hold->state != NGX_HTTP_SESSION_OPEN;
}


/* does the response wait in our filter? */

static ngx_inline ngx_uint_t
ngx_http_session_is_held(const ngx_http_session_hold_t *hold)
{
    return hold->state == NGX_HTTP_SESSION_HELD_LOAD
           || hold->state == NGX_HTTP_SESSION_HELD_SAVE
           || hold->state == NGX_HTTP_SESSION_REFUSED;
}


#endif /* _NGX_HTTP_SESSION_RESPONSE_H_INCLUDED_ */
