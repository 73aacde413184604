/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A look at the session of one cookie, as a table: in each state what each
 * event leads to.  These are the steps of LOAD in docs/model.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_row_name.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_successor.h"


typedef struct {
    ngx_http_session_look_state_e   next;       /* before the action */

    /* an action or a verdict; neither: the state does not have the event */
    ngx_http_session_event_e      (*action)(ngx_http_session_look_t *look);
    ngx_http_session_verdict_e      verdict;
#if (NGX_DEBUG)
    const char                     *name;
#endif
} ngx_http_session_look_row_t;


static void ngx_http_session_look_run(ngx_http_session_look_t *look,
    ngx_http_session_event_e event);
static ngx_http_session_event_e ngx_http_session_look_own(
    ngx_http_session_look_t *look);
static ngx_http_session_event_e ngx_http_session_look_ask_newer(
    ngx_http_session_look_t *look);
static ngx_http_session_event_e ngx_http_session_look_ask_again(
    ngx_http_session_look_t *look);
static ngx_http_session_event_e ngx_http_session_look_ask(
    ngx_http_session_look_t *look, ngx_session_key_t *key, int64_t life);
static void ngx_http_session_look_answered(void *data,
    const ngx_session_reply_t *reply);
static void ngx_http_session_look_subject_answered(void *data,
    const ngx_session_reply_t *reply);
static ngx_http_session_event_e ngx_http_session_look_read(
    ngx_http_session_look_t *look, const ngx_session_reply_t *reply);
static ngx_http_session_event_e ngx_http_session_look_open(
    ngx_http_session_look_t *look, const ngx_session_reply_t *reply);
static ngx_http_session_event_e ngx_http_session_look_open_value(
    ngx_http_session_look_t *look, const ngx_session_reply_t *reply,
    nsess_str_t value);
static ngx_http_session_event_e ngx_http_session_look_at_marker(
    ngx_http_session_look_t *look, const nsess_successor_t *moved,
    const u_char *value);
static ngx_uint_t ngx_http_session_look_goes_on(ngx_http_session_look_t *look,
    const nsess_successor_t *moved);


