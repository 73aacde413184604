/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * JSON as spans of bytes: a scanner that validates (RFC 8259), and fast steps
 * over what it has validated.
 */


#ifndef _NSESS_JSON_SCAN_H_INCLUDED_
#define _NSESS_JSON_SCAN_H_INCLUDED_


#include "nsess.h"
#include "nsess_work.h"


#pragma GCC visibility push(hidden)


/*
 * Is doc one JSON value in UTF-8, with only white space around it, and at most
 * depth (up to NSESS_DEPTH_MAX) containers deep?  NSESS_OK, or NSESS_ERROR
 * with *err.
 */
nsess_rc_t nsess_json_scan(nsess_str_t doc, size_t depth, nsess_err_t *err);

/*
 * The end of the value (or the member's key) at pos, in a valid document;
 * last if the document ends inside.
 */
const uint8_t *nsess_json_skip(const uint8_t *pos, const uint8_t *last);


#pragma GCC visibility pop


/* the first byte that is no white space, or last */

static inline const uint8_t *
nsess_json_blank(const uint8_t *pos, const uint8_t *last)
{
    /* all white space is below what begins a token */

    while (pos < last && *pos <= ' '
           && (*pos == ' ' || *pos == '\n' || *pos == '\r' || *pos == '\t'))
    {
        nsess_work(1);
        pos++;
    }

    return pos;
}


#endif /* _NSESS_JSON_SCAN_H_INCLUDED_ */
