/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: where sessions are stored.  This is all that ring 2 knows of it;
 * ngx_session_store_kind.h is for those who write another kind of store.
 *
 * Rules of every store:
 *
 *   1. Key, value and version are copied before ngx_session_start() returns.
 *   2. The handler is called exactly once, never from inside of
 *      ngx_session_start() or ngx_session_cancel(): an answer that is known at
 *      once is posted.  Only ngx_session_store_exit() drops handlers.
 *   3. The reply and its value live while the handler runs.
 *   4. The operation belongs to the store.  Its pointer is dead when the
 *      handler is called, and after ngx_session_cancel().
 *   5. Cancelling a write does not undo it; one that FAILED may have been
 *      carried out, or may yet be.
 *   6. What one worker starts on one key is carried out in that order, as far
 *      as it does not fail.
 *   7. A version is good for the store and the key that it came from.  A SET
 *      with a version writes only over that version: where the record is
 *      missing, nothing is written.  So what was destroyed stays destroyed.
 *   8. Each operation ends: at its request's "limit" it FAILED, for TIMEOUT.
 *      Shorter limits of time, retries and breakers are the store's.
 *   9. Limits of size are the caller's, in each request.
 *  10. While the place of a key cannot be reached, a store may look in another
 *      one, for a GET that is not "certain"; its version is good for no write.
 *      All else is FAILED meanwhile: an end that is DONE stays so.
 *  11. Places may change, and a record be left in one that becomes its key's
 *      again.  What "ends" such records, living so long, is FAILED instead of
 *      MISSING, and as an ADD or a SET.  A worker knows changes since it began.
 */


#ifndef _NGX_SESSION_STORE_H_INCLUDED_
#define _NGX_SESSION_STORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_session_reason.h"
#include "nsess_key.h"


typedef struct ngx_session_op_s  ngx_session_op_t;


typedef enum {
    NGX_SESSION_GET = 0,        /* DONE, MISSING */
    NGX_SESSION_ADD,            /* DONE, EXISTS */
    NGX_SESSION_SET,            /* DONE; with a version: MISSING, CONFLICT */
    NGX_SESSION_DELETE,         /* DONE, MISSING; with a version: CONFLICT */
    NGX_SESSION_VERBS
} ngx_session_verb_e;


typedef enum {
    NGX_SESSION_DONE = 0,
    NGX_SESSION_MISSING,        /* there is no record under the key */
    NGX_SESSION_EXISTS,         /* there is one already */
    NGX_SESSION_CONFLICT,       /* there is one of another version */
    NGX_SESSION_FAILED,         /* of each verb, for a reason */
    NGX_SESSION_OUTCOMES
} ngx_session_outcome_e;


/* opaque; a record gets another one by each write */
typedef uint64_t  ngx_session_version_t;

#define NGX_SESSION_NO_VERSION  0

#define NGX_SESSION_LIFE_STAYS  -1  /* or seconds from now, at least 1 */


typedef struct {
    size_t                        len;
    u_char                        data[NSESS_KEY_MAX];
} ngx_session_key_t;


typedef struct {
    ngx_session_verb_e            verb;
    const ngx_session_key_t      *key;          /* nsess_key_valid() */
    nsess_str_t                   value;        /* ADD, SET */
    uint32_t                      flags;        /* ADD, SET: of the value */
    ngx_session_version_t         version;      /* SET, DELETE: only over that
                                                   one; NO_VERSION: over any */
    int64_t                       life;         /* ADD, SET, GET: from now on;
                                                   GET alone: or STAYS */
    size_t                        max;          /* GET: bytes of a value */
    ngx_msec_t                    limit;        /* of ngx_current_msec */
    int64_t                       ends;         /* s: see rule 11 */
    unsigned                      tell_version:1;   /* ADD, SET: wanted */
    unsigned                      certain:1;    /* GET: see rule 10 */
} ngx_session_request_t;


typedef struct {
    ngx_session_outcome_e         outcome;
    ngx_session_reason_e          reason;       /* FAILED */

    /* GET, DONE */
    nsess_str_t                   value;
    uint32_t                      flags;
    int64_t                       life;         /* s left, before this GET;
                                                   -1: no end, or not known */
    const ngx_str_t              *peer;         /* its server; or NULL */
    unsigned                      oversize:1;   /* the value was longer than
                                                   max, and was dropped */

    /* GET, DONE: never NO_VERSION; also ADD, SET, where it was to be told:
       NO_VERSION if it cannot */
    ngx_session_version_t         version;
} ngx_session_reply_t;


typedef void (*ngx_session_handler_pt)(void *data,
    const ngx_session_reply_t *reply);


#pragma GCC visibility push(hidden)


/*
 * Starts an operation.  NULL: it is not started, as its limit is over, or for
 * another *reason, and the handler will not be called; else *reason stays.
 */
ngx_session_op_t *ngx_session_start(ngx_session_store_t *store,
    const ngx_session_request_t *req, ngx_session_handler_pt handler,
    void *data, ngx_session_reason_e *reason);

/* the handler will not be called; op may be NULL */
void ngx_session_cancel(ngx_session_op_t *op);

/*
 * Is the server of a key up, as far as this worker knows?  0: an operation on
 * it would be refused, or one was just not answered; take another key, if so.
 */
ngx_uint_t ngx_session_server_is_up(ngx_session_store_t *store,
    const ngx_session_key_t *key);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_STORE_H_INCLUDED_ */
