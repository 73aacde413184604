/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A save in progress.  It is a walk through the table of steps in
 * ngx_http_session_run.c: each step is one command of the store, and its row
 * says which step follows which outcome.  These are the steps of SAVE, MOVE,
 * OWN, BIND, CONFIRM, DESTROY and REVOKE_ALL in docs/model.
 *
 * ngx_http_session_plan.c picks the first step; the other files make the
 * values of steps and choose among the steps that may follow.  They are called
 * by the driver and never call it.
 */


#ifndef _NGX_HTTP_SESSION_SAVE_RUN_H_INCLUDED_
#define _NGX_HTTP_SESSION_SAVE_RUN_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_identity.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save.h"

#include "ngx_session_mc.h"
#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_count.h"
#include "nsess_mc_proto.h"
#include "nsess_moved.h"
#include "nsess_subject.h"
#include "nsess_token.h"


typedef enum {

    /* a new session */
    NGX_HTTP_SESSION_STEP_CREATE = 0,

    /* a change of one */
    NGX_HTTP_SESSION_STEP_UPDATE,
    NGX_HTTP_SESSION_STEP_REREAD,

    /* to a new id, from one that was good when it was loaded */
    NGX_HTTP_SESSION_STEP_MOVE,
    NGX_HTTP_SESSION_STEP_LEAVE,        /* the old id becomes a marker */
    NGX_HTTP_SESSION_STEP_LEAVE_READ,
    NGX_HTTP_SESSION_STEP_MOVE_AGAIN,
    NGX_HTTP_SESSION_STEP_WITHDRAW,     /* another request has moved it */
    NGX_HTTP_SESSION_STEP_UNDO,
    NGX_HTTP_SESSION_STEP_CONFIRM_FRESH,    /* was it ended already? */

    /* a login under an id that was replaced: a session of its own */
    NGX_HTTP_SESSION_STEP_OWN,
    NGX_HTTP_SESSION_STEP_FOLLOW,       /* does the old one go on? */

    /* the subject that is left: has it ended the session meanwhile? */
    NGX_HTTP_SESSION_STEP_LEAVE_SUBJECT,

    /* the new id is listed as its subject's */
    NGX_HTTP_SESSION_STEP_BIND_READ,
    NGX_HTTP_SESSION_STEP_BIND_ADD,
    NGX_HTTP_SESSION_STEP_BIND_WRITE,

    /* ids that are over are taken from the list */
    NGX_HTTP_SESSION_STEP_DROP_READ,
    NGX_HTTP_SESSION_STEP_DROP_WRITE,

    /* is the cookie good now, so that it may be signed again? */
    NGX_HTTP_SESSION_STEP_CONFIRM_SUBJECT,
    NGX_HTTP_SESSION_STEP_CONFIRM_RECORD,

    NGX_HTTP_SESSION_STEP_DESTROY,
    NGX_HTTP_SESSION_STEP_DESTROY_READ,

    NGX_HTTP_SESSION_STEP_REVOKE_READ,
    NGX_HTTP_SESSION_STEP_REVOKE_ADD,
    NGX_HTTP_SESSION_STEP_REVOKE_WRITE,

    NGX_HTTP_SESSION_STEP_LAST,

    /* in the table: the row's action looks at the reply */
    NGX_HTTP_SESSION_STEP_READ,

    /* from here on: the end, with a ngx_http_session_result_e */
    NGX_HTTP_SESSION_STEP_END
} ngx_http_session_step_e;


#define ngx_http_session_end(result)                                          \
    ((ngx_http_session_step_e) (NGX_HTTP_SESSION_STEP_END + (result)))


struct ngx_http_session_save_s {
    ngx_pool_t                   *pool;
    ngx_log_t                    *log;
    ngx_http_session_manager_t   *manager;
    ngx_http_session_saved_pt     handler;      /* NULL: nobody waits */
    void                         *data;

    /* what is wanted */
    const nsess_change_t         *changes;
    nsess_counted_t              *counted;      /* NULL: no increments */
    ngx_str_t                     whose;        /* the subject; len 0: none */
    ngx_str_t                     was;          /* that of what was loaded */

