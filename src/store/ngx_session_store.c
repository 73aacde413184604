/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What all kinds of stores have in common: the beginning and the end of
 * operations, and the texts of failures.
 */


#include "ngx_session_store.h"
#include "ngx_session_store_kind.h"


static void ngx_session_count(ngx_session_op_t *op,
    ngx_session_reason_e reason);


/* indexed by ngx_session_reason_e */

static const char  *ngx_session_failures[NGX_SESSION_REASON_LAST] = {
    "succeeded",
    "is down",
    "could not be connected to",
    "timed out while connecting",
    "timed out",
    "closed the connection",
    "failed in recv()",
    "failed in send()",
    "sent an unexpected reply",
    "reported an error",
    "has too much waiting to be sent",
    "could not be used for lack of memory",
    "was not waited for, since the worker exits",
    "tells no versions of values",
    "failed in the TLS handshake",
    ("closed a new connection without an answer: it may want "
        "\"tls on\", \"auth_file\", or another \"protocol\""),
    "is too old: 1.6.18 or later is needed, or \"protocol classic\"",
    ("does not know the command: it may want another \"protocol\", as proxies "
        "want \"classic\""),
    "sent a TLS alert: \"tls on\" is needed",
    "wants a user and a password: \"auth_file\" is needed",
    "refused the user and the password of \"auth_file\"",
    "has no address yet",
    "may have the record where its servers had it before they changed"
};


ngx_session_op_t *
ngx_session_start(ngx_session_store_t *store,
    const ngx_session_request_t *req, ngx_session_handler_pt handler,
    void *data, ngx_session_reason_e *reason)
{
    ngx_session_op_t  *op;

    if ((ngx_msec_int_t) (req->limit - ngx_current_msec) > 0) {
        op = store->ops->start(store, req, handler, data, reason);

    } else {
        op = NULL;
        *reason = NGX_SESSION_REASON_TIMEOUT;
    }

    if (op == NULL) {
        store->stats->errors[*reason]++;
    }

    return op;
}


void
ngx_session_cancel(ngx_session_op_t *op)
{
    if (op != NULL) {
        op->handler = NULL;
    }
}


ngx_uint_t
ngx_session_server_is_up(ngx_session_store_t *store,
    const ngx_session_key_t *key)
{
    return store->ops->server_is_up(store, key);
}


const char *
ngx_session_reason(ngx_session_store_t *store, ngx_session_reason_e reason)
{
    return store->reasons[reason];
}


const char *
ngx_session_failure(ngx_session_reason_e reason)
{
    return ngx_session_failures[reason];
}


void
ngx_session_op_begin(ngx_session_op_t *op, ngx_session_store_t *store,
    ngx_session_verb_e verb, ngx_session_handler_pt handler, void *data)
{
    op->store = store;
    op->handler = handler;
    op->data = data;
    op->verb = verb;
    op->begun = store->clock;

    if (verb != NGX_SESSION_VERBS) {
        store->stats->in_flight++;
    }
}


void
ngx_session_op_end(ngx_session_op_t *op, const ngx_session_reply_t *reply)
{
    ngx_session_handler_pt  handler;

    if (op->verb != NGX_SESSION_VERBS) {
        ngx_session_count(op, reply->reason);
    }

    handler = op->handler;

    if (handler != NULL) {

        /* the handler may cancel, and must not meet op in a new life */

        op->handler = NULL;
        handler(op->data, reply);
    }
}


void
ngx_session_op_drop(ngx_session_op_t *op)
{
    op->handler = NULL;

    if (op->verb != NGX_SESSION_VERBS) {
        op->store->stats->in_flight--;
    }
}


static void
ngx_session_count(ngx_session_op_t *op, ngx_session_reason_e reason)
{
    uint64_t                  usec;
    ngx_uint_t                i;
    ngx_session_stats_t      *stats;
    ngx_session_histogram_t  *latency;

    stats = op->store->stats;

    stats->in_flight--;

    if (reason != NGX_SESSION_REASON_NONE) {
        stats->errors[reason]++;
    }

    latency = &stats->latency[op->verb];
    usec = op->store->clock - op->begun;

    for (i = 0; i < NGX_SESSION_BOUNDS; i++) {
        if (usec <= ngx_session_bounds[i]) {
            break;
        }
    }

    latency->buckets[i]++;
    latency->usec += usec;
}
