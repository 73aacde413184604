/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Takes the response of a main request back before any of it was written, so
 * that another response can replace it and the connection stays usable.  nginx
 * has no function for this.
 */


#ifndef _NGX_HTTP_SESSION_RESET_H_INCLUDED_
#define _NGX_HTTP_SESSION_RESET_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Can the response be taken back?  Not if subrequests are making it.  To be
 * asked only while no file is in use for the request (r->blocked is 0).
 */
ngx_uint_t ngx_http_session_may_reset(ngx_http_request_t *r);

/*
 * Ends the producers of the response.  NGX_OK: the request has no response any
 * more, the caller finalizes it next; a body that is being discarded is
 * discarded further.  NGX_DECLINED: a subrequest did not end, the caller can
 * only close the request.  To be called from an event.
 */
ngx_int_t ngx_http_session_reset(ngx_http_request_t *r);

/*
 * An upstream closes the file with the request's body when its response
 * begins.  1: the file is kept open for a response in its place, until drop
 * closes it; 0: it is kept open anyway.
 */
ngx_uint_t ngx_http_session_keep_body(ngx_http_request_t *r);
void ngx_http_session_drop_body(ngx_http_request_t *r);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_RESET_H_INCLUDED_ */
