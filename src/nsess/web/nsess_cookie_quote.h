/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The quoting of Python's http.cookies (_quote and _unquote of CPython 3.11;
 * Tornado, Django and Beaker write cookies by it, Tornado and Django read
 * them by it): a value with any other byte than letters, digits and
 * !#$%&'*+-.^_`|~: stands in double quotes.
 */


#ifndef _NSESS_COOKIE_QUOTE_H_INCLUDED_
#define _NSESS_COOKIE_QUOTE_H_INCLUDED_


#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/* what Python writes behind "name="; at most 2 + 4 * value.len bytes */
void nsess_cookie_quote(nsess_writer_t *w, nsess_str_t value);

/*
 * The value without its quotes and escapes; without a quote at both ends it
 * has neither, and is returned as it is.  buf has room for raw.len bytes, the
 * result points into buf or is raw itself.  It may hold any byte: an escape
 * stands for a control character as well.
 */
nsess_str_t nsess_cookie_unquote(nsess_str_t raw, uint8_t *buf);


#pragma GCC visibility pop


#endif /* _NSESS_COOKIE_QUOTE_H_INCLUDED_ */
