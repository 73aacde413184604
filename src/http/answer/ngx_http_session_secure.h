/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Does the browser speak TLS, and would it keep the cookie?
 */


#ifndef _NGX_HTTP_SESSION_SECURE_H_INCLUDED_
#define _NGX_HTTP_SESSION_SECURE_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Did the request come over TLS: to nginx, or, as X-Forwarded-Proto says, to
 * a proxy before it?  The header is believed from anybody, since it can only
 * add Secure: a client that writes it changes the cookie of its own response,
 * and one that came over TLS cannot take Secure off.
 */
ngx_uint_t ngx_http_session_over_tls(ngx_http_request_t *r);

/*
 * Logs that the response sends a Secure cookie over plain HTTP, where browsers
 * drop it, unless the host is this machine, or "secure=" is written.
 */
void ngx_http_session_watch_secure(ngx_http_session_ctx_t *ctx);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SECURE_H_INCLUDED_ */
