/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * HTTP dates: IMF-fixdate of RFC 9110, section 5.6.7.
 */


#ifndef _NSESS_DATE_H_INCLUDED_
#define _NSESS_DATE_H_INCLUDED_


#include "nsess_buf.h"


/* 31 Dec 9999 23:59:59: a year has four digits */
#define NSESS_DATE_MAX  INT64_C(253402300799)


#pragma GCC visibility push(hidden)


/* 29 characters; time (Unix, s) from 0 to NSESS_DATE_MAX */
void nsess_date_write(nsess_writer_t *w, int64_t time);


#pragma GCC visibility pop


#endif /* _NSESS_DATE_H_INCLUDED_ */
