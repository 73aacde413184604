/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A bound for the work of a parser: steps of src/nsess/base/nsess_work.h, in
 * proportion to the bytes of its input and of its output.
 */


#ifndef _WORK_H_INCLUDED_
#define _WORK_H_INCLUDED_


#include <stdio.h>
#include <stdlib.h>

#include "nsess_work.h"


/* what an input of no bytes may cost */
#define WORK_MIN  4096


static inline void
work_begin(void)
{
    nsess_work_steps = 0;
}


/* aborts, if there were more steps since work_begin() than so many a byte */

static inline void
work_end(const char *what, size_t len, uint64_t steps)
{
    if (nsess_work_steps > WORK_MIN + steps * len) {
        fprintf(stderr, "%s: %llu steps for %zu bytes\n", what,
                (unsigned long long) nsess_work_steps, len);
        abort();
    }
}


#endif /* _WORK_H_INCLUDED_ */
