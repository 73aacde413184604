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


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_OP_H_INCLUDED_ */
