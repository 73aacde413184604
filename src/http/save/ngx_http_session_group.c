/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The value of a write, and the saves that are taken along with it.
 */


#include "ngx_http_session_base.h"
#include "ngx_http_session_choices.h"
#include "ngx_http_session_command.h"
#include "ngx_http_session_counters.h"
#include "ngx_http_session_group.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_save_run.h"
#include "ngx_http_session_step.h"
#include "ngx_http_session_table.h"
#include "ngx_http_session_turns.h"

#include "ngx_session_store.h"
#include "nsess_buf.h"


/* what is made of values for one write: some milliseconds of a worker */
#ifndef NGX_HTTP_SESSION_GROUP_BYTES
#define NGX_HTTP_SESSION_GROUP_BYTES  (4 * 1024 * 1024)
#endif


/* most records fit, and the longest list of a subject: they are made once */
#define NGX_HTTP_SESSION_SMALL  12288


typedef struct {
    u_char                       *long_one;     /* or NULL */
    u_char                        small[NGX_HTTP_SESSION_SMALL];
} ngx_http_session_made_t;


/* by ngx_http_session_where_e: what is written there */
static const ngx_http_session_make_pt  ngx_http_session_makers[] = {
    ngx_http_session_make_record,
    ngx_http_session_make_marker,
    ngx_http_session_make_record,
    ngx_http_session_make_subject
};


static ngx_int_t ngx_http_session_make_long(ngx_http_session_save_t *save,
    ngx_http_session_make_pt make, nsess_writer_t *w, u_char **buf);
static void ngx_http_session_drop_value(ngx_http_session_made_t *value);
static ngx_uint_t ngx_http_session_joins(ngx_http_session_save_t *save,
    ngx_session_request_t *req);
static ngx_int_t ngx_http_session_make_next(ngx_http_session_save_t *save,
    ngx_http_session_step_e step, const ngx_session_key_t *key,
    ngx_session_request_t *req);
static ngx_uint_t ngx_http_session_is_read(ngx_http_session_step_e step);


/*
 * The last value of a write, and the one before, which it may be made of.
 * There is one write at a time: while it is started, no store calls a handler.
 */
static ngx_uint_t               ngx_http_session_last_value;
static ngx_http_session_made_t  ngx_http_session_values[2];


/* in the place that the last value does not need */

