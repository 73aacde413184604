/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Keeps the tree of one large record at a time. */


#include <stddef.h>

#include "nsess_keeper.h"


void
nsess_keeper_drop(nsess_keeper_t *keeper)
{
    if (keeper->tree != NULL) {
        keeper->drop(keeper->tree);
        keeper->tree = NULL;
    }
}
