/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What the files of a save do for its driver: they plan it, make the values
 * of its commands, and choose among the steps that may follow.  They are
 * called by the driver and never call it.
 */


#ifndef _NGX_HTTP_SESSION_CHOICES_H_INCLUDED_
#define _NGX_HTTP_SESSION_CHOICES_H_INCLUDED_


#include "ngx_http_session_save_run.h"

#include "ngx_session_store.h"
#include "nsess_buf.h"


#pragma GCC visibility push(hidden)


/* ngx_http_session_plan.c: sets what is wanted, and who; the first step */
ngx_http_session_step_e ngx_http_session_plan(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx);

/* ngx_http_session_carry.c: copies those that make a difference, or all */
ngx_int_t ngx_http_session_copy_changes(ngx_http_session_save_t *save,
    ngx_http_session_ctx_t *ctx, ngx_uint_t all);


/*
 * Values of commands, written once to a counting writer if they are long.
 * NGX_OK; NGX_AGAIN: the writer has no room; NGX_ERROR: save->result says
 * why there is no value.
 */
typedef ngx_int_t (*ngx_http_session_make_pt)(ngx_http_session_save_t *save,
    nsess_writer_t *w);

ngx_int_t ngx_http_session_make_record(ngx_http_session_save_t *save,
    nsess_writer_t *w);
ngx_int_t ngx_http_session_make_marker(ngx_http_session_save_t *save,
    nsess_writer_t *w);
ngx_int_t ngx_http_session_make_subject(ngx_http_session_save_t *save,
    nsess_writer_t *w);


/*
 * Choices: the step that follows.  reply is that of the command before, if it
 * was done; those that look at it follow such a command alone.
 */
typedef ngx_http_session_step_e ngx_http_session_choose(
    ngx_http_session_save_t *save, const ngx_session_reply_t *reply);

/* ngx_http_session_steps.c: the record of a session */
ngx_http_session_choose  ngx_http_session_created;
ngx_http_session_choose  ngx_http_session_add_failed;
ngx_http_session_choose  ngx_http_session_updated;
ngx_http_session_choose  ngx_http_session_update_failed;
ngx_http_session_choose  ngx_http_session_reread_found;

/* ngx_http_session_confirm.c: is the cookie good? */
ngx_http_session_choose  ngx_http_session_sign;
ngx_http_session_choose  ngx_http_session_subject_found;
ngx_http_session_choose  ngx_http_session_record_found;
ngx_http_session_choose  ngx_http_session_send;

/* ngx_http_session_move.c: a new id */
ngx_http_session_choose  ngx_http_session_move_begin;
ngx_http_session_choose  ngx_http_session_own_begin;
ngx_http_session_choose  ngx_http_session_moved;
ngx_http_session_choose  ngx_http_session_leave_failed;
ngx_http_session_choose  ngx_http_session_leave_found;
ngx_http_session_choose  ngx_http_session_withdrawn;
ngx_http_session_choose  ngx_http_session_follow_found;

/* ngx_http_session_bind.c: the subject of the new id, and the one before */
ngx_http_session_choose  ngx_http_session_bind;
ngx_http_session_choose  ngx_http_session_quit_found;
ngx_http_session_choose  ngx_http_session_bind_found;
ngx_http_session_choose  ngx_http_session_bind_missing;
ngx_http_session_choose  ngx_http_session_bind_failed;
ngx_http_session_choose  ngx_http_session_bound;
ngx_http_session_choose  ngx_http_session_drop_found;
ngx_http_session_choose  ngx_http_session_dropped;

/* ngx_http_session_destroy.c: the end of sessions */
ngx_http_session_choose  ngx_http_session_destroyed;
ngx_http_session_choose  ngx_http_session_destroy_found;
ngx_http_session_choose  ngx_http_session_destroy_next;
ngx_http_session_choose  ngx_http_session_revoke;
ngx_http_session_choose  ngx_http_session_revoke_found;
ngx_http_session_choose  ngx_http_session_revoke_missing;
ngx_http_session_choose  ngx_http_session_revoke_failed;


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_CHOICES_H_INCLUDED_ */