ngx_int_t
ngx_http_session_make_value(ngx_http_session_save_t *save,
    const ngx_http_session_row_t *row, ngx_session_request_t *req)
{
    ngx_int_t                  rc;
    ngx_uint_t                 n;
    nsess_writer_t             w;
    ngx_http_session_made_t   *value;
    ngx_http_session_make_pt   make;

    n = 1 - ngx_http_session_last_value;

    value = &ngx_http_session_values[n];
    make = ngx_http_session_makers[row->where];

    ngx_http_session_drop_value(value);

    nsess_writer_init(&w, value->small, NGX_HTTP_SESSION_SMALL);

    rc = make(save, &w);

    if (rc == NGX_AGAIN) {
        rc = ngx_http_session_make_long(save, make, &w, &value->long_one);
    }

    if (rc != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_http_session_command_value(save, row, &w, req) != NGX_OK) {
        save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
        return NGX_ERROR;
    }

    ngx_http_session_last_value = n;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_make_long(ngx_http_session_save_t *save,
    ngx_http_session_make_pt make, nsess_writer_t *w, u_char **buf)
{
    /* how long is it? */

    nsess_writer_init(w, NULL, save->manager->max_value);

    if (make(save, w) != NGX_OK) {
        save->result = NGX_HTTP_SESSION_SAVE_SIZE;
        return NGX_ERROR;
    }

    *buf = ngx_alloc(w->len, save->log);
    if (*buf == NULL) {
        save->result = NGX_HTTP_SESSION_SAVE_INTERNAL;
        return NGX_ERROR;
    }

    nsess_writer_init(w, *buf, w->len);

    return make(save, w) == NGX_OK ? NGX_OK : NGX_ERROR;
}


void
ngx_http_session_drop_values(void)
{
    ngx_http_session_drop_value(&ngx_http_session_values[0]);
    ngx_http_session_drop_value(&ngx_http_session_values[1]);
}


static void
ngx_http_session_drop_value(ngx_http_session_made_t *value)
{
    if (value->long_one != NULL) {
        ngx_free(value->long_one);
        value->long_one = NULL;
    }
}


void
ngx_http_session_take_along(ngx_http_session_save_t *save,
    ngx_session_request_t *req)
{
    size_t                    bytes;
    ngx_queue_t              *q, *next;
    ngx_http_session_save_t  *waiting;

    bytes = 0;

    for (q = ngx_queue_head(&save->turn.waiting);
         q != ngx_queue_sentinel(&save->turn.waiting);
         q = next)
    {
        next = ngx_queue_next(q);

        bytes += req->value.len;

        if (bytes > NGX_HTTP_SESSION_GROUP_BYTES) {
            return;
        }

        waiting = ngx_queue_data(q, ngx_http_session_save_t, turn.queue);

        if (!ngx_http_session_joins(waiting, req)) {
            return;
        }

        ngx_queue_remove(q);
        ngx_queue_insert_tail(&save->turn.group, q);

        save->manager->stats->grouped++;
    }
}


/* the save waits to read the record: would it write it, if it were req's? */

static ngx_uint_t
ngx_http_session_joins(ngx_http_session_save_t *save,
    ngx_session_request_t *req)
{
    ngx_int_t                  rc;
    ngx_session_reply_t        reply;
    ngx_http_session_step_e    step;
    ngx_http_session_result_e  result;

    result = save->result;

    ngx_memzero(&reply, sizeof(ngx_session_reply_t));

    reply.outcome = NGX_SESSION_DONE;
    reply.value = req->value;
    reply.flags = req->flags;
    reply.life = req->life;
    reply.version = req->version;

    /* one choice alone: the next one may change what the save is */

    step = ngx_http_session_rows[save->step].next[NGX_SESSION_DONE];
    step = ngx_http_session_choices[step - NGX_HTTP_SESSION_STEP_COMMANDS]
               .choose(save, &reply);

    rc = ngx_http_session_make_next(save, step, req->key, req);

    ngx_http_session_close_base(save);

    if (rc != NGX_OK) {
        save->result = result;
        return 0;
    }

    save->step = step;

    return 1;
}


/* NGX_DECLINED: the step does not write the record of the key */

static ngx_int_t
ngx_http_session_make_next(ngx_http_session_save_t *save,
    ngx_http_session_step_e step, const ngx_session_key_t *key,
    ngx_session_request_t *req)
{
    ngx_session_key_t              subject;
    ngx_session_request_t          next;
    const ngx_http_session_row_t  *row;

    if (step >= NGX_HTTP_SESSION_STEP_COMMANDS) {
        return NGX_DECLINED;
    }

    row = &ngx_http_session_rows[step];

    if (row->verb != NGX_HTTP_SESSION_VERB_SET
        || !ngx_http_session_is_turn_of(&save->turn,
               ngx_http_session_command_key(save, row, &subject)))
    {
        return NGX_DECLINED;
    }

    ngx_http_session_command(save, row, key, &next);

    if (ngx_http_session_make_value(save, row, &next) != NGX_OK) {
        return NGX_ERROR;
    }

    /* the rest is the first one's: the verb, and the version that was read */

    req->value = next.value;
    req->flags = next.flags;
    req->life = next.life;
    req->ends = ngx_max(req->ends, next.ends);

    if ((ngx_msec_int_t) (next.limit - req->limit) > 0) {
        req->limit = next.limit;
    }

    return NGX_OK;
}


void
ngx_http_session_share_out(ngx_http_session_save_t *save,
    ngx_session_outcome_e outcome, ngx_queue_t *group)
{
    ngx_queue_t                   *q;
    ngx_http_session_save_t       *member;
    const ngx_http_session_row_t  *row;

    ngx_queue_init(group);

    row = &ngx_http_session_rows[save->step];

    if (!save->turn.first || row->verb == NGX_HTTP_SESSION_VERB_READ
        || !ngx_http_session_takes_turns(row))
    {
        return;
    }

    if (ngx_http_session_is_read(row->next[outcome])) {

        for (q = ngx_queue_head(&save->turn.group);
             q != ngx_queue_sentinel(&save->turn.group);
             q = ngx_queue_next(q))
        {
            member = ngx_queue_data(q, ngx_http_session_save_t, turn.queue);
            row = &ngx_http_session_rows[member->step];
            member->step = row->next[NGX_SESSION_CONFLICT];
        }

        ngx_http_session_part(&save->turn);
        return;
    }

    if (!ngx_queue_empty(&save->turn.group)) {
        ngx_queue_add(group, &save->turn.group);
        ngx_queue_init(&save->turn.group);
    }

    ngx_http_session_end_turn(&save->turn);
}


static ngx_uint_t
ngx_http_session_is_read(ngx_http_session_step_e step)
{
    return step < NGX_HTTP_SESSION_STEP_COMMANDS
           && ngx_http_session_rows[step].verb == NGX_HTTP_SESSION_VERB_READ;
}
