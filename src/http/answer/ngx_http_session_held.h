/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What is done to a response that is held, and to its connection.  The
 * functions are actions of the table in ngx_http_session_hold.c.
 */


#ifndef _NGX_HTTP_SESSION_HELD_H_INCLUDED_
#define _NGX_HTTP_SESSION_HELD_H_INCLUDED_


#include "ngx_http_session.h"


/* what happens to a response */
typedef enum {
    NGX_HTTP_SESSION_ON_NOTHING = 0,    /* returned by an action: no event
                                           follows; the request may be gone */
    NGX_HTTP_SESSION_ON_HEADER,
    NGX_HTTP_SESSION_ON_PASS,
    NGX_HTTP_SESSION_ON_LOAD,           /* it has to wait for a load */
    NGX_HTTP_SESSION_ON_SAVE,
    NGX_HTTP_SESSION_ON_RELEASE,
    NGX_HTTP_SESSION_ON_REFUSE,
    NGX_HTTP_SESSION_ON_REPLACE,
    NGX_HTTP_SESSION_ON_ANEW,           /* replaced by a new response */
    NGX_HTTP_SESSION_ON_CLOSE,
    NGX_HTTP_SESSION_ON_ERROR,          /* it cannot be held */
    NGX_HTTP_SESSION_ON_END,            /* the request ends */
    NGX_HTTP_SESSION_HELD_EVENTS
} ngx_http_session_held_event_e;


#pragma GCC visibility push(hidden)


/* delays the connection, and marks the header as sent for the producer */
ngx_http_session_held_event_e ngx_http_session_held_begin(
    ngx_http_session_ctx_t *ctx);

/* the request ends, or goes on without the hold: a save completes alone */
void ngx_http_session_held_end(ngx_http_session_ctx_t *ctx);
ngx_http_session_held_event_e ngx_http_session_held_abandon(
    ngx_http_session_ctx_t *ctx);

/* sends header and body */
ngx_http_session_held_event_e ngx_http_session_held_send(
    ngx_http_session_ctx_t *ctx);

/* drops them, and sends a response with ctx->hold.status in their place */
ngx_http_session_held_event_e ngx_http_session_held_replace(
    ngx_http_session_ctx_t *ctx);

ngx_http_session_held_event_e ngx_http_session_held_close(
    ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_HELD_H_INCLUDED_ */
