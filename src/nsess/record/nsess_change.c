/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Looks through the list of changes. */


#include "nsess_change.h"
#include "nsess_str.h"
#include "nsess_utf8.h"


const nsess_change_t *
nsess_change_last(const nsess_change_t *changes, nsess_str_t key)
{
    const nsess_change_t  *last;

    last = NULL;

    for ( /* void */ ; changes != NULL; changes = changes->next) {
        if (changes->op == NSESS_CHANGE_CLEAR
            || nsess_str_equal(changes->key, key))
        {
            last = changes;
        }
    }

    return last;
}


int
nsess_change_is_text(const nsess_change_t *changes)
{
    for ( /* void */ ; changes != NULL; changes = changes->next) {

        if (changes->op != NSESS_CHANGE_CLEAR
            && !nsess_utf8_valid(changes->key))
        {
            return 0;
        }

        if (changes->op == NSESS_CHANGE_SET
            && !nsess_utf8_valid(changes->value))
        {
            return 0;
        }
    }

    return 1;
}
