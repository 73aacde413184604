/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The operations of a group.
 */


#include "ngx_session_mc_op.h"
#include "ngx_session_mc_server.h"


ngx_session_mc_op_t *
ngx_session_mc_op_get(ngx_session_mc_t *mc)
{
    ngx_queue_t  *q;

    if (ngx_queue_empty(&mc->free)) {
        return ngx_palloc(mc->pool, sizeof(ngx_session_mc_op_t));
    }

    q = ngx_queue_head(&mc->free);
    ngx_queue_remove(q);

    return ngx_queue_data(q, ngx_session_mc_op_t, queue);
}


void
ngx_session_mc_op_free(ngx_session_mc_t *mc, ngx_session_mc_op_t *op)
{
    op->op.handler = NULL;

    /* the one used last is warm in the cache */

    ngx_queue_insert_head(&mc->free, &op->queue);
}


void
ngx_session_mc_op_done(ngx_session_mc_t *mc, ngx_session_mc_op_t *op,
    const ngx_session_reply_t *reply)
{
    ngx_queue_remove(&op->queue);

    ngx_session_op_end(&op->op, reply);

    ngx_session_mc_op_free(mc, op);
}


void
ngx_session_mc_op_drop(ngx_session_mc_t *mc, ngx_session_mc_op_t *op)
{
    ngx_queue_remove(&op->queue);

    ngx_session_op_drop(&op->op);

    ngx_session_mc_op_free(mc, op);
}


void
ngx_session_mc_op_give_up(ngx_session_mc_op_t *op,
    ngx_session_reason_e reason)
{
    ngx_session_reply_t  reply;

    ngx_memzero(&reply, sizeof(ngx_session_reply_t));

    reply.outcome = NGX_SESSION_FAILED;
    reply.reason = reason;

    ngx_session_op_end(&op->op, &reply);

    /* what is left is a place in the queue of its connection */

    op->op.verb = NGX_SESSION_VERBS;
}


void
ngx_session_mc_op_fail(ngx_session_mc_t *mc, ngx_queue_t *ops,
    ngx_session_reason_e reason)
{
    ngx_session_mc_op_t  *op;

    while ((op = ngx_session_mc_op_oldest(ops)) != NULL) {
        ngx_queue_remove(&op->queue);

        ngx_session_mc_op_give_up(op, reason);
        ngx_session_mc_op_free(mc, op);
    }
}


ngx_uint_t
ngx_session_mc_op_count(ngx_queue_t *ops)
{
    ngx_uint_t            n;
    ngx_queue_t          *q;
    ngx_session_mc_op_t  *op;

    n = 0;

    for (q = ngx_queue_head(ops);
         q != ngx_queue_sentinel(ops);
         q = ngx_queue_next(q))
    {
        op = ngx_queue_data(q, ngx_session_mc_op_t, queue);
        n += (op->op.verb != NGX_SESSION_VERBS);
    }

    return n;
}
