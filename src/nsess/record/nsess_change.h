/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The changes that a request makes to a session: a list, in the order of the
 * writes.  nsess_codec_t.apply() applies it to a record, and once more to a
 * newer record, if another request wrote in between.
 */


#ifndef _NSESS_CHANGE_H_INCLUDED_
#define _NSESS_CHANGE_H_INCLUDED_


#include "nsess.h"


typedef enum {
    NSESS_CHANGE_SET = 1,   /* key = value, a text (UTF-8) */
    NSESS_CHANGE_UNSET,     /* key is removed */
    NSESS_CHANGE_CLEAR,     /* all keys are removed; key and value unused */
    NSESS_CHANGE_NUMBER,    /* key = value, an int64_t in decimal */
    NSESS_CHANGE_INCR       /* key += value, an int64_t in decimal:
                               nsess_increment() replaces it, codecs do not
                               know it */
} nsess_change_e;


typedef struct nsess_change_s  nsess_change_t;

struct nsess_change_s {
    nsess_change_e         op;
    nsess_str_t            key;
    nsess_str_t            value;
    const nsess_change_t  *next;
};


#pragma GCC visibility push(hidden)


/*
 * The last change of a key, which decides what it has in the end; maybe a
 * CLEAR.  NULL: the list does not change the key.
 */
const nsess_change_t *nsess_change_last(const nsess_change_t *changes,
    nsess_str_t key);

/* 1 if all keys and values are valid UTF-8 */
int nsess_change_is_text(const nsess_change_t *changes);


#pragma GCC visibility pop


#endif /* _NSESS_CHANGE_H_INCLUDED_ */
