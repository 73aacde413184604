/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * How a load, a save and the check of session_csrf end.
 */


#ifndef _NGX_HTTP_SESSION_RESULT_H_INCLUDED_
#define _NGX_HTTP_SESSION_RESULT_H_INCLUDED_


#include "ngx_http_session.h"


/* values of $session_status; texts in ..._result.c, labels in
   ..._figures.c */
typedef enum {
    NGX_HTTP_SESSION_UNKNOWN = 0,   /* not loaded */
    NGX_HTTP_SESSION_NONE,
    NGX_HTTP_SESSION_HIT,
    NGX_HTTP_SESSION_FORGED,
    NGX_HTTP_SESSION_EXPIRED,
    NGX_HTTP_SESSION_NEW,
    NGX_HTTP_SESSION_ERROR,
    NGX_HTTP_SESSION_CORRUPT,
    NGX_HTTP_SESSION_STATUS_LAST
} ngx_http_session_status_e;


/* how a save ended; texts in ..._result.c, labels in ..._figures.c */
typedef enum {
    NGX_HTTP_SESSION_SAVE_NONE = 0,
    NGX_HTTP_SESSION_SAVE_OK,
    NGX_HTTP_SESSION_SAVE_JOINED,   /* under the id that another save made */
    NGX_HTTP_SESSION_SAVE_GONE,     /* destroyed meanwhile */
    NGX_HTTP_SESSION_SAVE_OTHER,    /* another subject has it now */
    NGX_HTTP_SESSION_SAVE_STORE,    /* the store failed, see the reason */
    NGX_HTTP_SESSION_SAVE_CONFLICT, /* too many other writers */
    NGX_HTTP_SESSION_SAVE_SIZE,     /* longer than max_size */
    NGX_HTTP_SESSION_SAVE_CORRUPT,  /* of the stored record */
    NGX_HTTP_SESSION_SAVE_EXISTS,   /* the new id is in use */
    NGX_HTTP_SESSION_SAVE_OPAQUE,   /* an unset beside opaque values */
    NGX_HTTP_SESSION_SAVE_INTEGER,  /* incremented a non-integer */
    NGX_HTTP_SESSION_SAVE_RANGE,    /* the integer is too large */
    NGX_HTTP_SESSION_SAVE_INTERNAL, /* no memory, no random bytes */
    NGX_HTTP_SESSION_SAVE_LAST
} ngx_http_session_result_e;


/* how the check of session_csrf ended; texts in ..._csrf.c */
typedef enum {
    NGX_HTTP_SESSION_CSRF_UNCHECKED = 0,
    NGX_HTTP_SESSION_CSRF_GOOD,
    NGX_HTTP_SESSION_CSRF_NO_SESSION,
    NGX_HTTP_SESSION_CSRF_MISSING,
    NGX_HTTP_SESSION_CSRF_WRONG,
    NGX_HTTP_SESSION_CSRF_CROSS_SITE,
    NGX_HTTP_SESSION_CSRF_LARGE
} ngx_http_session_csrf_e;


#pragma GCC visibility push(hidden)


/* the word for $session_status; static */
const ngx_str_t *ngx_http_session_status(ngx_http_session_status_e status);

/* how a save ended, for messages; static */
const char *ngx_http_session_result(ngx_http_session_result_e result);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_RESULT_H_INCLUDED_ */
