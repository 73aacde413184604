/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a look at a session asks of its subject: the subject's record, and
 * whether the session is good for whom it belongs to.
 */


#include "ngx_http_session_identity.h"
#include "ngx_http_session_life.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_subject.h"
#include "ngx_http_session_subject_conf.h"

#include "ngx_session_limit.h"
#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_subject.h"


static ngx_http_session_event_e ngx_http_session_look_at_unbound(
    ngx_http_session_look_t *look, ngx_int_t has_subject);
static ngx_http_session_event_e ngx_http_session_look_at_subject(
    ngx_http_session_look_t *look);
static ngx_http_session_event_e ngx_http_session_look_at_lost(
    ngx_http_session_look_t *look);
static ngx_uint_t ngx_http_session_look_is_listed(
    ngx_http_session_look_t *look);


void
ngx_http_session_look_ask_subject(ngx_http_session_look_t *look,
    ngx_session_handler_pt handler)
{
    ngx_session_request_t  req;
    ngx_session_key_t      key;

    if (*look->commands == 0) {
        look->subject_state = NGX_HTTP_SESSION_SUBJECT_FAILED;
        return;
    }

    (*look->commands)--;

    ngx_http_session_subject_key(look->manager, look->identity->token.subject,
                                 &key);

    ngx_memzero(&req, sizeof(ngx_session_request_t));

    req.verb = NGX_SESSION_GET;
    req.key = &key;
    req.certain = 1;
    req.max = look->manager->max_value;
    req.limit = look->limit;
    req.life = ngx_http_session_subject_life(look->manager);

    look->subject_state = NGX_HTTP_SESSION_SUBJECT_ASKED;
    look->subject_op = ngx_session_start(look->manager->store, &req, handler,
                                         look, &look->reason);

    if (look->subject_op == NULL) {
        look->subject_state = NGX_HTTP_SESSION_SUBJECT_FAILED;
    }
}


ngx_http_session_subject_e
ngx_http_session_look_read_subject(ngx_http_session_look_t *look,
    const ngx_session_reply_t *reply)
{
    nsess_err_t  err;
    nsess_str_t  value;

    if (reply->outcome == NGX_SESSION_MISSING) {
        return NGX_HTTP_SESSION_SUBJECT_MISSING;
    }

    if (reply->outcome == NGX_SESSION_FAILED) {
        look->reason = reply->reason;
        return NGX_HTTP_SESSION_SUBJECT_FAILED;
    }

    value = reply->value;

    if (reply->oversize) {
        return NGX_HTTP_SESSION_SUBJECT_MISSING;
    }

    if (ngx_http_session_copy_value(look->pool, &value) == NULL) {
        look->reason = NGX_SESSION_REASON_NO_MEMORY;
        return NGX_HTTP_SESSION_SUBJECT_FAILED;
    }

    look->subject_value = value.data;

    return nsess_subject_read(value, &look->subject, &err) == NSESS_OK
           ? NGX_HTTP_SESSION_SUBJECT_KNOWN : NGX_HTTP_SESSION_SUBJECT_MISSING;
}


ngx_http_session_event_e
ngx_http_session_look_judge(ngx_http_session_look_t *look)
{
    ngx_int_t  rc;
    ngx_str_t  text;

    if (look->manager->subject.len == 0) {
        return NGX_HTTP_SESSION_EVENT_GOOD;
    }

    rc = ngx_http_session_subject_text(look->manager, &look->loaded.record,
                                       look->pool, &text);

    if (rc == NGX_ERROR) {
        look->reason = NGX_SESSION_REASON_NO_MEMORY;
        return NGX_HTTP_SESSION_EVENT_FAILED;
    }

    if (!look->identity->token.has_subject) {
        return ngx_http_session_look_at_unbound(look, rc);
    }

    if (rc == NGX_OK
        && ngx_http_session_subject_is(look->manager, &text,
                                       look->identity->token.subject)
           == NGX_OK)
    {
        return ngx_http_session_look_at_subject(look);
    }

    return NGX_HTTP_SESSION_EVENT_DEAD;
}


/* the cookie has no subject; has the record one? */

static ngx_http_session_event_e
ngx_http_session_look_at_unbound(ngx_http_session_look_t *look,
    ngx_int_t has_subject)
{
    if (has_subject == NGX_DECLINED) {
        return NGX_HTTP_SESSION_EVENT_GOOD;
    }

    /* a cookie from before the login is dead */

    if (look->loaded.newer != NULL
        || (look->loaded.flags & NGX_HTTP_SESSION_BOUND))
    {
        return NGX_HTTP_SESSION_EVENT_DEAD;
    }

    look->loaded.rebind = 1;

    return NGX_HTTP_SESSION_EVENT_GOOD;
}


static ngx_http_session_event_e
ngx_http_session_look_at_subject(ngx_http_session_look_t *look)
{
    switch (look->subject_state) {

    case NGX_HTTP_SESSION_SUBJECT_KNOWN:
        break;

    case NGX_HTTP_SESSION_SUBJECT_MISSING:
        return ngx_http_session_look_at_lost(look);

    default: /* NGX_HTTP_SESSION_SUBJECT_FAILED */
        return NGX_HTTP_SESSION_EVENT_FAILED;
    }

    if (look->identity->token.epoch != look->subject.epoch) {
        return NGX_HTTP_SESSION_EVENT_DEAD;
    }

    if (look->manager->max_sessions == 0
        || ngx_http_session_look_is_listed(look))
    {
        return NGX_HTTP_SESSION_EVENT_GOOD;
    }

    /*
     * Servers answer in any order: the record may have been read before it
     * moved, and the subject's after that.
     */

    return look->again ? NGX_HTTP_SESSION_EVENT_DEAD
                       : NGX_HTTP_SESSION_EVENT_UNLISTED;
}


/*
 * The record may have said that the session was revoked, and a login makes one
 * with another epoch: so the session is never good again.
 */

static ngx_http_session_event_e
ngx_http_session_look_at_lost(ngx_http_session_look_t *look)
{
    if (look->manager->lost == NGX_HTTP_SESSION_LOST_ERROR) {
        return NGX_HTTP_SESSION_EVENT_UNSURE;
    }

    (void) ngx_session_log(&look->manager->unlisted, NGX_LOG_WARN, look->log,
                           0, "a session of \"%V\" is over: the record of its "
                           "subject is lost", &look->manager->name);

    return NGX_HTTP_SESSION_EVENT_DEAD;
}


/* under the cookie's id, or one that came after it */

static ngx_uint_t
ngx_http_session_look_is_listed(ngx_http_session_look_t *look)
{
    return ngx_http_session_lists_id(look->manager, &look->subject,
                                     &look->identity->key, 1)
           || (look->loaded.newer != NULL
               && ngx_http_session_lists_id(look->manager, &look->subject,
                                            look->loaded.newer->elts,
                                            look->loaded.newer->nelts));
}
