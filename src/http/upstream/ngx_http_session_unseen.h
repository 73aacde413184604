/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Lines of upstreams that no client sees.
 */


#ifndef _NGX_HTTP_SESSION_UNSEEN_H_INCLUDED_
#define _NGX_HTTP_SESSION_UNSEEN_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess.h"


/* of a name that an upstream wrote: enough to find it in the application */
#define NGX_HTTP_SESSION_SHOWN_MAX  64


#pragma GCC visibility push(hidden)


/* no response shows what upstreams say of sessions */
void ngx_http_session_strip_answer(ngx_http_request_t *r);
void ngx_http_session_strip_trailers(ngx_http_request_t *r);

/* the beginning of what an upstream wrote, fit for a log, in buf, which has
   NGX_HTTP_SESSION_SHOWN_MAX bytes */
nsess_str_t ngx_http_session_show(nsess_str_t text, u_char *buf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_UNSEEN_H_INCLUDED_ */
