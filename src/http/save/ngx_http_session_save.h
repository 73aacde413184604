/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Saving what a request wants of its session.
 */


#ifndef _NGX_HTTP_SESSION_SAVE_H_INCLUDED_
#define _NGX_HTTP_SESSION_SAVE_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_result.h"

#include "ngx_session_reason.h"


/* which session goes on after a save, and what the browser is told of it */
typedef enum {
    NGX_HTTP_SESSION_COOKIE_STAYS = 0,
    NGX_HTTP_SESSION_COOKIE_AGAIN,  /* the same id, signed now */
    NGX_HTTP_SESSION_COOKIE_NEW
} ngx_http_session_send_e;


typedef struct {
    ngx_http_session_result_e     result;
    ngx_session_reason_e          reason;       /* of _SAVE_STORE */
    ngx_http_session_send_e       cookie;
    ngx_http_session_identity_t   identity;     /* _COOKIE_NEW: under which it
                                                   goes on */
} ngx_http_session_saved_t;


typedef void (*ngx_http_session_saved_pt)(void *data,
    const ngx_http_session_saved_t *saved);


#pragma GCC visibility push(hidden)


/*
 * Starts to carry the changes of ctx out, as far as they make a difference:
 * NGX_AGAIN: under way, the handler will be called once, never from inside;
 * NGX_DONE: under way, and nobody waits, so that the handler is not called;
 * NGX_OK, NGX_ERROR: it ended at once, well or not, *saved says how.
 * may_wait: the response can wait; without it only what needs no new cookie
 * is begun.  The save has a pool of its own and outlives the request.
 */
ngx_int_t ngx_http_session_save_start(ngx_http_session_ctx_t *ctx,
    ngx_uint_t may_wait, ngx_http_session_saved_pt handler,
    ngx_http_session_saved_t *saved);

/* if a save is under way: its handler is not called, it completes alone */
void ngx_http_session_save_abandon(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SAVE_H_INCLUDED_ */
