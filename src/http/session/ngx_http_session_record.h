/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Records: what the store holds for an identity, opened.
 */


#ifndef _NGX_HTTP_SESSION_RECORD_H_INCLUDED_
#define _NGX_HTTP_SESSION_RECORD_H_INCLUDED_


#include "ngx_http_session.h"

#include "ngx_session_store.h"
#include "nsess.h"
#include "nsess_codec.h"
#include "nsess_successor.h"


/* client flag of records whose cookie carries their subject */
#define NGX_HTTP_SESSION_BOUND  0x80000000


/* what the store holds for an identity */
typedef struct {
    nsess_record_t                record;       /* open if it has data */
    const u_char                 *value;        /* the copy that it is in */
    ngx_session_version_t         version;
    uint32_t                      flags;
    int64_t                       life;         /* s, before it was touched;
                                                   -1: no end */
    ngx_array_t                  *newer;        /* ngx_session_key_t, of
                                                   the ids that replaced it;
                                                   NULL: it was not replaced */
    unsigned                      rebind:1;     /* an application has logged
                                                   in */
} ngx_http_session_loaded_t;


#pragma GCC visibility push(hidden)


/* of a manager that is read: for what large records are decoded to */
void ngx_http_session_init_keeper(ngx_http_session_manager_t *manager);

/* the record of a new session */
void ngx_http_session_record(nsess_record_t *record,
    ngx_http_session_manager_t *manager);

/*
 * The value becomes a copy of the pool's: that of a reply is gone when the
 * handler of the store returns.  NULL: no memory.
 */
u_char *ngx_http_session_copy_value(ngx_pool_t *pool, nsess_str_t *value);

/*
 * The record in a value of those client flags, which must live as long as
 * the record, as must the pool: NGX_OK: it is open; NGX_DONE: it is the marker
 * of an id that was replaced, *moved points into the value; NGX_DECLINED: it
 * is corrupt, *err says why; NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_session_open(ngx_http_session_manager_t *manager,
    nsess_str_t value, uint32_t flags, ngx_pool_t *pool,
    nsess_record_t *record, nsess_successor_t *moved, nsess_err_t *err);

/* the same of the record alone, without client flags: not NGX_DONE */
ngx_int_t ngx_http_session_open_record(ngx_http_session_manager_t *manager,
    nsess_str_t data, ngx_pool_t *pool, nsess_record_t *record,
    nsess_err_t *err);

/* may be called for a record that was not opened, too */
void ngx_http_session_close_record(ngx_http_session_manager_t *manager,
    nsess_record_t *record);

/*
 * The same, and frees what was made of the value.  What is small stays where it
 * is until the pool's end, here and below.
 */
void ngx_http_session_free_record(ngx_http_session_manager_t *manager,
    ngx_pool_t *pool, nsess_record_t *record, const u_char *value);

/* the same, and frees the value */
void ngx_http_session_free_loaded(ngx_http_session_manager_t *manager,
    ngx_pool_t *pool, ngx_http_session_loaded_t *loaded);

/* what ngx_http_session_copy_value() has made */
void ngx_http_session_free_value(ngx_pool_t *pool, const u_char *value);

/* the key of the id that a marker names; NGX_DECLINED: it cannot be one */
ngx_int_t ngx_http_session_next_key(ngx_http_session_manager_t *manager,
    const nsess_successor_t *moved, ngx_session_key_t *key);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_RECORD_H_INCLUDED_ */
