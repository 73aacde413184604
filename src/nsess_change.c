/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include <string.h>

#include "nsess_change.h"
#include "nsess_utf8.h"


nsess_rc_t
nsess_change_find(const nsess_change_t *changes, nsess_str_t key,
    nsess_str_t *value)
{
    nsess_rc_t  rc;

    rc = NSESS_AGAIN;

    for ( /* void */ ; changes != NULL; changes = changes->next) {

        if (changes->op == NSESS_CHANGE_CLEAR) {
            rc = NSESS_DECLINED;
            continue;
        }

        if (changes->key.len != key.len
            || memcmp(changes->key.data, key.data, key.len) != 0)
        {
            continue;
        }

        if (changes->op == NSESS_CHANGE_SET) {
            *value = changes->value;
            rc = NSESS_OK;

        } else {
            rc = NSESS_DECLINED;
        }
    }

    return rc;
}


int
nsess_change_is_first(const nsess_change_t *changes,
    const nsess_change_t *change)
{
    for ( /* void */ ; changes != change; changes = changes->next) {
        if (changes->op == NSESS_CHANGE_SET
            && changes->key.len == change->key.len
            && memcmp(changes->key.data, change->key.data, change->key.len)
               == 0)
        {
            return 0;
        }
    }

    return change->op == NSESS_CHANGE_SET;
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
