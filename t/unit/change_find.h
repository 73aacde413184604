/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a list of changes makes of a key, for what codecs wrote to be compared
 * with.
 */


#ifndef _CHANGE_FIND_H_INCLUDED_
#define _CHANGE_FIND_H_INCLUDED_


#include "nsess_change.h"


/*
 * NSESS_OK: *value is its new text (points into the change); NSESS_AGAIN: the
 * list does not change the key; NSESS_DECLINED: it removes the key.
 */

static nsess_rc_t
change_find(const nsess_change_t *changes, nsess_str_t key,
    nsess_str_t *value)
{
    const nsess_change_t  *change;

    change = nsess_change_last(changes, key);

    if (change == NULL) {
        return NSESS_AGAIN;
    }

    if (change->op != NSESS_CHANGE_SET && change->op != NSESS_CHANGE_NUMBER) {
        return NSESS_DECLINED;
    }

    *value = change->value;

    return NSESS_OK;
}


#endif /* _CHANGE_FIND_H_INCLUDED_ */
