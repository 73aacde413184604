/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The syntax of a directive, in the lines of docs/directives.md, and the number
 * of words that follows from it.
 *
 *     NAME TEXT [error=CODE];   one word or two; what is in [] has no blanks
 *     NAME TEXT ...;            one word or more
 *     NAME on; NAME off;        two lines; one of them has to fit
 *     NAME TEXT { ... }         a block
 */


#ifndef _NGX_HTTP_SESSION_SYNTAX_H_INCLUDED_
#define _NGX_HTTP_SESSION_SYNTAX_H_INCLUDED_


#include "ngx_http_session.h"


#pragma GCC visibility push(hidden)


/*
 * Has the directive that is read now as many words as the syntax says?
 * NGX_OK, or NGX_ERROR, which was logged.
 */
ngx_int_t ngx_http_session_check_words(ngx_conf_t *cf, const char *syntax);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SYNTAX_H_INCLUDED_ */
