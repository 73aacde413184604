/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The nodes of an ElastiCache cluster, as its configuration endpoint tells
 * them.  Source: "Amazon ElastiCache for Memcached, User Guide", "Adding auto
 * discovery to your client library":
 *
 *     config get cluster
 *
 *     CONFIG cluster 0 LENGTH
 *     VERSION
 *     HOST|IP|PORT HOST|IP|PORT ...
 *
 *     END
 *
 * Lines end with CR LF, those inside of the LENGTH bytes with LF.
 */


#ifndef _NSESS_MC_CLUSTER_H_INCLUDED_
#define _NSESS_MC_CLUSTER_H_INCLUDED_


#include "nsess.h"


#define NSESS_MC_CLUSTER_COMMAND  "config get cluster\r\n"

/* RFC 1035: a name in text; it is longer than any address */
#define NSESS_MC_CLUSTER_HOST_MAX  255

/*
 * Quotas of ElastiCache: 60 nodes in a cluster of memcached at most.  Here
 * twice as many, each with a name, an IPv6 address of 45 characters, a port and
 * two bars and a space between them.
 */
#define NSESS_MC_CLUSTER_NODES_MAX  120
#define NSESS_MC_CLUSTER_MAX                                                  \
    (NSESS_MC_CLUSTER_NODES_MAX                                               \
     * (NSESS_MC_CLUSTER_HOST_MAX + 45 + 5 + 3) + 128)


/* points into the reply */
typedef struct {
    nsess_str_t    host;        /* either may be empty, not both */
    nsess_str_t    ip;
    uint16_t       port;
} nsess_mc_node_t;


typedef struct {
    uint64_t       version;     /* rises with each change of the cluster */
    size_t         n;           /* of nodes, at least 1 */
    nsess_str_t    nodes;       /* for nsess_mc_cluster_next() */
} nsess_mc_cluster_t;


#pragma GCC visibility push(hidden)


/*
 * A reply, from its first byte on.  NSESS_OK: it is whole, and all nodes are
 * well formed.  NSESS_AGAIN: more bytes are needed, NSESS_MC_CLUSTER_MAX at
 * most.  NSESS_DECLINED: the server has no configuration of a cluster, or does
 * not know the command.  NSESS_ERROR: it is no such reply.  The work is in
 * proportion to the bytes of a whole reply, and constant before it is whole.
 */
nsess_rc_t nsess_mc_cluster_parse(const uint8_t *pos, const uint8_t *last,
    nsess_mc_cluster_t *cluster);

/* takes the next node; NSESS_DECLINED: there are no more */
nsess_rc_t nsess_mc_cluster_next(nsess_mc_cluster_t *cluster,
    nsess_mc_node_t *node);


#pragma GCC visibility pop


#endif /* _NSESS_MC_CLUSTER_H_INCLUDED_ */
