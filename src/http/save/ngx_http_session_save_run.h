/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A save in progress: what it is for, who it is about, and where it is.
 *
 * Life: ngx_http_session_save_start() makes it in a pool of its own, and the
 * driver frees it at its end.  It may outlive the request.
 */


#ifndef _NGX_HTTP_SESSION_SAVE_RUN_H_INCLUDED_
#define _NGX_HTTP_SESSION_SAVE_RUN_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_base.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_ids.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_turns.h"

#include "ngx_session_store.h"
#include "nsess_change.h"
#include "nsess_increment.h"
#include "nsess_subject.h"
#include "nsess_successor.h"
#include "nsess_token.h"


/* how the old id is left: what its marker will say */
typedef struct {
    nsess_str_t                   record;       /* that it still shows */
    nsess_successor_how_e         how;
} ngx_http_session_left_t;


struct ngx_http_session_save_s {
    /* what is wanted */
    ngx_http_session_goal_e       goal;
    const nsess_change_t         *changes;
    nsess_incremented_t          *counted;      /* NULL: no increments */
    unsigned                      login:1;
    unsigned                      clear:1;      /* the data is not carried
                                                   over */
    unsigned                      rebind:1;     /* an application has logged
                                                   in */

    /* who; also .ids, .old and .fresh */
    ngx_session_key_t            *ends;         /* that are destroyed, too */
    ngx_uint_t                    nends;
    ngx_str_t                     whose;        /* the subject; len 0: nobody */
    ngx_str_t                     was;          /* that of what was loaded */

    /* where it is */
    ngx_http_session_step_e       step;         /* the command at work */
    ngx_uint_t                    tries;
    unsigned                      repeated:1;   /* a command that failed: once
                                                   in a save */
    unsigned                      unsure:1;     /* LEAVE has failed, and was
                                                   asked about */
    ngx_http_session_base_t       base;
    ngx_http_session_left_t       left;
    ngx_session_version_t         fresh_version;    /* of what was written
                                                   under the new id; or
                                                   NGX_SESSION_NO_VERSION */

    /* the subject's record at work */
    const u_char                 *subject;      /* its hash, which is that of
                                                   .old, .fresh or .hash;
                                                   NULL: unknown */
    ngx_uint_t                    revoked;      /* hashes of the subject */
    ngx_session_version_t         subject_version;

    /* how it ends */
    ngx_http_session_result_e     result;       /* of _STEP_AS_IS */
    ngx_session_reason_e          reason;       /* of a failure of the store */
    ngx_http_session_send_e       cookie;
    ngx_http_session_saved_t     *ended;        /* while it is started: where
                                                   an end at once is told */
    unsigned                      told:1;       /* how it ends, before it has
                                                   ended */

    /* no zeros at first: set when it is made */
    ngx_pool_t                   *pool;
    ngx_log_t                    *log;
    ngx_http_session_manager_t   *manager;
    ngx_http_session_saved_pt     handler;      /* NULL: nobody waits */
    void                         *data;
    ngx_msec_t                    limit;        /* until then somebody waits */

    /* the same: set before they are read */
    u_char                        hash[NSESS_SUBJECT_LEN];
    ngx_http_session_ids_t        ids;          /* of the session, the cookie's
                                                   first; the record at work
                                                   has the last one */
    nsess_subject_t               listed;       /* the subject's record, during
                                                   a step alone */
    nsess_subject_edit_t          edit;         /* the same */
    ngx_http_session_turn_t       turn;
    ngx_http_session_identity_t   old;          /* of the request's cookie */
    ngx_http_session_identity_t   fresh;        /* of the cookie to be sent */
};


/*
 * May what the store has not answered be done once more, in a way in which its
 * late execution does no harm?  The connection has failed, and a new one may be
 * good.  A timeout is not waited for twice.
 */

static ngx_inline ngx_uint_t
ngx_http_session_may_repeat(ngx_http_session_save_t *save)
{
    if (save->repeated) {
        return 0;
    }

    save->repeated = 1;

    return save->reason == NGX_SESSION_REASON_CLOSED
           || save->reason == NGX_SESSION_REASON_READ
           || save->reason == NGX_SESSION_REASON_WRITE;
}


/* takes the new id back, for a reason */

static ngx_inline ngx_http_session_step_e
ngx_http_session_undo(ngx_http_session_save_t *save,
    ngx_http_session_result_e result)
{
    save->result = result;

    return NGX_HTTP_SESSION_STEP_UNDO;
}


#endif /* _NGX_HTTP_SESSION_SAVE_RUN_H_INCLUDED_ */
