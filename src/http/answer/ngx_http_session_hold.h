/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Holds the main request's response, until the session is loaded or saved: the
 * events that lead from state to state, see ngx_http_session_response.h.
 */


#ifndef _NGX_HTTP_SESSION_HOLD_H_INCLUDED_
#define _NGX_HTTP_SESSION_HOLD_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_response.h"


#pragma GCC visibility push(hidden)


/* the header filter has the header: called once, before the others */
void ngx_http_session_take(ngx_http_session_ctx_t *ctx);

/* can the response wait in our filter? */
ngx_uint_t ngx_http_session_may_hold(ngx_http_session_ctx_t *ctx);

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


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_HOLD_H_INCLUDED_ */
