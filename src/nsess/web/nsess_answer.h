/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * How an application changes a session by what it answers: header fields,
 * whose names have a prefix of the operator's choice.
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
 * Names and values are percent-encoded: RFC 3986, 2.1.  As they are may
 * stand visible ASCII characters other than "%" and ",", and in names "=".
 * A comma is what lines are joined with on their way: RFC 9110, 5.3.
 */


#ifndef _NSESS_ANSWER_H_INCLUDED_
#define _NSESS_ANSWER_H_INCLUDED_


#include "nsess.h"


/* what a browser keeps for a domain at least: cookies of RFC 6265, 6.1 */
#define NSESS_ANSWER_LINES_MAX  50

/* name and value together, decoded: as in a cookie, RFC 6265bis, 5.7 */
#define NSESS_ANSWER_SIZE_MAX  4096

/* of a name, decoded: as of a file, NAME_MAX of Linux */
#define NSESS_ANSWER_NAME_MAX  255

/* integers that all readers of JSON agree on: RFC 8259, 6 */
#define NSESS_ANSWER_STEP_MAX  9007199254740991


typedef enum {
    NSESS_ANSWER_SET = 0,
    NSESS_ANSWER_UNSET,
    NSESS_ANSWER_INCR,
    NSESS_ANSWER_REGENERATE,
    NSESS_ANSWER_DESTROY,
    NSESS_ANSWER_REVOKE,
    NSESS_ANSWER_CLEAR,
    NSESS_ANSWER_LAST
} nsess_answer_word_e;


typedef struct {
    nsess_answer_word_e   word;
    nsess_str_t           name;     /* set, unset, incr: never empty */
    nsess_str_t           value;    /* set */
    int64_t               step;     /* incr */
    unsigned              login:1;  /* regenerate */
} nsess_answer_t;


#pragma GCC visibility push(hidden)


/*
 * Is a header field's name the prefix and one of the words, in any case of
 * letters?  NSESS_OK or NSESS_DECLINED.
 */
nsess_rc_t nsess_answer_word(nsess_str_t field, nsess_str_t prefix,
    nsess_answer_word_e *word);

/*
 * Reads the value of a field of that word; blanks at its ends do not count.
 * buf has room for as many bytes as the value has, and holds what the answer
 * points to.  Name and value are UTF-8 without NUL.  NSESS_E_NONE, or why it
 * is refused: NSESS_E_SYNTAX (not of the form above), NSESS_E_CHARACTER (one
 * that must be encoded, or NUL), NSESS_E_UTF8, NSESS_E_SIZE, NSESS_E_INTEGER
 * (the n of incr is none), NSESS_E_RANGE (it is beyond
 * NSESS_ANSWER_STEP_MAX).
 */
nsess_error_e nsess_answer_read(nsess_answer_word_e word, nsess_str_t value,
    uint8_t *buf, nsess_answer_t *answer);


/*
 * The name in the value of a field of that word, as it stands there, for a
 * message: without what may be a value.  Empty, if there is none.
 */
nsess_str_t nsess_answer_name(nsess_answer_word_e word, nsess_str_t value);

/* what whoever writes such lines can do about that error, for a message */
const char *nsess_answer_remedy(nsess_answer_word_e word,
    nsess_error_e error);


#pragma GCC visibility pop


#endif /* _NSESS_ANSWER_H_INCLUDED_ */
