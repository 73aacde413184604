/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The items of a list or an object of JSON that was checked before: by the
 * index of a record, or by a search for the end of each.
 */


#ifndef _NSESS_JSON_ITER_H_INCLUDED_
#define _NSESS_JSON_ITER_H_INCLUDED_


#include "nsess_codec.h"
#include "nsess_json_index.h"


/* a member of an object, or an element of a list */
typedef struct {
    nsess_str_t                 key;    /* raw; len 0 in a list */
    nsess_str_t                 value;  /* raw */
    const uint8_t              *before; /* the end of the item before it */
} nsess_json_item_t;


typedef struct {
    const uint8_t              *pos;
    const uint8_t              *last;
    int                         object;

    /* the members that are left; NULL: there is no index */

    const nsess_json_member_t  *member;
    size_t                      members;
    const uint8_t              *data;
} nsess_json_iter_t;


#pragma GCC visibility push(hidden)


/* a value that is neither a list nor an object has no items */
void nsess_json_iter(nsess_json_iter_t *it, nsess_str_t container);

/* the members of a record, with or without an index or data */
void nsess_json_iter_record(nsess_json_iter_t *it,
    const nsess_record_t *record);

/* 1: *item is the next one; 0: there are no more */
int nsess_json_next(nsess_json_iter_t *it, nsess_json_item_t *item);

/*
 * The end of the value (or the member's key) at pos; last if the document ends
 * inside.
 */
const uint8_t *nsess_json_skip(const uint8_t *pos, const uint8_t *last);


#pragma GCC visibility pop


#endif /* _NSESS_JSON_ITER_H_INCLUDED_ */