    /* who */
    ngx_http_session_identity_t   old;          /* of the request's cookie */
    ngx_http_session_identity_t   fresh;        /* of the cookie to be sent */
    ngx_array_t                   chain;        /* ngx_http_session_key_t, the
                                                   ids of the session, the
                                                   cookie's first */

    ngx_http_session_key_t       *ends;         /* that are destroyed, too */
    ngx_uint_t                    nends;

    /* where it is */
    ngx_http_session_step_e       step;
    ngx_uint_t                    tries;
    ngx_http_session_key_t        at;           /* the record at work */
    uint64_t                      cas;          /* of what was read last */
    uint64_t                      fresh_cas;    /* of what was written under
                                                   the new id; 0: not told */
    uint32_t                      flags;
    int64_t                       ttl;          /* s; -1: no end */
    u_char                        subject[NSESS_SUBJECT_LEN];  /* at work */
    ngx_uint_t                    revoked;      /* hashes of the subject */
    nsess_str_t                   left;         /* the record that the old id
                                                   shows */
    nsess_moved_how_e             how;

    /* during a step alone */
    nsess_record_t                record;       /* the base of what is
                                                   written */
    nsess_subject_t               listed;
    nsess_subject_edit_t          edit;

    ngx_http_session_result_e     result;       /* that an undo leads to, or
                                                   a failure to start */
    ngx_session_mc_reason_e       reason;
    ngx_http_session_send_e       cookie;

    ngx_queue_t                   turn;         /* in manager->turns if first,
                                                   else in another's waiting */
    ngx_queue_t                   waiting;      /* if first */
    ngx_http_session_key_t        turn_key;
    ngx_event_t                   wake;

    unsigned                      first:1;      /* it is its turn */
    unsigned                      opened:1;     /* the record is the save's */
    unsigned                      login:1;
    unsigned                      moves:1;      /* to a new id */
    unsigned                      clear:1;      /* the data is not carried
                                                   over */
    unsigned                      based:1;      /* the session was good when it
                                                   was loaded */
    unsigned                      rebind:1;     /* an application has logged
                                                   in */
    unsigned                      own:1;        /* beside the session that goes
                                                   on */
    unsigned                      joined:1;     /* under a newer id */
    unsigned                      crossed:1;    /* whose session it is has
                                                   changed on the way there */
    unsigned                      left_since:1; /* by its subject, on the way
                                                   there */
    unsigned                      confirmed:1;  /* its record, in this save */
    unsigned                      reachable:1;  /* the new id, since a while,
                                                   through the old one */
    unsigned                      resend:1;     /* the cookie, if it is good */
    unsigned                      revoke:1;
    unsigned                      untouched:1;  /* the record keeps its life */
    unsigned                      dropped:1;    /* what ends is listed */
    unsigned                      waits:1;      /* the response does */
    unsigned                      cookies:1;    /* it is to send a new one */

    ngx_http_session_saved_t     *ended;        /* while it is started: where
                                                   an end at once is told */
};


#pragma GCC visibility push(hidden)


/* ngx_http_session_plan.c: the first step; or the end */
ngx_http_session_step_e ngx_http_session_plan(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);

/* ngx_http_session_carry.c: copies those that make a difference, or all */
ngx_int_t ngx_http_session_copy_changes(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t all);

/* ngx_http_session_run.c: goes on with a step; the save may be gone after */
void ngx_http_session_run(ngx_http_session_save_t *save,
    ngx_http_session_step_e step);


/*
 * Values of steps, written once to a counting writer if they are long.
 * NGX_OK; NGX_AGAIN: the writer has no room; NGX_ERROR: save->result says
 * why there is no value.
 */
typedef ngx_int_t (*ngx_http_session_make_pt)(ngx_http_session_save_t *save,
    nsess_writer_t *w);

/* what follows a step; reply is memcached's, not of a failure */
typedef ngx_http_session_step_e (*ngx_http_session_next_pt)(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);


