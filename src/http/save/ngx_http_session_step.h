/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a save is made for, and its steps: commands, choices and ends.  The
 * table in ngx_http_session_table.c says which step follows which outcome of
 * a command.  A choice is a step without a command: its function picks the
 * next step.  These are the steps of SAVE, MOVE, OWN, BIND, CONFIRM, DESTROY
 * and REVOKE_ALL in docs/model.
 */


#ifndef _NGX_HTTP_SESSION_STEP_H_INCLUDED_
#define _NGX_HTTP_SESSION_STEP_H_INCLUDED_


#include "ngx_http_session_result.h"


typedef enum {
    NGX_HTTP_SESSION_GOAL_CHANGE = 0,   /* of the record where it is */
    NGX_HTTP_SESSION_GOAL_JOIN,         /* the same, under a newer id */
    NGX_HTTP_SESSION_GOAL_RENEW,        /* a change, and the cookie is signed
                                           again */
    NGX_HTTP_SESSION_GOAL_RESIGN,       /* the cookie alone */
    NGX_HTTP_SESSION_GOAL_CREATE,
    NGX_HTTP_SESSION_GOAL_MOVE,         /* to a new id */
    NGX_HTTP_SESSION_GOAL_OWN,          /* a login under an id that was
                                           replaced: a session of its own,
                                           beside the one that goes on */
    NGX_HTTP_SESSION_GOAL_DESTROY,
    NGX_HTTP_SESSION_GOAL_REVOKE        /* all sessions of the subject, and
                                           then the request's own */
} ngx_http_session_goal_e;


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
    NGX_HTTP_SESSION_STEP_CONFIRM_NEW,  /* was it ended already? */

    /* a login under an id that was replaced */
    NGX_HTTP_SESSION_STEP_OWN,
    NGX_HTTP_SESSION_STEP_FOLLOW,       /* does the old session go on? */

    /* the subject that is left: has it ended the session meanwhile? */
    NGX_HTTP_SESSION_STEP_QUIT,

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

    NGX_HTTP_SESSION_STEP_COMMANDS,

    /* choices; _FOUND: of what a get has found */
    NGX_HTTP_SESSION_STEP_CREATED = NGX_HTTP_SESSION_STEP_COMMANDS,
    NGX_HTTP_SESSION_STEP_ADD_FAILED,   /* of the new id's record */
    NGX_HTTP_SESSION_STEP_UPDATED,
    NGX_HTTP_SESSION_STEP_UPDATE_FAILED,
    NGX_HTTP_SESSION_STEP_REREAD_FOUND,
    NGX_HTTP_SESSION_STEP_MOVE_BEGIN,
    NGX_HTTP_SESSION_STEP_OWN_BEGIN,
    NGX_HTTP_SESSION_STEP_MOVED,        /* the new id has its record */
    NGX_HTTP_SESSION_STEP_LEAVE_FAILED,
    NGX_HTTP_SESSION_STEP_LEAVE_FOUND,
    NGX_HTTP_SESSION_STEP_WITHDRAWN,
    NGX_HTTP_SESSION_STEP_FOLLOW_FOUND,
    NGX_HTTP_SESSION_STEP_BIND,
    NGX_HTTP_SESSION_STEP_QUIT_FOUND,
    NGX_HTTP_SESSION_STEP_BIND_FOUND,
    NGX_HTTP_SESSION_STEP_BIND_MISSING,
    NGX_HTTP_SESSION_STEP_BIND_FAILED,
    NGX_HTTP_SESSION_STEP_BOUND,
    NGX_HTTP_SESSION_STEP_DROP_FOUND,
    NGX_HTTP_SESSION_STEP_DROPPED,
    NGX_HTTP_SESSION_STEP_SEND,         /* the cookie of the new id */
    NGX_HTTP_SESSION_STEP_SIGN,         /* the cookie again */
    NGX_HTTP_SESSION_STEP_SUBJECT_FOUND,
    NGX_HTTP_SESSION_STEP_RECORD_FOUND,
    NGX_HTTP_SESSION_STEP_DESTROYED,
    NGX_HTTP_SESSION_STEP_DESTROY_FOUND,
    NGX_HTTP_SESSION_STEP_DESTROY_NEXT,
    NGX_HTTP_SESSION_STEP_REVOKE,
    NGX_HTTP_SESSION_STEP_REVOKE_FOUND,
    NGX_HTTP_SESSION_STEP_REVOKE_MISSING,
    NGX_HTTP_SESSION_STEP_REVOKE_FAILED,

    /* ends, each with a ngx_http_session_result_e */
    NGX_HTTP_SESSION_STEP_END,

    NGX_HTTP_SESSION_STEP_GONE = NGX_HTTP_SESSION_STEP_END
                                 + NGX_HTTP_SESSION_SAVE_GONE,
    NGX_HTTP_SESSION_STEP_FAIL = NGX_HTTP_SESSION_STEP_END
                                 + NGX_HTTP_SESSION_SAVE_STORE,
    NGX_HTTP_SESSION_STEP_USED = NGX_HTTP_SESSION_STEP_END
                                 + NGX_HTTP_SESSION_SAVE_EXISTS,

    /* with save->result */
    NGX_HTTP_SESSION_STEP_AS_IS = NGX_HTTP_SESSION_STEP_END
                                  + NGX_HTTP_SESSION_SAVE_LAST,

    /* in the table: the command does not have the outcome */
    NGX_HTTP_SESSION_STEP_NEVER
} ngx_http_session_step_e;


#define ngx_http_session_end(result)                                          \
    ((ngx_http_session_step_e) (NGX_HTTP_SESSION_STEP_END + (result)))


#endif /* _NGX_HTTP_SESSION_STEP_H_INCLUDED_ */
