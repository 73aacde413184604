/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The steps of a save as tables.
 *
 * MISSING says that a session was destroyed meanwhile: it stays destroyed.
 * Of every CONFLICT one other save succeeded.  A failure of the store ends a
 * save, but where the row says otherwise.
 */


#include "ngx_http_session_table.h"


#if (NGX_DEBUG)
#define NAME(step)  , #step
#else
#define NAME(step)
#endif

#define STEP(step)  NGX_HTTP_SESSION_STEP_##step

#define ROW(step, verb, record, done, missing, exists, conflict, failed)      \
    [STEP(step)] = { NGX_HTTP_SESSION_VERB_##verb,                            \
                     NGX_HTTP_SESSION_KEY_##record,                           \
                     { STEP(done), STEP(missing), STEP(exists),               \
                       STEP(conflict), STEP(failed) } NAME(step) }

/* each verb with the outcomes that it has */

#define GET(step, record, done, missing, failed)                              \
    ROW(step, GET, record, done, missing, NEVER, NEVER, failed)

#define TOUCH(step, record, done, missing, failed)                            \
    ROW(step, TOUCH, record, done, missing, NEVER, NEVER, failed)

#define READ(step, record, done, missing, failed)                             \
    ROW(step, READ, record, done, missing, NEVER, NEVER, failed)

#define ADD(step, record, done, exists, failed)                               \
    ROW(step, ADD, record, done, NEVER, exists, NEVER, failed)

#define SET(step, record, done, missing, conflict, failed)                    \
    ROW(step, SET, record, done, missing, NEVER, conflict, failed)

#define DELETE(step, record, done, missing, failed)                           \
    ROW(step, DELETE, record, done, missing, NEVER, NEVER, failed)

#define REMOVE(step, record, done, missing, conflict, failed)                 \
    ROW(step, REMOVE, record, done, missing, NEVER, conflict, failed)

#define CHOICE(step, function)                                                \
    [STEP(step) - STEP(COMMANDS)] = { ngx_http_session_##function NAME(step) }


const ngx_http_session_row_t  ngx_http_session_rows[] = {

    ADD(CREATE,         NEW,     CREATED,       USED,               ADD_FAILED),

    SET(UPDATE,         LAST,    UPDATED,       GONE,      REREAD,
        UPDATE_FAILED),
    READ(REREAD,        LAST,    REREAD_FOUND,  GONE,                   FAIL),

    ADD(MOVE,           NEW,     MOVED,         USED,               ADD_FAILED),
    SET(LEAVE,          OLD,     BIND,          UNDO,      LEAVE_READ,
        LEAVE_FAILED),
    READ(LEAVE_READ,    OLD,     LEAVE_FOUND,   UNDO,                   FAIL),
    SET(MOVE_AGAIN,     NEW,     MOVED,         UNDO,      LEAVE_READ,  FAIL),
    DELETE(WITHDRAW,    NEW,     WITHDRAWN,     WITHDRAWN,              FAIL),
    DELETE(UNDO,        NEW,     AS_IS,         AS_IS,                  FAIL),
    GET(CONFIRM_NEW,    NEW,     SEND,          GONE,                   FAIL),

    ADD(OWN,            NEW,     MOVED,         USED,               ADD_FAILED),
    GET(FOLLOW,         LAST,    FOLLOW_FOUND,  UNDO,                   FAIL),

    TOUCH(QUIT,         SUBJECT, QUIT_FOUND,    UNDO,                   FAIL),

    READ(BIND_READ,     SUBJECT, BIND_FOUND,    BIND_MISSING,           FAIL),
    ADD(BIND_ADD,       SUBJECT, BOUND,         BIND_READ,       BIND_FAILED),
    SET(BIND_WRITE,     SUBJECT, BOUND,         BIND_READ, BIND_READ,   FAIL),

    READ(DROP_READ,     SUBJECT, DROP_FOUND,    DROPPED,             DROPPED),
    SET(DROP_WRITE,     SUBJECT, DROPPED,       DROPPED,   DROP_READ,
        DROPPED),

    GET(CONFIRM_SUBJECT, SUBJECT, SUBJECT_FOUND, AS_IS,                AS_IS),
    GET(CONFIRM_RECORD, OLD,     RECORD_FOUND,  AS_IS,                 AS_IS),

    REMOVE(DESTROY,     LAST,    DESTROYED,     DESTROYED, DESTROY_READ,
        FAIL),
    GET(DESTROY_READ,   LAST,    DESTROY_FOUND, DESTROYED,              FAIL),

    READ(REVOKE_READ,   SUBJECT, REVOKE_FOUND,  REVOKE_MISSING,         FAIL),
    ADD(REVOKE_ADD,     SUBJECT, REVOKE,        REVOKE_READ,   REVOKE_FAILED),
    SET(REVOKE_WRITE,   SUBJECT, REVOKE,       REVOKE_READ, REVOKE_READ, FAIL)
};


const ngx_http_session_choice_t  ngx_http_session_choices[] = {

    CHOICE(CREATED,         created),
    CHOICE(ADD_FAILED,      add_failed),

    CHOICE(UPDATED,         updated),
    CHOICE(UPDATE_FAILED,   update_failed),
    CHOICE(REREAD_FOUND,    reread_found),

    CHOICE(MOVE_BEGIN,      move_begin),
    CHOICE(OWN_BEGIN,       own_begin),
    CHOICE(MOVED,           moved),
    CHOICE(LEAVE_FAILED,    leave_failed),
    CHOICE(LEAVE_FOUND,     leave_found),
    CHOICE(WITHDRAWN,       withdrawn),
    CHOICE(FOLLOW_FOUND,    follow_found),

    CHOICE(BIND,            bind),
    CHOICE(QUIT_FOUND,      quit_found),
    CHOICE(BIND_FOUND,      bind_found),
    CHOICE(BIND_MISSING,    bind_missing),
    CHOICE(BIND_FAILED,     bind_failed),
    CHOICE(BOUND,           bound),
    CHOICE(DROP_FOUND,      drop_found),
    CHOICE(DROPPED,         dropped),
    CHOICE(SEND,            send),

    CHOICE(SIGN,            sign),
    CHOICE(SUBJECT_FOUND,   subject_found),
    CHOICE(RECORD_FOUND,    record_found),

    CHOICE(DESTROYED,       destroyed),
    CHOICE(DESTROY_FOUND,   destroy_found),
    CHOICE(DESTROY_NEXT,    destroy_next),
    CHOICE(REVOKE,          revoke),
    CHOICE(REVOKE_FOUND,    revoke_found),
    CHOICE(REVOKE_MISSING,  revoke_missing),
    CHOICE(REVOKE_FAILED,   revoke_failed)
};
