/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Counts the steps of parsers, for tests.  A step is a byte that is read, or a
 * turn of a loop, and costs no more than a constant.  Tests compare the number
 * of steps with the length of the input: unlike a time, it is the same on each
 * machine.
 *
 * Unit tests, corpora and fuzz targets define NSESS_WORK (t/fuzz/work.h).  The
 * module is built without it: nothing is counted, and nothing is compiled.
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
