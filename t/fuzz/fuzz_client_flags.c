/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The first byte is the flags of a value, the rest the value; it is also
 * inflated whatever they say: in two runs, which agree, and within limits.
 */


#include <stdlib.h>
#include <string.h>

#include "nsess_client_flags.h"
#include "nsess_inflate.h"


#define LIMIT  (256 * 1024)

#define check(condition)  if (!(condition)) { abort(); }


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fuzz_flags(uint32_t flags);
static void fuzz_inflate(nsess_str_t stream);
static void fuzz_limit(nsess_str_t stream, size_t len);


static uint8_t  out[LIMIT + 1];


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_str_t  value;

    if (size == 0) {
        return 0;
    }

    value.data = data + 1;
    value.len = size - 1;

    fuzz_flags(data[0]);
    fuzz_inflate(value);

    return 0;
}


static void
fuzz_flags(uint32_t flags)
{
    nsess_client_flags_t  f;

    if (nsess_client_flags(flags, &f) != NSESS_OK) {
        return;
    }

    check(f.compressed == (flags >> 3 & 1) && flags < 32);
}


static void
fuzz_inflate(nsess_str_t stream)
{
    nsess_rc_t      rc;
    nsess_err_t     err;
    nsess_writer_t  count, w;

    nsess_writer_init(&count, NULL, LIMIT);
    rc = nsess_inflate(&count, stream, &err);

    check((rc == NSESS_OK) == (err.code == NSESS_E_NONE));
    check(err.pos <= stream.len && count.len <= LIMIT);

    if (rc != NSESS_OK) {
        return;
    }

    check(err.pos == stream.len);

    nsess_writer_init(&w, out, count.len);
    check(nsess_inflate(&w, stream, &err) == NSESS_OK && w.len == count.len);

    if (count.len != 0) {
        fuzz_limit(stream, count.len - 1);
    }
}


static void
fuzz_limit(nsess_str_t stream, size_t len)
{
    nsess_err_t     err;
    nsess_writer_t  w;

    out[len] = '#';

    nsess_writer_init(&w, out, len);
    check(nsess_inflate(&w, stream, &err) == NSESS_ERROR
          && err.code == NSESS_E_SIZE && out[len] == '#');
}
