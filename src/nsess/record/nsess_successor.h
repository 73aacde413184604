/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * When a session gets a new id, this marker takes the place of the record
 * under the old id, and leads to the new one:
 *
 *     moved <until, Unix seconds> <name in the store of the new id> <how>LF
 *     <the record as it was when the id changed; nothing after "left">
 *
 * how: "same": the subject did not change; "login": the session had no
 * subject, and has one now; "left": it has another subject, or has lost its
 * own.  No JSON document begins like the marker.  Where records are pickles,
 * the marker is a pickle, too: its line as a string, without the LF.  An
 * application that reads it finds a value that is not a session.
 */


#ifndef _NSESS_SUCCESSOR_H_INCLUDED_
#define _NSESS_SUCCESSOR_H_INCLUDED_


#include "nsess_buf.h"


#define NSESS_SUCCESSOR_NAME_MAX  64

/* the longest marker without its record, pickled */
#define NSESS_SUCCESSOR_LINE_MAX  108


typedef enum {
    NSESS_SUCCESSOR_SAME = 0,
    NSESS_SUCCESSOR_LOGIN,
    NSESS_SUCCESSOR_LEFT
} nsess_successor_how_e;


typedef enum {
    NSESS_SUCCESSOR_PLAIN = 0,  /* the line, then the record */
    NSESS_SUCCESSOR_PICKLED     /* the line as a pickle, without a record */
} nsess_successor_form_e;


typedef struct {
    int64_t                 until;  /* the last second in which the old id is
                                       good */
    nsess_str_t             name;   /* up to NSESS_SUCCESSOR_NAME_MAX visible
                                       ASCII characters, at least one */
    nsess_successor_how_e   how;
    nsess_str_t             record; /* len 0 where it is pickled */
} nsess_successor_t;


#pragma GCC visibility push(hidden)


void nsess_successor_write(nsess_writer_t *w,
    const nsess_successor_t *successor, nsess_successor_form_e form);

/*
 * NSESS_OK: name and record point into the value; NSESS_DECLINED: the value
 * is not a marker; NSESS_ERROR: it begins like a marker, but is damaged:
 * NSESS_E_SYNTAX or NSESS_E_TRUNCATED.
 */
NSESS_WARN_UNUSED
nsess_rc_t nsess_successor_read(nsess_str_t value, nsess_successor_form_e form,
    nsess_successor_t *successor, nsess_err_t *err);


#pragma GCC visibility pop


#endif /* _NSESS_SUCCESSOR_H_INCLUDED_ */
