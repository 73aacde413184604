/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The ids of a session: that of a cookie, then those that replaced it, as far
 * as markers in the store were followed.
 */


#ifndef _NGX_HTTP_SESSION_IDS_H_INCLUDED_
#define _NGX_HTTP_SESSION_IDS_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_store.h"
#include "nsess_successor.h"


typedef struct {
    ngx_array_t                   keys;         /* ngx_session_key_t */
    nsess_successor_how_e         how;          /* how it moved, as the markers
                                                   say: if one says LEFT, that;
                                                   else LOGIN; else SAME */
} ngx_http_session_ids_t;


#define ngx_http_session_last_id(ids)                                         \
    ((ngx_session_key_t *) (ids)->keys.elts + (ids)->keys.nelts - 1)


#pragma GCC visibility push(hidden)


/*
 * Forgets all ids; key is the first one now, and stays where it is.  Those that
 * are added come from the pool.
 */
void ngx_http_session_begin_ids(ngx_http_session_ids_t *ids, ngx_pool_t *pool,
    ngx_session_key_t *key);

ngx_int_t ngx_http_session_add_id(ngx_http_session_ids_t *ids,
    const ngx_session_key_t *key);

/*
 * Adds the id that a marker names.  ids->how counts the marker, also if it
 * fails.  NGX_DECLINED: it cannot be an id, or the markers lead in a
 * circle; NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_session_follow_id(ngx_http_session_ids_t *ids,
    ngx_http_session_manager_t *manager, const nsess_successor_t *moved);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_IDS_H_INCLUDED_ */
