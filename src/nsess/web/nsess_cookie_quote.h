/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The quoting of Python's http.cookies: _quote and _unquote of CPython 3.11.
 * Tornado, Django and Beaker write cookies by it; Tornado and Django read them
 * by it.  A value stands in double quotes if it has other bytes than letters,
 * digits and !#$%&'*+-.^_`|~:
 */


#ifndef _NSESS_COOKIE_QUOTE_H_INCLUDED_
#define _NSESS_COOKIE_QUOTE_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/* writes what Python writes behind "name=": up to 2 + 4 * value.len bytes */
void nsess_cookie_quote(nsess_writer_t *w, nsess_str_t value);

/*
 * The value without its quotes and escapes; a value without a quote at both
 * ends is returned as it is.  buf has room for raw.len bytes; the result points
 * into buf, or is raw itself.  It may have any byte, since escapes may stand
 * for control characters.
 */
nsess_str_t nsess_cookie_unquote(nsess_str_t raw, uint8_t *buf);


#pragma GCC visibility pop


#endif /* _NSESS_COOKIE_QUOTE_H_INCLUDED_ */
