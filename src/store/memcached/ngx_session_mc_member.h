/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": the servers that one line of the
 * configuration stands for, which come and go while a worker runs.
 *
 * A server that stays keeps its connections, and in all distributions that
 * such a line may have, its keys.  One that is gone gets no operations any
 * more; when those that it has are over, it is closed and freed.
 */


#ifndef _NGX_SESSION_MC_MEMBER_H_INCLUDED_
#define _NGX_SESSION_MC_MEMBER_H_INCLUDED_


#include "ngx_session_limit.h"
#include "ngx_session_mc_server.h"
#include "nsess_mc_cluster.h"


/* of a line: what a cluster may have; each costs some 2 KB in each worker */
#define NGX_SESSION_MC_MEMBERS_MAX  NSESS_MC_CLUSTER_NODES_MAX


/* a server that is there */
typedef struct {
    ngx_str_t                host;      /* what is hashed, with the port */
    in_port_t                port;
    ngx_sockaddr_t           sockaddr;
    socklen_t                socklen;
} ngx_session_mc_found_t;


#pragma GCC visibility push(hidden)


/*
 * From now on the line stands for these n servers, in this order.  NULL; or
 * nothing has changed, and the text says why.  In a worker a change is logged,
 * within the limit, and counted.
 */
const char *ngx_session_mc_members_set(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf, ngx_session_mc_found_t *found,
    ngx_uint_t n, ngx_session_limit_t *limit);

/* the exit of a worker or the end of a cycle: closes and frees all of them */
void ngx_session_mc_members_exit(ngx_session_mc_t *mc);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_MEMBER_H_INCLUDED_ */
