/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Steps of the parsers, for tests.  A step is a byte that is looked at, or a
 * turn of a loop; each costs no more than a constant.  So the number of steps
 * tells, as a clock could not in the same way on each machine, whether work is
 * in proportion to the input.
 *
 * Counted where NSESS_WORK is defined: unit tests, corpora and fuzz targets
 * (t/fuzz/work.h).  The module is built without it, and nothing is left.
 */


#ifndef _NSESS_WORK_H_INCLUDED_
#define _NSESS_WORK_H_INCLUDED_


#include <stdint.h>


#ifdef NSESS_WORK

/* all steps so far; tests set it to 0 */
extern uint64_t  nsess_work_steps;

#define nsess_work(n)  (nsess_work_steps += (n))

/* the same of MACs */
extern uint64_t  nsess_work_macs;

#define nsess_work_mac()  (nsess_work_macs++)

#else

#define nsess_work(n)
#define nsess_work_mac()

#endif


#endif /* _NSESS_WORK_H_INCLUDED_ */
