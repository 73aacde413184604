/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Removal of session_accept's lines from responses.
 */


#ifndef _NGX_HTTP_SESSION_UNSEEN_H_INCLUDED_
#define _NGX_HTTP_SESSION_UNSEEN_H_INCLUDED_


#include "ngx_http_session.h"

#include "nsess.h"


/* bytes of an upstream's name in a log: enough to find it in the application */
#define NGX_HTTP_SESSION_SHOWN_MAX  64


#pragma GCC visibility push(hidden)


/* remove session_accept's lines from the response's header and trailers */
void ngx_http_session_strip_answer(ngx_http_request_t *r);
void ngx_http_session_strip_trailers(ngx_http_request_t *r);

/*
 * The beginning of an upstream's text, made printable for a log, in buf, which
 * has NGX_HTTP_SESSION_SHOWN_MAX bytes.
 */
nsess_str_t ngx_http_session_show(nsess_str_t text, u_char *buf);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_UNSEEN_H_INCLUDED_ */
