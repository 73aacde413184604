/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": operations, which a group keeps in a list.
 */


#ifndef _NGX_SESSION_MC_OP_H_INCLUDED_
#define _NGX_SESSION_MC_OP_H_INCLUDED_


#include "ngx_session_mc_conn.h"


#pragma GCC visibility push(hidden)


/* NULL: no memory */
ngx_session_mc_op_t *ngx_session_mc_op_get(ngx_session_mc_t *mc);

/* op is in no queue */
void ngx_session_mc_op_free(ngx_session_mc_t *mc, ngx_session_mc_op_t *op);

/* ends an operation: out of its queue, handler, back to the free list */
void ngx_session_mc_op_done(ngx_session_mc_t *mc, ngx_session_mc_op_t *op,
    const ngx_session_reply_t *reply);

/* forgets an operation: out of its queue, back to the free list */
void ngx_session_mc_op_drop(ngx_session_mc_t *mc, ngx_session_mc_op_t *op);

/* ends an operation that stays in its queue, where its reply may come still */
void ngx_session_mc_op_give_up(ngx_session_mc_op_t *op,
    ngx_session_reason_e reason);

/* ends all operations of a queue that is no connection's: they have failed */
void ngx_session_mc_op_fail(ngx_session_mc_t *mc, ngx_queue_t *ops,
    ngx_session_reason_e reason);

/* without the client's own */
ngx_uint_t ngx_session_mc_op_count(ngx_queue_t *ops);


#pragma GCC visibility pop


/* NULL: the queue is empty */

static ngx_inline ngx_session_mc_op_t *
ngx_session_mc_op_oldest(const ngx_queue_t *ops)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(ops)) {
        return NULL;
    }

    q = ngx_queue_head(ops);

    return ngx_queue_data(q, ngx_session_mc_op_t, queue);
}


#endif /* _NGX_SESSION_MC_OP_H_INCLUDED_ */
