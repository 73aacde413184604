/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_codec.h"


nsess_rc_t
nsess_codec_index(nsess_str_t step, size_t *index)
{
    size_t  i, n;

    /* a leading zero would give an element a second name */

    if (step.len == 0 || (step.len > 1 && step.data[0] == '0')) {
        return NSESS_DECLINED;
    }

    n = 0;

    for (i = 0; i < step.len; i++) {

        if (step.data[i] < '0' || step.data[i] > '9'
            || n > (SIZE_MAX - 9) / 10)
        {
            return NSESS_DECLINED;
        }

        n = n * 10 + (size_t) (step.data[i] - '0');
    }

    *index = n;

    return NSESS_OK;
}


void
nsess_keeper_drop(nsess_keeper_t *keeper)
{
    if (keeper->tree != NULL) {
        keeper->drop(keeper->tree);
        keeper->tree = NULL;
    }
}
