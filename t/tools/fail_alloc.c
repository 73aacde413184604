
/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Allocations of the module that fail when a test says so: linked into it with
 * ld's --wrap, see t/lib/Test/Session/NoMemory.pm.  The file FAIL_ALLOC, which
 * has two ints, is shared with the test: the first counts down with each
 * allocation, the one that makes it 0 fails; the second counts failures.
 */


#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>


static int  *control;


static void __attribute__((constructor))
map_control(void)
{
    int   fd;
    void  *p;

    fd = open(FAIL_ALLOC, O_RDWR);
    if (fd == -1) {
        return;
    }

    p = mmap(NULL, 2 * sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);

    if (p != MAP_FAILED) {
        control = p;
    }
}


static int
fails(void)
{
    if (control == NULL || control[0] == 0 || --control[0] != 0) {
        return 0;
    }

    control[1]++;

    return 1;
}


#define fail(name, type, failed, params, args)                                \
    type __real_##name params;                                                \
    type __wrap_##name params;                                                \
    type                                                                      \
    __wrap_##name params                                                      \
    {                                                                         \
        return fails() ? failed : __real_##name args;                         \
    }


/* gcov, which is linked into the module, cannot do without its memory */

#ifndef FAIL_ALLOC_COVERED

fail(malloc, void *, NULL, (size_t size), (size))
fail(calloc, void *, NULL, (size_t n, size_t size), (n, size))
fail(realloc, void *, NULL, (void *old, size_t size), (old, size))

#endif

fail(ngx_alloc, void *, NULL, (size_t size, void *log), (size, log))
fail(ngx_palloc, void *, NULL, (void *pool, size_t size), (pool, size))
fail(ngx_pnalloc, void *, NULL, (void *pool, size_t size), (pool, size))
fail(ngx_pcalloc, void *, NULL, (void *pool, size_t size), (pool, size))
fail(ngx_create_pool, void *, NULL, (size_t size, void *log), (size, log))
fail(ngx_pool_cleanup_add, void *, NULL, (void *pool, size_t size),
     (pool, size))
fail(ngx_http_cleanup_add, void *, NULL, (void *r, size_t size), (r, size))
fail(ngx_create_temp_buf, void *, NULL, (void *pool, size_t size),
     (pool, size))
fail(ngx_slab_alloc, void *, NULL, (void *pool, size_t size), (pool, size))
fail(ngx_slab_calloc, void *, NULL, (void *pool, size_t size), (pool, size))

fail(ngx_list_push, void *, NULL, (void *list), (list))
fail(ngx_array_create, void *, NULL, (void *pool, size_t n,
     size_t size), (pool, n, size))
fail(ngx_chain_add_copy, long, -1, (void *pool, void *chain, void *in),
     (pool, chain, in))


/* an array that has room takes no memory: the members of ngx_array_t */

typedef struct {
    void    *elts;
    size_t   nelts;
    size_t   size;
    size_t   nalloc;
} array_t;


#define is_full(array, n)                                                     \
    (((array_t *) array)->nelts + n > ((array_t *) array)->nalloc)

fail(ngx_array_push, void *, is_full(array, 1) ? NULL
     : __real_ngx_array_push(array), (void *array), (array))
fail(ngx_array_push_n, void *, is_full(array, n) ? NULL
     : __real_ngx_array_push_n(array, n), (void *array, size_t n), (array, n))
