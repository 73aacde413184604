/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A library for LD_PRELOAD: deflate() keeps all that it is given until the
 * stream ends, as zlib may; until then it writes nothing.
 */


#define _GNU_SOURCE

#include <dlfcn.h>
#include <string.h>
#include <zlib.h>


/* bytes of the streams of a test, which come one after the other */
#define KEPT_MAX  65536


static unsigned char  kept[KEPT_MAX];
static size_t         kept_len;


int
deflate(z_streamp stream, int flush)
{
    int  rc, (*next)(z_streamp stream, int flush);

    next = (int (*)(z_streamp, int)) dlsym(RTLD_NEXT, "deflate");

    if (next == NULL || stream->avail_in > KEPT_MAX - kept_len) {
        return Z_STREAM_ERROR;
    }

    memcpy(kept + kept_len, stream->next_in, stream->avail_in);
    kept_len += stream->avail_in;

    stream->next_in += stream->avail_in;
    stream->avail_in = 0;

    if (flush != Z_FINISH) {
        return Z_OK;
    }

    stream->next_in = kept;
    stream->avail_in = kept_len;
    kept_len = 0;

    rc = next(stream, flush);

    return rc == Z_STREAM_END ? rc : Z_STREAM_ERROR;
}
