/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The base types of ring 0: strings, results, errors.  Ring 0 is C99 and libc,
 * and knows nothing of nginx.  It has no global state, except in tests (the
 * counters of nsess_work.h, the switch of nsess_slow.h), and allocates only
 * where a header says so.  Input is always [data, data + len): it has no NUL
 * at its end, and is not written to.
 */


#ifndef _NSESS_H_INCLUDED_
#define _NSESS_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define NSESS_WARN_UNUSED  __attribute__((warn_unused_result))


typedef struct {
    size_t          len;
    const uint8_t  *data;
} nsess_str_t;


#define nsess_string(text)                                                    \
    { sizeof(text) - 1, (const uint8_t *) text }


typedef enum {
    NSESS_OK = 0,           /* done */
    NSESS_ERROR = -1,       /* failed, described in nsess_err_t */
    NSESS_AGAIN = -2,       /* more input is needed */
    NSESS_DECLINED = -5     /* not there, or not for this function */
} nsess_rc_t;


typedef enum {
    NSESS_E_NONE = 0,

    /* writer */
    NSESS_E_OVERFLOW,       /* output does not fit the buffer or the limit */

    /* codecs */
    NSESS_E_SYNTAX,         /* a byte that the format does not allow here */
    NSESS_E_TRUNCATED,      /* input ends inside a value */
    NSESS_E_TRAILING,       /* bytes after the end of the document */
    NSESS_E_UTF8,           /* not valid UTF-8 */
    NSESS_E_DEPTH,          /* nested deeper than the limit */
    NSESS_E_SIZE,           /* longer than the limit */
    NSESS_E_TYPE,           /* the document is not a map of keys */
    NSESS_E_BUDGET,         /* more values, or longer numbers, than allowed */
    NSESS_E_OPAQUE,         /* values that cannot be decoded are in the way */
    NSESS_E_MEMORY,         /* malloc() failed */
    NSESS_E_INTEGER,        /* an increment of what is not an integer */
    NSESS_E_RANGE,          /* an integer beyond its limits */
    NSESS_E_FLAGS,          /* client flags of another kind of value */

    /* signed values */
    NSESS_E_LENGTH,         /* cookie of a wrong length */
    NSESS_E_CHARACTER,      /* cookie holds a byte outside of its alphabet */
    NSESS_E_VERSION,        /* cookie of an unknown version */
    NSESS_E_KEY,            /* signed by a key that is not in the ring */
    NSESS_E_SIGNATURE,      /* the MAC does not match */
    NSESS_E_FUTURE,         /* issued in the future */
    NSESS_E_EXPIRED,        /* past its absolute limit */
    NSESS_E_NAME,           /* signed for a cookie of another name */
    NSESS_E_PAIR,           /* two cookies of different sessions */
    NSESS_E_ID,             /* an id that memcached does not take as a key */
    NSESS_E_MACS,           /* not checked: other cookies took all MACs that
                               a request may cost */

    /* libcrypto or the system's random source failed */
    NSESS_E_CRYPTO,

    NSESS_E_LAST
} nsess_error_e;


typedef struct {
    nsess_error_e   code;
    size_t          pos;    /* byte offset into the input */
} nsess_err_t;


#pragma GCC visibility push(hidden)


/*
 * A short English text for a code, static, without a full stop.  A code that
 * is not of the enum has a text, too.
 */
const char *nsess_strerror(nsess_error_e code);


#pragma GCC visibility pop


#endif /* _NSESS_H_INCLUDED_ */
