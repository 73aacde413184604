/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What a request wants of its session: its changes, in the order of their
 * writes.
 */


#ifndef _NGX_HTTP_SESSION_CHANGES_H_INCLUDED_
#define _NGX_HTTP_SESSION_CHANGES_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_main.h"

#include "nsess.h"
#include "nsess_change.h"


/* all of a request's */
typedef struct {
    ngx_http_session_manager_t   *manager;      /* whose session; NULL: any */
    nsess_change_t               *first;        /* in the order of writes */
    nsess_change_t               *last;
    unsigned                      begun:1;      /* by its name: a token for it
                                                   was made already */
    unsigned                      clear_site:3; /* bits of Clear-Site-Data */
    unsigned                      destroy:1;
    unsigned                      revoke:1;     /* all of the subject's */
    unsigned                      regenerate:1;
    unsigned                      login:1;      /* regenerate: somebody has
                                                   logged in */
    unsigned                      clear_data:1; /* regenerate: without the
                                                   data from before */
} ngx_http_session_changes_t;


#pragma GCC visibility push(hidden)


/* from now on changes are for this manager's session, not for another's */
void ngx_http_session_change_for(ngx_http_session_ctx_t *ctx,
    ngx_http_session_manager_t *manager);

/*
 * Appends a change, in place of earlier ones of the key if it is no increment;
 * key must live as long as the request, value is copied.
 */
ngx_int_t ngx_http_session_change(ngx_http_session_ctx_t *ctx,
    nsess_change_e op, ngx_str_t *key, ngx_str_t *value);

/* the same of a set; value must live as long as the request, too */
ngx_int_t ngx_http_session_set(ngx_http_session_ctx_t *ctx, ngx_str_t *key,
    ngx_str_t *value);

/*
 * The same for what "set" writes, before it is known how the request is
 * answered: ngx_http_session_drop_early() takes all such changes back.
 */
ngx_int_t ngx_http_session_change_early(ngx_http_session_ctx_t *ctx,
    nsess_change_e op, ngx_str_t *key, ngx_str_t *value);
void ngx_http_session_drop_early(ngx_http_session_ctx_t *ctx);

/*
 * What the request's changes make of a key: NSESS_OK, *change sets it;
 * NSESS_DECLINED: it is removed; NSESS_AGAIN: the record decides;
 * NSESS_ERROR: no memory.
 */
nsess_rc_t ngx_http_session_fate(ngx_http_session_ctx_t *ctx,
    nsess_str_t key, const nsess_change_t **change);

/* warns that a change of key, or (NULL) all changes are dropped */
void ngx_http_session_log_dropped(ngx_http_request_t *r, ngx_str_t *key,
    ngx_http_session_drop_e why);

/* how many there are, if some of them are increments; else 0 */
ngx_uint_t ngx_http_session_counts(const nsess_change_t *changes);


#pragma GCC visibility pop


/* are there any?  That a session begins is not a change */

static ngx_inline ngx_uint_t
ngx_http_session_has_changes(const ngx_http_session_changes_t *changes)
{
    return changes->first != NULL || changes->destroy || changes->regenerate;
}


#endif /* _NGX_HTTP_SESSION_CHANGES_H_INCLUDED_ */
