/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The index of a JSON record: where the keys and values of its members stand.
 * It is made while the record is checked, so that no key is looked for in the
 * record itself.
 */


#ifndef _NSESS_JSON_INDEX_H_INCLUDED_
#define _NSESS_JSON_INDEX_H_INCLUDED_


#include "nsess_codec.h"


/* a bit of .key_len: the key has an escape, and is not to be compared as is */
#define NSESS_JSON_ESCAPED  0x80000000

/* records from here on have no index: lengths have 31 bits */
#define NSESS_JSON_INDEX_MAX  0x7fffffff


/* offsets into the record; a key is raw, with its quotes */
typedef struct {
    uint32_t             key;
    uint32_t             key_len;
    uint32_t             value;
    uint32_t             value_len;
} nsess_json_member_t;


/* members in their order; names may be there more than once */
typedef struct {
    size_t               n;
    int                  to_free;       /* it is of malloc() */
    nsess_json_member_t  members[];
} nsess_json_index_t;


#pragma GCC visibility push(hidden)


/*
 * Checks a record whose first bracket "{" is at pos, as nsess_json_scan() does
 * with NSESS_DEPTH_MAX.  NSESS_OK: record->tree is the
 * index, or NULL, if memory is short or the record too long: it is read without
 * one.  NSESS_ERROR with *err: nothing is to be freed.
 *
 * An index has 16 bytes for each member, which has 5 or more in the record.
 * That of up to 32 members is of record->alloc(); a larger one is of malloc(),
 * and may take four times as much.
 */
nsess_rc_t nsess_json_index_make(nsess_record_t *record, const uint8_t *pos,
    nsess_err_t *err);

/* NULL is harmless */
void nsess_json_index_free(nsess_json_index_t *index);

/* the last member whose key is this text; NULL: there is no such one */
const nsess_json_member_t *nsess_json_index_find(
    const nsess_json_index_t *index, nsess_str_t record, nsess_str_t key);

/* NSESS_OK: *member is the only one, or NULL; NSESS_DECLINED: there are more */
nsess_rc_t nsess_json_index_sole(const nsess_json_index_t *index,
    nsess_str_t record, nsess_str_t key, const nsess_json_member_t **member);


#pragma GCC visibility pop


/* the bytes of a key or value */

static inline nsess_str_t
nsess_json_index_key(nsess_str_t record, const nsess_json_member_t *member)
{
    nsess_str_t  key;

    key.data = record.data + member->key;
    key.len = member->key_len & ~NSESS_JSON_ESCAPED;

    return key;
}


static inline nsess_str_t
nsess_json_index_value(nsess_str_t record, const nsess_json_member_t *member)
{
    nsess_str_t  value;

    value.data = record.data + member->value;
    value.len = member->value_len;

    return value;
}


#endif /* _NSESS_JSON_INDEX_H_INCLUDED_ */
