/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "nsess_change.h"
#include "nsess_str.h"
#include "nsess_utf8.h"
#include "nsess_work.h"


static int nsess_change_sets(const nsess_change_t *change);


nsess_rc_t
nsess_change_find(const nsess_change_t *changes, nsess_str_t key,
    nsess_str_t *value)
{
    const nsess_change_t  *change;

    change = nsess_change_last(changes, key);

    if (change == NULL) {
        return NSESS_AGAIN;
    }

    if (!nsess_change_sets(change)) {
        return NSESS_DECLINED;
    }

    *value = change->value;

    return NSESS_OK;
}


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


static int
nsess_change_sets(const nsess_change_t *change)
{
    return change->op == NSESS_CHANGE_SET
           || change->op == NSESS_CHANGE_NUMBER;
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
