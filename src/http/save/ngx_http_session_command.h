/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The command of a save's step, as the store takes it.
 */


#ifndef _NGX_HTTP_SESSION_COMMAND_H_INCLUDED_
#define _NGX_HTTP_SESSION_COMMAND_H_INCLUDED_


#include "ngx_http_session_save_run.h"
#include "ngx_http_session_table.h"

#include "ngx_session_store.h"
#include "nsess_buf.h"


static ngx_inline ngx_uint_t
ngx_http_session_writes(const ngx_http_session_row_t *row)
{
    return row->verb == NGX_HTTP_SESSION_VERB_ADD
           || row->verb == NGX_HTTP_SESSION_VERB_SET;
}


/* is it a record that several saves write, so that they take turns? */

static ngx_inline ngx_uint_t
ngx_http_session_takes_turns(const ngx_http_session_row_t *row)
{
    return row->verb == NGX_HTTP_SESSION_VERB_READ
           || (ngx_http_session_writes(row)
               && (row->where == NGX_HTTP_SESSION_KEY_LAST
                   || row->where == NGX_HTTP_SESSION_KEY_SUBJECT));
}


#pragma GCC visibility push(hidden)


/* whose record it is; the key of a subject's is made in *subject */
const ngx_session_key_t *ngx_http_session_command_key(
    ngx_http_session_save_t *save, const ngx_http_session_row_t *row,
    ngx_session_key_t *subject);

/*
 * Until when the save's next command may take.  That of a save for which nobody
 * waits has all of the store's patience.
 */
ngx_msec_t ngx_http_session_command_limit(const ngx_http_session_save_t *save);

/* all of the command but its value */
void ngx_http_session_command(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const ngx_session_key_t *key,
    ngx_session_request_t *req);

/* its value, as the profile wraps it: NGX_OK or NGX_ERROR */
ngx_int_t ngx_http_session_command_value(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, const nsess_writer_t *w,
    ngx_session_request_t *req);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_COMMAND_H_INCLUDED_ */
