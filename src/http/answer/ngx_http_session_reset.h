/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What nginx has no function for: taking the response of a main request back
 * before any of it was written, so that another can take its place, with the
 * connection still in step.
 */


#ifndef _NGX_HTTP_SESSION_RESET_H_INCLUDED_
#define _NGX_HTTP_SESSION_RESET_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * May the response be taken back?  No: subrequests are making it.  Asked
 * only while no file is in use for the request (r->blocked is 0).
 */
ngx_uint_t ngx_http_session_may_reset(ngx_http_request_t *r);

/*
 * Ends what makes the response.  NGX_OK: the request is as if nothing had
 * answered it yet; a body that is being discarded goes on being discarded;
 * the caller finalizes the request next.  NGX_DECLINED: a subrequest did not
 * end with it, the caller can only close the request.  From an event only.
 */
ngx_int_t ngx_http_session_reset(ngx_http_request_t *r);

/*
 * An upstream closes the file with the request's body when its response
 * begins.  Keeps that open for a response in its place: 1; 0: somebody else
 * keeps it.  After 1, drop closes it where the upstream would have.
 */
ngx_uint_t ngx_http_session_keep_body(ngx_http_request_t *r);
void ngx_http_session_drop_body(ngx_http_request_t *r);

/*
 * After a reset: is the request's body gone, as a whole or in part, while
 * the request still tells its length?
 */
ngx_uint_t ngx_http_session_misses_body(ngx_http_request_t *r);

/*
 * Ends a request whose response may be under way: from a posted event only,
 * the request is gone on return.
 */
void ngx_http_session_close(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_RESET_H_INCLUDED_ */
