/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* A command of memcached from bytes, which a reader has to find again. */


#ifndef _MC_COMMAND_H_INCLUDED_
#define _MC_COMMAND_H_INCLUDED_


#include <stdlib.h>
#include <string.h>

#include "nsess_key.h"
#include "nsess_mc_proto.h"


#define check(condition)  if (!(condition)) { abort(); }


typedef void (*read_command_pt)(const nsess_mc_request_t *req,
    const uint8_t *pos, const uint8_t *last);


static inline size_t
take(const uint8_t **pos, const uint8_t *last, void *to, size_t size)
{
    if (size > (size_t) (last - *pos)) {
        size = last - *pos;
    }

    if (size != 0) {
        memcpy(to, *pos, size);
    }

    *pos += size;

    return size;
}


static inline void
fuzz_command(const uint8_t *data, size_t size, nsess_mc_protocol_e protocol,
    read_command_pt read)
{
    uint8_t             *buf, ch;
    const uint8_t       *last;
    nsess_writer_t       count, w;
    nsess_mc_request_t   req;

    last = data + size;
    memset(&req, 0, sizeof(req));

    req.protocol = protocol;

    ch = 0;
    take(&data, last, &ch, 1);
    req.command = (nsess_mc_command_e) (NSESS_MC_GET + ch % NSESS_MC_NOOP);

    take(&data, last, &req.flags, sizeof(req.flags));
    take(&data, last, &req.cas, sizeof(req.cas));
    take(&data, last, &req.exptime, sizeof(req.exptime));
    take(&data, last, &req.opaque, sizeof(req.opaque));

    ch = 0;
    take(&data, last, &ch, 1);
    req.key.data = data;
    req.key.len = ch < last - data ? ch : (size_t) (last - data);
    data += req.key.len;

    req.value.data = data;
    req.value.len = last - data;

    if (!nsess_key_valid(req.key)) {
        req.key.data = (const uint8_t *) "key";
        req.key.len = 3;
    }

    nsess_writer_init(&count, NULL, SIZE_MAX);
    nsess_mc_write(&count, &req);
    check(count.error == NSESS_E_NONE);

    buf = malloc(count.len);
    check(buf != NULL);

    nsess_writer_init(&w, buf, count.len);
    nsess_mc_write(&w, &req);
    check(w.error == NSESS_E_NONE && w.len == count.len);

    read(&req, buf, buf + count.len);

    nsess_writer_init(&w, buf, count.len - 1);
    nsess_mc_write(&w, &req);
    check(w.error == NSESS_E_OVERFLOW);

    free(buf);

    /* in so much room, the line and the value are put there at once */

    size = count.len + NSESS_MC_LINE_MAX;

    buf = malloc(size);
    check(buf != NULL);

    nsess_writer_init(&w, buf, size);
    nsess_mc_write(&w, &req);
    check(w.error == NSESS_E_NONE && w.len == count.len);

    read(&req, buf, buf + count.len);

    free(buf);
}


#endif /* _MC_COMMAND_H_INCLUDED_ */