/* ngx_http_session_steps.c */
ngx_int_t ngx_http_session_make_record(ngx_http_session_save_t *save,
    nsess_writer_t *w);
ngx_http_session_step_e ngx_http_session_created(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_updated(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_reread(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_confirm_subject(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_confirm_record(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);

/* sends the cookie again, if it is to be sent and is good */
ngx_http_session_step_e ngx_http_session_resend(
    ngx_http_session_save_t *save);

/* the key joins the chain, and is the record at work */
ngx_int_t ngx_http_session_chain(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key);
ngx_int_t ngx_http_session_chain_next(ngx_http_session_save_t *save,
    const nsess_moved_t *moved);

/* opens a reply's value: NGX_OK, NGX_DONE: a marker, NGX_DECLINED, NGX_ERROR */
ngx_int_t ngx_http_session_save_open(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, nsess_moved_t *moved);

/* did an application give the record to another subject since the load? */
ngx_uint_t ngx_http_session_is_given_away(ngx_http_session_save_t *save);

/* the end of a save that found what it cannot work with */
ngx_http_session_step_e ngx_http_session_unopened(ngx_int_t rc);

/* ngx_http_session_move.c */
ngx_int_t ngx_http_session_make_marker(ngx_http_session_save_t *save,
    nsess_writer_t *w);
ngx_http_session_step_e ngx_http_session_move(ngx_http_session_save_t *save,
    const nsess_record_t *record);
ngx_http_session_step_e ngx_http_session_own(ngx_http_session_save_t *save,
    const nsess_record_t *record);
ngx_http_session_step_e ngx_http_session_moved(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_left(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_leave_read(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_withdrawn(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_confirm_fresh(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_followed(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_undone(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);

/* the new id is bound: its cookie may go out, if it is still good */
ngx_http_session_step_e ngx_http_session_move_end(
    ngx_http_session_save_t *save);

/* takes the new id back, for a reason */
ngx_http_session_step_e ngx_http_session_undo(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);

/* ngx_http_session_bind.c */
ngx_int_t ngx_http_session_make_subject(ngx_http_session_save_t *save,
    nsess_writer_t *w);
ngx_http_session_step_e ngx_http_session_bind(ngx_http_session_save_t *save);
ngx_http_session_step_e ngx_http_session_leave_subject(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_bind_read(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_bound(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_drop_read(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
/* a session is destroyed, and not listed any more: the next one, or the end */
ngx_http_session_step_e ngx_http_session_destroy_next(
    ngx_http_session_save_t *save);

ngx_http_session_step_e ngx_http_session_dropped(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_revoke_read(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_revoked(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);

/*
 * Does the record of the cookie's subject have the cookie's epoch still, and
 * list one of the first n ids of the session?  n == 0: the list is not asked.
 */
ngx_uint_t ngx_http_session_is_owned(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, ngx_uint_t n);

/* is the new subject the one of the cookie? */
ngx_uint_t ngx_http_session_is_old_subject(ngx_http_session_save_t *save);

/* the first step that ends all sessions of save->whose */
ngx_http_session_step_e ngx_http_session_revoke(
    ngx_http_session_save_t *save);

/* ngx_http_session_destroy.c */
ngx_http_session_step_e ngx_http_session_destroyed(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);
ngx_http_session_step_e ngx_http_session_destroy_read(
    ngx_http_session_save_t *save, const nsess_mc_reply_t *reply);


/* ngx_http_session_turns.c */

/* 1: save may go on; 0: ngx_http_session_run() will be called with its step */
ngx_uint_t ngx_http_session_take_turn(ngx_http_session_save_t *save,
    const ngx_http_session_key_t *key);

/* the next one goes on */
void ngx_http_session_end_turn(ngx_http_session_save_t *save);


/* the same: makes room, if there are increments */
ngx_int_t ngx_http_session_count_init(ngx_http_session_save_t *save);


/* ngx_http_session_save.c */

/* calls the handler, if any, and ends the save's life */
void ngx_http_session_finish(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SAVE_RUN_H_INCLUDED_ */
