/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A look at the session of one cookie: asks the store for the record of its
 * subject and for its own, follows the markers of ids that were replaced,
 * and says whether the session is good.  A load looks at the cookies of a
 * request, session_recheck and a second look at one that is known.
 *
 *     ASKED     for the record under the cookie's id
 *     FOLLOWED  for the record under an id that came after it
 *     OWNED     the session is there; the subject's record is under way
 *     KNOWN     look->verdict says what was found
 *
 * Life: in the caller's memory.  The handler is called once, when the verdict
 * is known, never from inside of ngx_http_session_look(); not at all after
 * ngx_http_session_look_end(), which frees what the look holds and must be
 * called unless the record was taken over.
 */


#ifndef _NGX_HTTP_SESSION_LOOK_H_INCLUDED_
#define _NGX_HTTP_SESSION_LOOK_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_record.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_subject.h"


typedef enum {
    NGX_HTTP_SESSION_LOOK_ASKED = 0,
    NGX_HTTP_SESSION_LOOK_FOLLOWED,
    NGX_HTTP_SESSION_LOOK_OWNED,
    NGX_HTTP_SESSION_LOOK_KNOWN,
    NGX_HTTP_SESSION_LOOK_STATES
} ngx_http_session_look_state_e;


typedef enum {
    NGX_HTTP_SESSION_VERDICT_NONE = 0,          /* not yet */
    NGX_HTTP_SESSION_VERDICT_GOOD,
    NGX_HTTP_SESSION_VERDICT_DEAD,
    NGX_HTTP_SESSION_VERDICT_CORRUPT,           /* look->err says why */
    NGX_HTTP_SESSION_VERDICT_FAILED,            /* look->reason says why */
    NGX_HTTP_SESSION_VERDICT_UNSURE             /* it may be revoked: its
                                                   subject's record is lost */
} ngx_http_session_verdict_e;


/* the record of the session's subject */
typedef enum {
    NGX_HTTP_SESSION_SUBJECT_UNASKED = 0,
    NGX_HTTP_SESSION_SUBJECT_ASKED,
    NGX_HTTP_SESSION_SUBJECT_KNOWN,
    NGX_HTTP_SESSION_SUBJECT_MISSING,           /* or damaged */
    NGX_HTTP_SESSION_SUBJECT_FAILED
} ngx_http_session_subject_e;


typedef enum {
    NGX_HTTP_SESSION_EVENT_WAIT = 0,        /* a reply will come */

    /* replies to the get of a session's record */
    NGX_HTTP_SESSION_EVENT_RECORD,
    NGX_HTTP_SESSION_EVENT_MARKER,          /* of an id that answers */
    NGX_HTTP_SESSION_EVENT_LATE,            /* of one that does not any more */
    NGX_HTTP_SESSION_EVENT_MISSING,
    NGX_HTTP_SESSION_EVENT_CORRUPT,
    NGX_HTTP_SESSION_EVENT_FAILED,

    /* the subject's record is known, or not needed; what it says */
    NGX_HTTP_SESSION_EVENT_SUBJECT,
    NGX_HTTP_SESSION_EVENT_GOOD,
    NGX_HTTP_SESSION_EVENT_DEAD,
    NGX_HTTP_SESSION_EVENT_UNLISTED,
    NGX_HTTP_SESSION_EVENT_UNSURE,
    NGX_HTTP_SESSION_LOOK_EVENTS
} ngx_http_session_event_e;


struct ngx_http_session_look_s {
    ngx_http_session_identity_t    *identity;   /* set by the caller */
    ngx_http_session_manager_t     *manager;
    ngx_pool_t                     *pool;       /* of what is read */
    ngx_log_t                      *log;
    void                          (*handler)(void *data);
    void                           *data;
    ngx_uint_t                     *commands;   /* how many may be sent yet */
    ngx_msec_t                      limit;      /* of its commands */
    int64_t                         life;       /* of the record from now on,
                                                   s; or _LIFE_STAYS */

    ngx_http_session_look_state_e   state;
    ngx_http_session_verdict_e      verdict;
    ngx_http_session_loaded_t       loaded;
    ngx_session_reason_e            reason;
    nsess_err_t                     err;

    ngx_session_op_t               *op;
    ngx_session_op_t               *subject_op;
    ngx_http_session_subject_e      subject_state;
    nsess_subject_t                 subject;
    const u_char                   *subject_value;  /* the copy that it is in */

#if (NGX_DEBUG)
    const ngx_str_t                *peer;       /* had the record */
#endif

    unsigned                        through:1;  /* an id counts however long
                                                   ago it was replaced, if
                                                   the session goes on */
    unsigned                        again:1;    /* asked the second time */
    unsigned                        late:1;     /* an id answers no more */
};


#pragma GCC visibility push(hidden)


/* starts; the verdict may be known on return, if the store failed at once */
void ngx_http_session_look(ngx_http_session_look_t *look);
void ngx_http_session_look_end(ngx_http_session_look_t *look);
/* of a verdict that is neither good nor dead, for messages; that of UNSURE */
const char *ngx_http_session_look_why(ngx_http_session_look_t *look);
extern const char  ngx_http_session_unknown[];


/* ngx_http_session_look_subject.c, for the other file of a look */

void ngx_http_session_look_ask_subject(ngx_http_session_look_t *look,
    ngx_session_handler_pt handler);
ngx_http_session_subject_e ngx_http_session_look_read_subject(
    ngx_http_session_look_t *look, const ngx_session_reply_t *reply);

/* the record is there, and all is known of the subject */
ngx_http_session_event_e ngx_http_session_look_judge(
    ngx_http_session_look_t *look);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_LOOK_H_INCLUDED_ */
