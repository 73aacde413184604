/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Header fields by which an application changes the session when it answers.
 * Their names begin with a prefix of the operator's choice.
 *
 *     X-Session-Set: name=value
 *     X-Session-Unset: name
 *     X-Session-Incr: name            by 1
 *     X-Session-Incr: name=n          by an integer, also a negative one
 *     X-Session-Regenerate: 1 or login
 *     X-Session-Destroy: 1
 *     X-Session-Revoke: all
 *     X-Session-Clear: 1
 *
 * Names and values are percent-encoded: RFC 3986, 2.1.  Visible ASCII
 * characters may stand for themselves, other than "%", "," and, in names, "=".
 * A comma must be encoded since lines may be joined by it: RFC 9110, 5.3.
 */


#ifndef _NSESS_UPSTREAM_HEADER_H_INCLUDED_
#define _NSESS_UPSTREAM_HEADER_H_INCLUDED_


#include "nsess.h"


/* what a browser keeps for a domain at least: cookies of RFC 6265, 6.1 */
#define NSESS_UPSTREAM_LINES_MAX  50

/* name and value together, decoded: as in a cookie, RFC 6265bis, 5.7 */
#define NSESS_UPSTREAM_SIZE_MAX  4096

/* of a name, decoded: as of a file, NAME_MAX of Linux */
#define NSESS_UPSTREAM_NAME_MAX  255

/* integers that all readers of JSON agree on: RFC 8259, 6 */
#define NSESS_UPSTREAM_STEP_MAX  9007199254740991


typedef enum {
    NSESS_UPSTREAM_SET = 0,
    NSESS_UPSTREAM_UNSET,
    NSESS_UPSTREAM_INCR,
    NSESS_UPSTREAM_REGENERATE,
    NSESS_UPSTREAM_DESTROY,
    NSESS_UPSTREAM_REVOKE,
    NSESS_UPSTREAM_CLEAR,
    NSESS_UPSTREAM_LAST
} nsess_upstream_word_e;


typedef struct {
    nsess_upstream_word_e   word;
    nsess_str_t             name;     /* set, unset, incr: never empty */
    nsess_str_t             value;    /* set */
    int64_t                 step;     /* incr */
    unsigned                login:1;  /* regenerate */
} nsess_upstream_header_t;


#pragma GCC visibility push(hidden)


/*
 * Is a header field's name the prefix and one of the words, in any case of
 * letters?  NSESS_OK or NSESS_DECLINED.
 */
nsess_rc_t nsess_upstream_word(nsess_str_t field, nsess_str_t prefix,
    nsess_upstream_word_e *word);

/*
 * Reads the value of a field of that word, without the blanks at its ends.
 * buf has room for as many bytes as the value has; header points into it.
 * Name and value are UTF-8 without NUL.  Returns NSESS_E_NONE, or why the
 * value is refused: NSESS_E_SYNTAX (not of the form above), NSESS_E_CHARACTER
 * (one that must be encoded, or NUL), NSESS_E_UTF8, NSESS_E_SIZE,
 * NSESS_E_INTEGER (n is not an integer), NSESS_E_RANGE (n is beyond
 * NSESS_UPSTREAM_STEP_MAX).
 */
nsess_error_e nsess_upstream_read(nsess_upstream_word_e word, nsess_str_t value,
    uint8_t *buf, nsess_upstream_header_t *header);


/*
 * The name in the value of a field of that word, still encoded, for a message:
 * without anything that may be a session's value.  It may be empty.
 */
nsess_str_t nsess_upstream_name(nsess_upstream_word_e word, nsess_str_t value);

/* how the writer of such a field can mend that error, for a message */
const char *nsess_upstream_remedy(nsess_upstream_word_e word,
    nsess_error_e error);


#pragma GCC visibility pop


#endif /* _NSESS_UPSTREAM_HEADER_H_INCLUDED_ */
