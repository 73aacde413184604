/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A library for LD_PRELOAD: reads of files by threads other than the first
 * write the file "reading" into the directory of $SLOW_THREADS, and wait there
 * for a file "go", at most half a minute.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>


static char  reading[512], go[512];


/* nginx clears the environment of its workers */

__attribute__((constructor)) static void
find(void)
{
    const char  *dir;

    dir = getenv("SLOW_THREADS");

    if (dir != NULL) {
        snprintf(reading, sizeof(reading), "%s/reading", dir);
        snprintf(go, sizeof(go), "%s/go", dir);
    }
}


ssize_t
pread64(int fd, void *buf, size_t size, off64_t offset)
{
    int        i, marker;
    ssize_t  (*next)(int, void *, size_t, off64_t);

    if (go[0] != '\0' && syscall(SYS_gettid) != getpid()) {

        marker = open(reading, O_CREAT|O_WRONLY, 0600);
        if (marker != -1) {
            close(marker);
        }

        for (i = 0; i < 3000 && access(go, F_OK) != 0; i++) {
            usleep(10000);
        }
    }

    *(void **) &next = dlsym(RTLD_NEXT, "pread64");

    return next(fd, buf, size, offset);
}


ssize_t
pread(int fd, void *buf, size_t size, off_t offset)
{
    return pread64(fd, buf, size, offset);
}
