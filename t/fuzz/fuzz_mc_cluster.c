/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A reply of a configuration endpoint: nothing outside of it is taken, its
 * nodes written again are the same reply, and no part of a whole one is whole.
 */


#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nsess_mc_cluster.h"
#include "work.h"


#define require(condition)  if (!(condition)) { abort(); }

/* bytes are looked for an end of line, of a node, of a part, and are checked */
#define STEPS  8


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_good(const uint8_t *data, size_t size,
    nsess_mc_cluster_t *cluster);
static void inside(nsess_str_t part, const uint8_t *data, size_t size);


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    nsess_rc_t          rc;
    nsess_mc_cluster_t  cluster;

    work_begin();
    rc = nsess_mc_cluster_parse(data, data + size, &cluster);
    work_end("a cluster", size, STEPS);

    switch (rc) {

    case NSESS_OK:
        check_good(data, size, &cluster);
        break;

    case NSESS_AGAIN:
        require(size < NSESS_MC_CLUSTER_MAX);
        break;

    case NSESS_DECLINED:
        require(data[0] == 'E');
        break;

    default:
        require(rc == NSESS_ERROR);
    }

    return 0;
}


static void
check_good(const uint8_t *data, size_t size, nsess_mc_cluster_t *cluster)
{
    char                *nodes;
    size_t               n, len;
    nsess_mc_node_t      node;
    nsess_mc_cluster_t   part;

    require(cluster->n != 0 && cluster->n <= NSESS_MC_CLUSTER_NODES_MAX);
    require(size <= NSESS_MC_CLUSTER_MAX);

    nodes = malloc(size + 16 * cluster->n);
    require(nodes != NULL);

    part = *cluster;
    len = 0;

    for (n = 0; nsess_mc_cluster_next(&part, &node) == NSESS_OK; n++) {
        inside(node.host, data, size);
        inside(node.ip, data, size);
        require(node.port != 0 && node.host.len + node.ip.len != 0);

        len += (size_t) sprintf(nodes + len, "%s%.*s|%.*s|%u",
                                n == 0 ? "" : " ",
                                (int) node.host.len, node.host.data,
                                (int) node.ip.len, node.ip.data, node.port);
    }

    /* but for leading zeros of ports, and a space behind the last one */

    require(n == cluster->n);
    require(len <= cluster->nodes.len);

    free(nodes);

    for (n = 0; n < size; n += 1 + n / 8) {
        require(nsess_mc_cluster_parse(data, data + n, &part) == NSESS_AGAIN);
    }
}


static void
inside(nsess_str_t part, const uint8_t *data, size_t size)
{
    require(part.data >= data && part.data + part.len <= data + size);
}
