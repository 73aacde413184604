/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What stands under the key of an id that was regenerated, until it is dead:
 *
 *     moved <until, Unix seconds> <name in the store of the new id>LF
 *     <the record as it was when the id changed>
 *
 * No JSON document begins so.
 */


#ifndef _NSESS_MOVED_H_INCLUDED_
#define _NSESS_MOVED_H_INCLUDED_


#include "nsess_buf.h"


#define NSESS_MOVED_NAME_MAX  64


typedef struct {
    int64_t         until;      /* the last second in which it answers */
    nsess_str_t     name;       /* 1 to NSESS_MOVED_NAME_MAX bytes, no blanks */
    nsess_str_t     record;
} nsess_moved_t;


#pragma GCC visibility push(hidden)


void nsess_moved_write(nsess_writer_t *w, const nsess_moved_t *moved);

/*
 * NSESS_OK: name and record point into the value; NSESS_DECLINED: it is
 * something else; NSESS_ERROR: it begins as one, and is damaged:
 * NSESS_E_SYNTAX or NSESS_E_TRUNCATED.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_moved_read(nsess_str_t value, nsess_moved_t *moved,
    nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_MOVED_H_INCLUDED_ */
