/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Input that ends where memory does: a read behind it is a fault.
 */


#ifndef _GUARD_H_INCLUDED_
#define _GUARD_H_INCLUDED_


#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>


/* a copy of data; the next call overwrites it; up to a page */

static inline uint8_t *
guard(const void *data, size_t len)
{
    size_t           page;
    uint8_t         *p;
    static uint8_t  *end;

    page = (size_t) sysconf(_SC_PAGESIZE);

    if (end == NULL) {
        p = mmap(NULL, 2 * page, PROT_READ|PROT_WRITE,
                 MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED || mprotect(p + page, page, PROT_NONE) == -1) {
            abort();
        }

        end = p + page;
    }

    if (len > page) {
        abort();
    }

    return memmove(end - len, data, len);
}


#endif /* _GUARD_H_INCLUDED_ */
