/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Keys of records in a store.
 */


#include "nsess_key.h"


int
nsess_key_valid(nsess_str_t key)
{
    size_t  i;

    if (key.len == 0 || key.len > NSESS_KEY_MAX) {
        return 0;
    }

    for (i = 0; i < key.len; i++) {
        if (key.data[i] <= 0x20 || key.data[i] == 0x7f) {
            return 0;
        }
    }

    return 1;
}
