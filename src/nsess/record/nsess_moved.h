/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The marker that stands under the key of an id that was replaced:
 *
 *     moved <until, Unix seconds> <name in the store of the new id> <how>LF
 *     <the record as it was when the id changed; nothing after "left">
 *
 * how: "same": whose session it is did not change; "login": it became
 * somebody's; "left": it became another's, or no longer is anybody's.
 * No JSON document begins so.  Where records are pickles the marker is a
 * pickle, too, of its line as a string without the LF, so that an application
 * that reads it finds a value that is not a session.
 */


#ifndef _NSESS_MOVED_H_INCLUDED_
#define _NSESS_MOVED_H_INCLUDED_


#include "nsess_buf.h"


#define NSESS_MOVED_NAME_MAX  64

/* the longest marker without its record, pickled */
#define NSESS_MOVED_LINE_MAX  108


typedef enum {
    NSESS_MOVED_SAME = 0,
    NSESS_MOVED_LOGIN,
    NSESS_MOVED_LEFT
} nsess_moved_how_e;


typedef enum {
    NSESS_MOVED_PLAIN = 0,      /* before a record */
    NSESS_MOVED_PICKLED         /* alone */
} nsess_moved_form_e;


typedef struct {
    int64_t             until;  /* the last second in which it answers */
    nsess_str_t         name;   /* 1 to NSESS_MOVED_NAME_MAX bytes, no blanks */
    nsess_moved_how_e   how;
    nsess_str_t         record; /* len 0 where it is pickled */
} nsess_moved_t;


#pragma GCC visibility push(hidden)


void nsess_moved_write(nsess_writer_t *w, const nsess_moved_t *moved,
    nsess_moved_form_e form);

/*
 * NSESS_OK: name and record point into the value; NSESS_DECLINED: it is
 * something else; NSESS_ERROR: it begins as one, and is damaged:
 * NSESS_E_SYNTAX or NSESS_E_TRUNCATED.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_moved_read(nsess_str_t value, nsess_moved_form_e form,
    nsess_moved_t *moved, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_MOVED_H_INCLUDED_ */
