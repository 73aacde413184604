/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "guard.h"
#include "nsess_mc_cluster.h"
#include "tap.h"


#define HEAD   "CONFIG cluster 0 "
#define TAIL   "\r\nEND\r\n"
#define PAIR   "12\na.example|10.0.0.1|11211 b.example|10.0.0.2|11212\n"


typedef struct {
    const char      *reply;
    nsess_rc_t       rc;
} reply_t;


static void test_good(void);
static void test_nodes(void);
static void test_others(void);
static void test_prefixes(void);
static void test_most(void);
static nsess_rc_t parse(const char *reply, size_t len,
    nsess_mc_cluster_t *cluster);


static const char  pair[] = HEAD "53\r\n" PAIR TAIL;


static const reply_t  replies[] = {

    /* a usual memcached, and an endpoint that knows nothing */
    { "ERROR\r\n", NSESS_DECLINED },
    { "END\r\n", NSESS_DECLINED },

    { "", NSESS_AGAIN },
    { HEAD "53", NSESS_AGAIN },
    { HEAD "53\r\n", NSESS_AGAIN },
    { HEAD "37017\r\n", NSESS_AGAIN },
    { HEAD "7\r\n1\na|b|1" TAIL, NSESS_ERROR },

    { "\n", NSESS_ERROR },
    { "ERROR\n", NSESS_ERROR },
    { "VALUE cluster 0 53\r\n" PAIR TAIL, NSESS_ERROR },
    { "CONFIG cluster 1 53\r\n" PAIR TAIL, NSESS_ERROR },
    { "CONFIG other 0 53\r\n" PAIR TAIL, NSESS_ERROR },
    { HEAD "\r\n" PAIR TAIL, NSESS_ERROR },
    { HEAD "53 \r\n" PAIR TAIL, NSESS_ERROR },
    { HEAD "-1\r\n" PAIR TAIL, NSESS_ERROR },
    { HEAD "5x\r\n" PAIR TAIL, NSESS_ERROR },
    { HEAD "99999999999999999999\r\n", NSESS_ERROR },
    { HEAD "37018\r\n", NSESS_ERROR },
    { HEAD "52\r\n" PAIR TAIL, NSESS_ERROR },
    { HEAD "53\r\n" PAIR TAIL "x", NSESS_ERROR },
    { HEAD "53\r\n" PAIR "\r\nENDE\r", NSESS_ERROR },
    { "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      NSESS_ERROR },

    { HEAD "0\r\n" TAIL, NSESS_ERROR },
    { HEAD "1\r\n\n" TAIL, NSESS_ERROR },
    { HEAD "2\r\n1\n" TAIL, NSESS_ERROR },
    { HEAD "3\r\n1\n\n" TAIL, NSESS_ERROR },
    { HEAD "8\r\n\na|b|1\n\n" TAIL, NSESS_ERROR },
    { HEAD "8\r\nx\na|b|1\n" TAIL, NSESS_ERROR },
    { HEAD "27\r\n18446744073709551616\na|b|1\n" TAIL, NSESS_ERROR },
    { HEAD "7\r\n1\n||11\n" TAIL, NSESS_ERROR },
    { HEAD "7\r\n1\na|b|\n" TAIL, NSESS_ERROR },
    { HEAD "6\r\n1\na|b\n" TAIL, NSESS_ERROR },
    { HEAD "8\r\n1\na|b|0\n" TAIL, NSESS_ERROR },
    { HEAD "12\r\n1\na|b|65536\n" TAIL, NSESS_ERROR },
    { HEAD "10\r\n1\na|b|1|2\n" TAIL, NSESS_ERROR },
    { HEAD "9\r\n1\na|b|1\r\n" TAIL, NSESS_ERROR },
    { HEAD "14\r\n1\na|b|1  c|d|2\n" TAIL, NSESS_ERROR },
    { HEAD "9\r\n1\n a|b|1\n" TAIL, NSESS_ERROR },
    { HEAD "9\r\n1\na/|b|1\n" TAIL, NSESS_ERROR },
    { HEAD "9\r\n1\na|\"b|1\n" TAIL, NSESS_ERROR },

    { HEAD "8\r\n1\na|b|1\n" TAIL, NSESS_OK },
    { HEAD "7\r\n1\n|b|1\n" TAIL, NSESS_OK },
    { HEAD "7\r\n1\na||1\n" TAIL, NSESS_OK },
    { HEAD "12\r\n1\na|b|65535\n" TAIL, NSESS_OK },
    { HEAD "27\r\n18446744073709551615\na|b|1\n" TAIL, NSESS_OK },
    { HEAD "17\r\n1\na|2001:db8::1|2\n" TAIL, NSESS_ERROR },
    { HEAD "18\r\n1\na|2001:db8::1|2\n" TAIL, NSESS_OK }
};


int
main(void)
{
    test_good();
    test_nodes();
    test_others();
    test_prefixes();
    test_most();

    return done_testing();
}


static void
test_good(void)
{
    nsess_mc_cluster_t  cluster;

    ok(parse(pair, sizeof(pair) - 1, &cluster) == NSESS_OK, "two nodes");
    ok(cluster.version == 12, "its version");
    ok(cluster.n == 2, "so many");
}


static void
test_nodes(void)
{
    nsess_mc_node_t     node;
    nsess_mc_cluster_t  cluster;

    (void) parse(pair, sizeof(pair) - 1, &cluster);

    ok(nsess_mc_cluster_next(&cluster, &node) == NSESS_OK, "the first");
    is_str(node.host.data, node.host.len, "a.example", "its name");
    is_str(node.ip.data, node.ip.len, "10.0.0.1", "its address");
    ok(node.port == 11211, "its port");

    ok(nsess_mc_cluster_next(&cluster, &node) == NSESS_OK, "the second");
    is_str(node.host.data, node.host.len, "b.example", "its name");
    is_str(node.ip.data, node.ip.len, "10.0.0.2", "its address");
    ok(node.port == 11212, "its port");

    ok(nsess_mc_cluster_next(&cluster, &node) == NSESS_DECLINED, "no third");
    ok(nsess_mc_cluster_next(&cluster, &node) == NSESS_DECLINED, "never");
}


static void
test_others(void)
{
    size_t              i;
    nsess_mc_cluster_t  cluster;

    for (i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
        ok(parse(replies[i].reply, strlen(replies[i].reply), &cluster)
           == replies[i].rc, "reply %d", (int) i);
    }
}


static void
test_prefixes(void)
{
    int                 wrong;
    size_t              n;
    nsess_mc_cluster_t  cluster;

    wrong = 0;

    for (n = 0; n < sizeof(pair) - 1; n++) {
        wrong += (parse(pair, n, &cluster) != NSESS_AGAIN);
    }

    ok(wrong == 0, "each part of it wants more");
}


static void
test_most(void)
{
    int                 n, len;
    static char         nodes[2048], reply[4096];
    nsess_mc_cluster_t  cluster;

    for (n = 1; n <= NSESS_MC_CLUSTER_NODES_MAX + 1; n++) {
        len = n == 1 ? sprintf(nodes, "1\n") : (int) strlen(nodes);
        (void) sprintf(nodes + len, "%sa|b|%d", n == 1 ? "" : " ", n);

        if (n >= NSESS_MC_CLUSTER_NODES_MAX) {
            len = sprintf(reply, HEAD "%d\r\n%s\n" TAIL,
                          (int) strlen(nodes) + 1, nodes);

            ok(parse(reply, (size_t) len, &cluster)
               == (n > NSESS_MC_CLUSTER_NODES_MAX ? NSESS_ERROR : NSESS_OK),
               "%d nodes", n);
        }
    }
}


static nsess_rc_t
parse(const char *reply, size_t len, nsess_mc_cluster_t *cluster)
{
    const uint8_t  *p;

    p = guard(reply, len);

    return nsess_mc_cluster_parse(p, p + len, cluster);
}