#define STEP(state, event, next, action, name)                                \
    [NGX_HTTP_SESSION_LOOK_##state][NGX_HTTP_SESSION_EVENT_##event] =         \
        { NGX_HTTP_SESSION_LOOK_##next, ngx_http_session_look_##action,       \
          NGX_HTTP_SESSION_VERDICT_NONE name }

#define STOP(state, event, verdict, name)                                     \
    [NGX_HTTP_SESSION_LOOK_##state][NGX_HTTP_SESSION_EVENT_##event] =         \
        { NGX_HTTP_SESSION_LOOK_KNOWN, NULL,                                  \
          NGX_HTTP_SESSION_VERDICT_##verdict name }

#define ROW(state, event, next, action)                                       \
    STEP(state, event, next, action,                                          \
         NGX_HTTP_SESSION_ROW_NAME(state, event, next))

#define END(state, event, verdict)                                            \
    STOP(state, event, verdict,                                               \
         NGX_HTTP_SESSION_ROW_NAME(state, event, verdict))

#define USUAL_ROW(state, event, next, action)                                 \
    STEP(state, event, next, action,                                          \
         NGX_HTTP_SESSION_USUAL_NAME(state, event, next))

#define USUAL_END(state, event, verdict)                                      \
    STOP(state, event, verdict,                                               \
         NGX_HTTP_SESSION_USUAL_NAME(state, event, verdict))


static const ngx_http_session_look_row_t
    ngx_http_session_look_rows[NGX_HTTP_SESSION_LOOK_STATES]
                              [NGX_HTTP_SESSION_LOOK_EVENTS] = {

    USUAL_ROW(ASKED, RECORD,  OWNED,  own),
    USUAL_ROW(OWNED, SUBJECT, OWNED,  judge),
    USUAL_END(OWNED, GOOD,    GOOD),
    END(ASKED,    MISSING,  DEAD),

    ROW(ASKED,    MARKER,   FOLLOWED, ask_newer),
    END(ASKED,    LATE,     DEAD),
    END(ASKED,    CORRUPT,  CORRUPT),
    END(ASKED,    FAILED,   FAILED),

    ROW(FOLLOWED, RECORD,   OWNED,    own),
    ROW(FOLLOWED, MARKER,   FOLLOWED, ask_newer),
    END(FOLLOWED, MISSING,  DEAD),
    END(FOLLOWED, LATE,     DEAD),
    END(FOLLOWED, CORRUPT,  CORRUPT),
    END(FOLLOWED, FAILED,   FAILED),

    ROW(OWNED,    UNLISTED, ASKED,    ask_again),
    END(OWNED,    DEAD,     DEAD),
    END(OWNED,    UNSURE,   UNSURE),
    END(OWNED,    FAILED,   FAILED)
};


#if (NGX_DEBUG)

/* by event: what an id does, or is */

static const char  *ngx_http_session_look_events[] = {
    "has no answer yet",
    "has a record",
    "was replaced, and a newer id is asked for",
    "was replaced too long ago, or by too many ids",
    "has no record",
    "has a record that is corrupt, or longer than max_size",
    "could not be read, since the store failed",
    "has a subject, whose list is known",
    "is listed for its subject",
    "was ended for its subject",
    "is not listed for its subject yet, and is asked for again",
    "may have been ended, since its subject's list is lost"
};

#endif


const char  ngx_http_session_unknown[] =
    "it is not known whether the session was revoked";


/* the subject's record is read first: a session that moves is listed later */

void
ngx_http_session_look(ngx_http_session_look_t *look)
{
    ngx_http_session_event_e  event;

    ngx_log_debug4(NGX_LOG_DEBUG_HTTP, look->log, 0,
                   "session load: the store is asked for id \"%*s\" of \"%V\", "
                   "whose good cookie was signed %T s ago",
                   (size_t) NGX_HTTP_SESSION_HASH_LEN, look->identity->name,
                   &look->manager->name,
                   ngx_time() - (time_t) look->identity->token.signed_at);

    look->state = NGX_HTTP_SESSION_LOOK_ASKED;

    if (look->manager->subject.len != 0 && look->identity->token.has_subject) {
        ngx_http_session_look_ask_subject(look,
                                       ngx_http_session_look_subject_answered);
    }

    event = ngx_http_session_look_ask(look, &look->identity->key, look->life);

    if (event != NGX_HTTP_SESSION_EVENT_WAIT) {
        ngx_http_session_look_run(look, event);
    }
}


void
ngx_http_session_look_end(ngx_http_session_look_t *look)
{
    ngx_session_cancel(look->op);
    look->op = NULL;

    ngx_session_cancel(look->subject_op);
    look->subject_op = NULL;

    /* what a load has taken over is the request's */

    if (look->loaded.value != NULL) {
        ngx_http_session_free_loaded(look->manager, look->pool, &look->loaded);
    }

    ngx_http_session_free_value(look->pool, look->subject_value);
    look->subject_value = NULL;
}


const char *
ngx_http_session_look_why(ngx_http_session_look_t *look)
{
    switch (look->verdict) {

    case NGX_HTTP_SESSION_VERDICT_UNSURE:
        return ngx_http_session_unknown;

    case NGX_HTTP_SESSION_VERDICT_CORRUPT:
        return "its record is corrupt";

    default: /* NGX_HTTP_SESSION_VERDICT_FAILED */
        return ngx_session_reason(look->manager->store, look->reason);
    }
}


static void
ngx_http_session_look_run(ngx_http_session_look_t *look,
    ngx_http_session_event_e event)
{
    const ngx_http_session_look_row_t  *row;

    while (event != NGX_HTTP_SESSION_EVENT_WAIT) {

        row = &ngx_http_session_look_rows[look->state][event];

        if (row->action == NULL
            && row->verdict == NGX_HTTP_SESSION_VERDICT_NONE)
        {
            (void) ngx_session_log(&look->manager->broken, NGX_LOG_ALERT,
                                   look->log, 0,
                                   "event %d in state %d of a look",
                                   (int) event, (int) look->state);

            look->reason = NGX_SESSION_REASON_PROTOCOL;
            look->verdict = NGX_HTTP_SESSION_VERDICT_FAILED;
            look->state = NGX_HTTP_SESSION_LOOK_KNOWN;
            return;
        }

#if (NGX_DEBUG)

        if (row->name != NULL) {
            ngx_log_debug4(NGX_LOG_DEBUG_HTTP, look->log, 0,
                           "session load: id \"%*s\" %s (%s)",
                           (size_t) NGX_HTTP_SESSION_HASH_LEN,
                           look->identity->name,
                           ngx_http_session_look_events[event], row->name);
        }

#endif

        look->state = row->next;
        look->verdict = row->verdict;

        event = row->action != NULL ? row->action(look)
                                    : NGX_HTTP_SESSION_EVENT_WAIT;
    }
}


static ngx_http_session_event_e
ngx_http_session_look_own(ngx_http_session_look_t *look)
{
    return look->subject_op != NULL ? NGX_HTTP_SESSION_EVENT_WAIT
                                    : ngx_http_session_look_judge(look);
}


static ngx_http_session_event_e
ngx_http_session_look_ask_again(ngx_http_session_look_t *look)
{
    ngx_http_session_free_loaded(look->manager, look->pool, &look->loaded);

    look->again = 1;
    look->loaded.newer = NULL;

    return ngx_http_session_look_ask(look, &look->identity->key,
                                     NGX_SESSION_LIFE_STAYS);
}


static ngx_http_session_event_e
ngx_http_session_look_ask_newer(ngx_http_session_look_t *look)
{
    ngx_session_key_t  *newer;

    newer = look->loaded.newer->elts;

    return ngx_http_session_look_ask(look,
                                     &newer[look->loaded.newer->nelts - 1],
                                     NGX_SESSION_LIFE_STAYS);
}


static ngx_http_session_event_e
ngx_http_session_look_ask(ngx_http_session_look_t *look,
    ngx_session_key_t *key, int64_t life)
{
    ngx_session_request_t  req;

    if (*look->commands == 0) {

        /* a chain of ids that is too long to follow is dead */

        return NGX_HTTP_SESSION_EVENT_LATE;
    }

    (*look->commands)--;

    ngx_memzero(&req, sizeof(ngx_session_request_t));

    req.verb = NGX_SESSION_GET;
    req.key = key;
    req.life = life;
    req.max = look->manager->max_value;
    req.limit = look->limit;

    look->op = ngx_session_start(look->manager->store, &req,
                                 ngx_http_session_look_answered, look,
                                 &look->reason);

    return look->op != NULL ? NGX_HTTP_SESSION_EVENT_WAIT
                            : NGX_HTTP_SESSION_EVENT_FAILED;
}


static void
ngx_http_session_look_answered(void *data, const ngx_session_reply_t *reply)
{
    ngx_http_session_look_t *look = data;

    look->op = NULL;

    ngx_http_session_look_run(look, ngx_http_session_look_read(look, reply));

    if (look->state == NGX_HTTP_SESSION_LOOK_KNOWN) {
        look->handler(look->data);
    }
}


static void
ngx_http_session_look_subject_answered(void *data,
    const ngx_session_reply_t *reply)
{
    ngx_http_session_look_t *look = data;

    look->subject_op = NULL;

    look->subject_state = ngx_http_session_look_read_subject(look, reply);

    if (look->state != NGX_HTTP_SESSION_LOOK_OWNED) {
        return;
    }

    ngx_http_session_look_run(look, NGX_HTTP_SESSION_EVENT_SUBJECT);

    if (look->state == NGX_HTTP_SESSION_LOOK_KNOWN) {
        look->handler(look->data);
    }
}


static ngx_http_session_event_e
ngx_http_session_look_read(ngx_http_session_look_t *look,
    const ngx_session_reply_t *reply)
{
    switch (reply->outcome) {

    case NGX_SESSION_DONE:
        return ngx_http_session_look_open(look, reply);

    case NGX_SESSION_MISSING:
        return NGX_HTTP_SESSION_EVENT_MISSING;

    default: /* NGX_SESSION_FAILED */
        look->reason = reply->reason;
        return NGX_HTTP_SESSION_EVENT_FAILED;
    }
}


static ngx_http_session_event_e
ngx_http_session_look_open(ngx_http_session_look_t *look,
    const ngx_session_reply_t *reply)
{
    nsess_str_t               value;
    ngx_http_session_event_e  event;

    if (reply->oversize) {
        look->err.code = NSESS_E_SIZE;
        look->err.pos = 0;
        return NGX_HTTP_SESSION_EVENT_CORRUPT;
    }

    value = reply->value;

    if (ngx_http_session_copy_value(look->pool, &value) == NULL) {
        look->reason = NGX_SESSION_REASON_NO_MEMORY;
        return NGX_HTTP_SESSION_EVENT_FAILED;
    }

    event = ngx_http_session_look_open_value(look, reply, value);

    if (look->loaded.value != value.data) {

        /* a request may wait for long, and nobody reads it any more */

        ngx_http_session_free_value(look->pool, value.data);
    }

    return event;
}


static ngx_http_session_event_e
ngx_http_session_look_open_value(ngx_http_session_look_t *look,
    const ngx_session_reply_t *reply, nsess_str_t value)
{
    nsess_record_t     record;
    nsess_successor_t  moved;

    switch (ngx_http_session_open(look->manager, value, reply->flags,
                                  look->pool, &record, &moved, &look->err))
    {

    case NGX_OK:
        break;

    case NGX_DONE:

        if (look->loaded.newer == NULL) {
            look->loaded.life = reply->life;
            look->loaded.flags = reply->flags;
        }

        return ngx_http_session_look_at_marker(look, &moved, value.data);

    case NGX_DECLINED:
        return NGX_HTTP_SESSION_EVENT_CORRUPT;

    default: /* NGX_ERROR */
        look->reason = NGX_SESSION_REASON_NO_MEMORY;
        return NGX_HTTP_SESSION_EVENT_FAILED;
    }

#if (NGX_DEBUG)
    look->peer = reply->peer;
#endif

    if (look->loaded.newer != NULL) {

        /* the cookie's id shows what there was when it was replaced */

        ngx_http_session_free_record(look->manager, look->pool, &record,
                                     value.data);
        return NGX_HTTP_SESSION_EVENT_RECORD;
    }

    look->loaded.record = record;
    look->loaded.value = value.data;
    look->loaded.version = reply->version;
    look->loaded.flags = reply->flags;
    look->loaded.life = reply->life;

    return NGX_HTTP_SESSION_EVENT_RECORD;
}


static ngx_http_session_event_e
ngx_http_session_look_at_marker(ngx_http_session_look_t *look,
    const nsess_successor_t *moved, const u_char *value)
{
    ngx_session_key_t          *newer;
    ngx_http_session_loaded_t  *loaded;

    if (look->through ? !ngx_http_session_look_goes_on(look, moved)
                      : moved->until < ngx_time())
    {
        look->late = 1;
        return NGX_HTTP_SESSION_EVENT_LATE;
    }

    loaded = &look->loaded;

    if (loaded->newer == NULL) {
        loaded->newer = ngx_array_create(look->pool, 1,
                                         sizeof(ngx_session_key_t));

        if (loaded->newer != NULL && moved->record.len != 0) {

            switch (ngx_http_session_open_record(look->manager, moved->record,
                                                 look->pool, &loaded->record,
                                                 &look->err))
            {

            case NGX_OK:
                loaded->value = value;
                break;

            case NGX_DECLINED:
                return NGX_HTTP_SESSION_EVENT_CORRUPT;

            default: /* NGX_ERROR */
                loaded->newer = NULL;
            }
        }
    }

    newer = loaded->newer != NULL ? ngx_array_push(loaded->newer) : NULL;

    if (newer == NULL) {
        look->reason = NGX_SESSION_REASON_NO_MEMORY;
        return NGX_HTTP_SESSION_EVENT_FAILED;
    }

    return ngx_http_session_next_key(look->manager, moved, newer) == NGX_OK
           ? NGX_HTTP_SESSION_EVENT_MARKER : NGX_HTTP_SESSION_EVENT_LATE;
}


/* without a subject, a login does not change whose session it is */

static ngx_uint_t
ngx_http_session_look_goes_on(ngx_http_session_look_t *look,
    const nsess_successor_t *moved)
{
    return moved->how == NSESS_SUCCESSOR_SAME
           || (moved->how == NSESS_SUCCESSOR_LOGIN
               && look->manager->subject.len == 0);
}
