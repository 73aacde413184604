/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The record of a subject in a save: its epoch, and the sessions that are
 * listed in it.
 */


#ifndef _NGX_HTTP_SESSION_LISTING_H_INCLUDED_
#define _NGX_HTTP_SESSION_LISTING_H_INCLUDED_


#include "ngx_http_session_save_run.h"

#include "ngx_session_store.h"


#pragma GCC visibility push(hidden)


/* 1: save->listed is what the reply has; 0: it is damaged, as good as lost */
ngx_uint_t ngx_http_session_read_listing(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply);

/*
 * Does the reply have the cookie's epoch still, and list one of the first n
 * ids of the session?  n == 0: the list is not asked.
 */
ngx_uint_t ngx_http_session_is_owned(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply, ngx_uint_t n);

/* does save->listed have one of the session's ids? */
ngx_uint_t ngx_http_session_is_listed(ngx_http_session_save_t *save);

/* save->edit gives save->listed another epoch, or the same */
void ngx_http_session_edit(ngx_http_session_save_t *save, int64_t epoch);

/* likewise, but save->listed is taken to be empty */
void ngx_http_session_edit_anew(ngx_http_session_save_t *save, int64_t epoch);

/* it also adds the new id; or drops all ids of the session: or NGX_ERROR */
void ngx_http_session_edit_add(ngx_http_session_save_t *save);
ngx_int_t ngx_http_session_edit_drop(ngx_http_session_save_t *save);

/* is the new subject, by its hash, that of the cookie? */
ngx_uint_t ngx_http_session_keeps_subject(ngx_http_session_save_t *save);

/* in milliseconds; none comes twice in a worker */
int64_t ngx_http_session_epoch(void);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_LISTING_H_INCLUDED_ */
