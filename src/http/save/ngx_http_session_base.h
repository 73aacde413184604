/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The base of a save: the record of the session as it was read last, to which
 * the changes are applied.
 */


#ifndef _NGX_HTTP_SESSION_BASE_H_INCLUDED_
#define _NGX_HTTP_SESSION_BASE_H_INCLUDED_


#include "ngx_http_session.h"
#include "ngx_http_session_step.h"

#include "ngx_session_store.h"
#include "nsess_codec.h"
#include "nsess_successor.h"


typedef struct {
    nsess_record_t                record;       /* during a step alone */
    ngx_pool_t                   *pool;         /* the same: of what the save
                                                   has opened; or NULL */
    ngx_session_version_t         version;
    uint32_t                      flags;
    int64_t                       life;         /* s; -1: no end */
    unsigned                      opened:1;     /* by the save, not by the
                                                   request */
    unsigned                      untouched:1;  /* it keeps its life */
} ngx_http_session_base_t;


#pragma GCC visibility push(hidden)


/*
 * Opens a reply's value: NGX_OK; NGX_DONE: it is the marker of an id that was
 * replaced; NGX_DECLINED: it is not understood; NGX_ERROR: no memory.
 */
ngx_int_t ngx_http_session_open_base(ngx_http_session_save_t *save,
    const ngx_session_reply_t *reply, nsess_successor_t *moved);

/* also if it was not opened by the save */
void ngx_http_session_close_base(ngx_http_session_save_t *save);

/* the same, and goes on with the record of a new session */
void ngx_http_session_empty_base(ngx_http_session_save_t *save);

/* the end of a save that found what it cannot work with: _DECLINED, _ERROR */
ngx_http_session_step_e ngx_http_session_unopened(ngx_int_t rc);

/* did an application give the record to another subject since the load? */
ngx_uint_t ngx_http_session_is_given_away(ngx_http_session_save_t *save);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_BASE_H_INCLUDED_ */
