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

#include "nsess_count.h"


typedef void (*ngx_http_session_step_pt)(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply);


/* what is done to the record of the subject */
typedef enum {
    NGX_HTTP_SESSION_BIND_NONE = 0,
    NGX_HTTP_SESSION_BIND_ADD,      /* after the save */
    NGX_HTTP_SESSION_BIND_DROP,     /* after the save */
    NGX_HTTP_SESSION_BIND_REVOKE    /* before the destroy */
} ngx_http_session_bind_e;


struct ngx_http_session_save_s {
    ngx_pool_t                   *pool;
    ngx_log_t                    *log;
    ngx_http_session_manager_t   *manager;
    ngx_http_session_saved_pt     handler;      /* NULL: abandoned */
    void                         *data;
    ngx_http_session_step_pt      step;         /* takes the next reply */
    const nsess_change_t         *changes;
    nsess_counted_t              *counted;      /* NULL: no increments */
    uint64_t                      cas;          /* of what was read last */
    uint32_t                      flags;
    ngx_uint_t                    tries;
    ngx_http_session_result_e     end;          /* of a move that failed */
    nsess_token_t                 token;        /* after the save */
    ngx_http_session_bind_e       bind;
    ngx_http_session_key_t        key;
    ngx_http_session_key_t        new_key;

    ngx_http_session_key_t        next;         /* of a destroy, if .more */
    nsess_str_t                   old;          /* of a regenerate: the record
                                                   that stays behind */

    ngx_http_session_step_pt      again;        /* after a conflict */
    ngx_queue_t                   turn;         /* in manager->turns if first,
                                                   else in another's waiting */
    ngx_queue_t                   waiting;      /* if first */
    ngx_event_t                   wake;

    unsigned                      first:1;      /* it is its turn */
    unsigned                      moving:1;     /* to new_key */
    unsigned                      joined:1;     /* under another's new id */
    unsigned                      unbound:1;    /* from its subject */
    unsigned                      untouched:1;  /* the record keeps the rest
                                                   of its life: */
    int64_t                       ttl;          /* s, of what was read last;
                                                   -1: no end */
    unsigned                      more:1;

    /* of a step that could not be started */
    ngx_http_session_result_e     result;
    ngx_session_mc_reason_e       reason;
};


#pragma GCC visibility push(hidden)


/*
 * The first steps of the kinds of save.  NGX_OK: sent, the save will end by
 * itself; NGX_ERROR: it could not be, save->result and save->reason say why.
 */

/*
 * ngx_http_session_steps.c; join: an update under the id that came after;
 * reload: an update of what is there now, not of what was loaded
 */
ngx_int_t ngx_http_session_create(ngx_http_session_save_t *save);
ngx_int_t ngx_http_session_update(ngx_http_session_save_t *save,
    const nsess_record_t *record);
ngx_int_t ngx_http_session_join(ngx_http_session_save_t *save,
    ngx_http_session_key_t *key);
ngx_int_t ngx_http_session_reload(ngx_http_session_save_t *save);

/* ngx_http_session_destroy.c; moved: the id that came after, or NULL */
ngx_int_t ngx_http_session_destroy(ngx_http_session_save_t *save,
    ngx_http_session_key_t *moved);

/* ngx_http_session_bind.c; end: how the save ends after it */
ngx_int_t ngx_http_session_bind(ngx_http_session_save_t *save,
    ngx_http_session_result_e end);

/* ngx_http_session_move.c */
ngx_int_t ngx_http_session_regenerate(ngx_http_session_save_t *save,
    const nsess_record_t *record);


/* ngx_http_session_turns.c */

/* 1: save may go on; 0: ngx_http_session_retry() will be called for it */
ngx_uint_t ngx_http_session_take_turn(ngx_http_session_save_t *save);

/* save ends: the next one goes on */
void ngx_http_session_end_turn(ngx_http_session_save_t *save);


/* ngx_http_session_steps.c: what steps are made of */

/* reads the record again, and goes on with save->again */
void ngx_http_session_retry(ngx_http_session_save_t *save);

/* encodes the record with the changes, and sends it */
ngx_int_t ngx_http_session_store(ngx_http_session_save_t *save,
    nsess_mc_command_e command, const ngx_http_session_key_t *key,
    const nsess_record_t *record, uint64_t cas);

/* sends a command without a value */
ngx_int_t ngx_http_session_ask(ngx_http_session_save_t *save,
    nsess_mc_command_e command, const ngx_http_session_key_t *key,
    uint64_t cas);

ngx_int_t ngx_http_session_start(ngx_http_session_save_t *save,
    nsess_mc_request_t *req, const ngx_http_session_key_t *key);

/* the next step is under way, unless it could not be started */
void ngx_http_session_go_on(ngx_http_session_save_t *save, ngx_int_t rc);

/* the reply to what was conditional on the cas: again takes the next get */
void ngx_http_session_settle(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, ngx_http_session_step_pt again);

/*
 * What somebody else wrote is the new base, open; 0: another step follows,
 * or the save has ended.
 */
ngx_uint_t ngx_http_session_reread(ngx_http_session_save_t *save,
    const nsess_mc_reply_t *reply, nsess_record_t *record);

/* counts the conflicts; 0: there were too many */
ngx_uint_t ngx_http_session_try_again(ngx_http_session_save_t *save);

/* a reply that the step has no use for: the save fails */
void ngx_http_session_unexpected(ngx_http_session_save_t *save);


/* ngx_http_session_save.c */

/* makes room for counting, if there are increments in save->changes */
ngx_int_t ngx_http_session_count_init(ngx_http_session_save_t *save);

/* sets the result, returns NGX_ERROR */
ngx_int_t ngx_http_session_fail(ngx_http_session_save_t *save,
    ngx_http_session_result_e result);

/* calls the handler, if any, and ends the save's life */
void ngx_http_session_finish(ngx_http_session_save_t *save,
    ngx_http_session_result_e result, ngx_session_mc_reason_e reason);


#pragma GCC visibility pop


#endif /* _NGX_HTTP_SESSION_SAVE_H_INCLUDED_ */
