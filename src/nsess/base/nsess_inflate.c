/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Inflates zlib streams within a limit. */


#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "nsess_inflate.h"


#define NSESS_INFLATE_CHUNK  4096


static nsess_error_e nsess_inflate_run(z_stream *z, nsess_writer_t *w);


nsess_rc_t
nsess_inflate(nsess_writer_t *w, nsess_str_t stream, nsess_err_t *err)
{
    z_stream  z;

    err->pos = 0;

    if (stream.len > UINT_MAX) {
        err->code = NSESS_E_SIZE;
        return NSESS_ERROR;
    }

    memset(&z, 0, sizeof(z_stream));

    if (inflateInit(&z) != Z_OK) {
        err->code = NSESS_E_MEMORY;
        return NSESS_ERROR;
    }

    /* zlib does not write here; its type has no const without ZLIB_CONST */

    z.next_in = (Bytef *) stream.data;
    z.avail_in = (uInt) stream.len;

    err->code = nsess_inflate_run(&z, w);
    err->pos = stream.len - z.avail_in;

    (void) inflateEnd(&z);

    return err->code == NSESS_E_NONE ? NSESS_OK : NSESS_ERROR;
}


static nsess_error_e
nsess_inflate_run(z_stream *z, nsess_writer_t *w)
{
    int      rc;
    uint8_t  chunk[NSESS_INFLATE_CHUNK];

    do {
        z->next_out = chunk;
        z->avail_out = NSESS_INFLATE_CHUNK;

        rc = inflate(z, Z_NO_FLUSH);

        nsess_write(w, chunk, NSESS_INFLATE_CHUNK - z->avail_out);

        if (w->error != NSESS_E_NONE) {
            return NSESS_E_SIZE;
        }

    } while (rc == Z_OK);

    switch (rc) {

    case Z_STREAM_END:
        return z->avail_in == 0 ? NSESS_E_NONE : NSESS_E_TRAILING;

    case Z_BUF_ERROR:
        return NSESS_E_TRUNCATED;

    case Z_MEM_ERROR:
        return NSESS_E_MEMORY;

    default:
        return NSESS_E_SYNTAX;
    }
}
