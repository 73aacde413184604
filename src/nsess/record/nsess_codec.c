/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* What the codecs share: the steps into a list. */


#include "nsess_codec.h"
#include "nsess_str.h"


nsess_rc_t
nsess_codec_index(nsess_str_t step, size_t *index)
{
    uint64_t        n;
    const uint8_t  *last;

    if (step.len == 0 || (step.len > 1 && step.data[0] == '0')) {
        return NSESS_DECLINED;
    }

    last = step.data + step.len;

    if (nsess_uint_read(step.data, last, SIZE_MAX, &n) != last) {
        return NSESS_DECLINED;
    }

    *index = (size_t) n;

    return NSESS_OK;
}
