/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A save in progress: shared by the file that plans it and the file that
 * carries it out.
 */


#ifndef _NGX_HTTP_SESSION_SAVE_H_INCLUDED_
#define _NGX_HTTP_SESSION_SAVE_H_INCLUDED_


#include "ngx_http_session_module.h"


typedef void (*ngx_http_session_step_pt)(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);


struct ngx_http_session_save_s {
    ngx_pool_t                   *pool;
    ngx_log_t                    *log;
    ngx_http_session_manager_t   *manager;
    ngx_http_session_saved_pt     handler;      /* NULL: abandoned */
    void                         *data;
    ngx_http_session_step_pt      step;         /* takes the next reply */
    const nsess_change_t         *changes;
    uint64_t                      cas;          /* of what was read last */
    uint32_t                      flags;
    ngx_uint_t                    tries;
    ngx_http_session_result_e     end;          /* of a move that failed */
    nsess_token_t                 token;        /* after the save */
    ngx_http_session_key_t        key;
    ngx_http_session_key_t        new_key;

    unsigned                      moving:1;     /* to new_key */

    /* of a step that could not be started */
    ngx_http_session_result_e     result;
    ngx_session_mc_reason_e       reason;
};


#pragma GCC visibility push(hidden)


/*
 * The first steps of the four kinds of save.  NGX_OK: sent, the save will
 * end by itself; NGX_ERROR: it could not be, save->result and save->reason
 * say why.
 */
ngx_int_t ngx_http_session_create(ngx_http_session_save_t *save);
ngx_int_t ngx_http_session_update(ngx_http_session_save_t *save,
    const nsess_record_t *record);
ngx_int_t ngx_http_session_destroy(ngx_http_session_save_t *save);
ngx_int_t ngx_http_session_regenerate(ngx_http_session_save_t *save,
    const nsess_record_t *record);

/* sets the result, returns NGX_ERROR */
ngx_int_t ngx_http_session_fail(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);

/* calls the handler, if any, and ends the save's life */
void ngx_http_session_finish(ngx_http_session_save_t *save,
    ngx_http_session_result_e result, ngx_session_mc_reason_e reason);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SAVE_H_INCLUDED_ */
