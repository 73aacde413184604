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
 * The table in the source has the events of each state.
 */


#ifndef _NGX_HTTP_SESSION_HOLD_H_INCLUDED_
#define _NGX_HTTP_SESSION_HOLD_H_INCLUDED_


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
    NGX_HTTP_SESSION_ABANDONED
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


/* the header filter has the header: called once, before the others */
void ngx_http_session_take(ngx_http_session_ctx_t *ctx);

/* has the header filter taken the response? */
ngx_uint_t ngx_http_session_is_taken(ngx_http_session_ctx_t *ctx);

/* can the response wait in our filter; does it wait? */
ngx_uint_t ngx_http_session_may_hold(ngx_http_session_ctx_t *ctx);
ngx_uint_t ngx_http_session_is_held(ngx_http_session_ctx_t *ctx);

/*
 * The response waits for a load, or (maybe after that) for a save.  NGX_OK;
 * NGX_ERROR: there was no memory.
 */
ngx_int_t ngx_http_session_hold_for_load(ngx_http_session_ctx_t *ctx);
ngx_int_t ngx_http_session_hold_for_save(ngx_http_session_ctx_t *ctx);

/*
 * What a held response waits for has ended: handler is called once from a
 * posted event, unless the request ends before.
 */
void ngx_http_session_wake(ngx_http_session_ctx_t *ctx,
    ngx_http_session_woken_pt handler);

/* keeps a chain of the held response */
ngx_int_t ngx_http_session_keep(ngx_http_session_ctx_t *ctx,
    ngx_chain_t *in);

/* the response that was taken goes out without waiting */
void ngx_http_session_pass(ngx_http_session_ctx_t *ctx);

/*
 * Sends what was held, or a status in its place; from the handler of a wake
 * only.
 * The request, and ctx with it, may be gone on return.
 */
void ngx_http_session_release(ngx_http_session_ctx_t *ctx);
void ngx_http_session_replace(ngx_http_session_ctx_t *ctx,
    ngx_int_t status);

/*
 * The response was replaced: is the request's body gone, in whole or in part,
 * so that it cannot be sent to an upstream?
 */
ngx_uint_t ngx_http_session_lost_body(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_HOLD_H_INCLUDED_ */
