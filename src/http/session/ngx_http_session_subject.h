/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The subject of a session: who has logged in.
 */


#ifndef _NGX_HTTP_SESSION_SUBJECT_H_INCLUDED_
#define _NGX_HTTP_SESSION_SUBJECT_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_subject.h"


#pragma GCC visibility push(hidden)


/*
 * The subject that a record names, in a pool's memory: NGX_OK; NGX_DECLINED:
 * it names no subject, or the manager has no "subject"; NGX_ERROR.
 */
ngx_int_t ngx_http_session_subject_text(ngx_http_session_manager_t *manager,
    const nsess_record_t *record, ngx_pool_t *pool, ngx_str_t *text);

/* the hash that stands for a subject, by one of the manager's secrets */
ngx_int_t ngx_http_session_subject_hash(ngx_http_session_manager_t *manager,
    ngx_uint_t key, ngx_str_t *text, u_char *subject);

/* NGX_OK: the hash is that of the text, by any secret; or NGX_DECLINED */
ngx_int_t ngx_http_session_subject_is(ngx_http_session_manager_t *manager,
    ngx_str_t *text, const u_char *subject);

void ngx_http_session_subject_key(ngx_http_session_manager_t *manager,
    const u_char *subject, ngx_session_key_t *key);

/* under which a session is listed; it points into the key */
nsess_str_t ngx_http_session_subject_name(ngx_http_session_manager_t *manager,
    const ngx_session_key_t *key);


/* does a subject's record list one of n keys? */
ngx_uint_t ngx_http_session_lists_id(ngx_http_session_manager_t *manager,
    const nsess_subject_t *subject, const ngx_session_key_t *keys,
    ngx_uint_t n);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SUBJECT_H_INCLUDED_ */
