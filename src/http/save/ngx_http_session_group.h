/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * One write for many saves.  The save whose turn it is at a record takes
 * along those that wait for it: each makes its value from that of the one
 * before, as if it had read it from the store, and the last value is written.
 * What the store answers is the outcome of all of them.
 *
 * The order is that in which they came.  One that would not write then, as
 * its increment is no number or the record grows too large, is not taken
 * along: those behind it wait with it for its own turn, and it fails alone.
 * So each ends as if all of them were written one after the other.  If another
 * worker has written the record meanwhile, all of them begin anew.
 */


#ifndef _NGX_HTTP_SESSION_GROUP_H_INCLUDED_
#define _NGX_HTTP_SESSION_GROUP_H_INCLUDED_


#include "ngx_http_session_save_run.h"
#include "ngx_http_session_table.h"

#include "ngx_session_store.h"


#pragma GCC visibility push(hidden)


/*
 * Makes the value of a write, and of req its command.  NGX_OK; NGX_ERROR:
 * save->result says why.
 */
ngx_int_t ngx_http_session_make_value(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_session_request_t *req);

/* in its turn: makes the command that of the saves that wait, too */
void ngx_http_session_take_along(ngx_http_session_save_t *save,
    ngx_session_request_t *req);

/* the values are not needed any more: the command was begun, or it failed */
void ngx_http_session_drop_values(void);

/*
 * The write has had an outcome.  group: those that were taken along, if it is
 * theirs, too; else they wait again.
 */
void ngx_http_session_share_out(ngx_http_session_save_t *save,
    ngx_session_outcome_e outcome, ngx_queue_t *group);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_GROUP_H_INCLUDED_ */
