/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What is done often has a fast way, and a plain one that gives the same: it
 * is there for other processors and for inputs that the fast one leaves out.
 * Tests set nsess_slow, and compare: the plain way is taken wherever there are
 * two.  The module is built without NSESS_WORK, and takes the fast one.
 */


#ifndef _NSESS_SLOW_H_INCLUDED_
#define _NSESS_SLOW_H_INCLUDED_


#ifdef NSESS_WORK

extern int  nsess_slow;
extern int  nsess_old;      /* as on a processor without AVX2 */

#else

enum { nsess_slow = 0, nsess_old = 0 };

#endif


#endif /* _NSESS_SLOW_H_INCLUDED_ */
