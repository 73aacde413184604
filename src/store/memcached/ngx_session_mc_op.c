/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The operations of a group.
 */


#include "ngx_session_mc_op.h"


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
