/*
 * Copyright (C) the ngx_http_session_module authors
 */


/* Parses what a configuration endpoint of ElastiCache tells. */


#include "nsess_mc_cluster.h"
#include "nsess_str.h"


/* the first line is not longer: the length has up to ten digits */
#define NSESS_MC_CLUSTER_LINE_MAX  64


static nsess_rc_t nsess_mc_cluster_line(nsess_str_t line, uint64_t *len);
static nsess_rc_t nsess_mc_cluster_payload(nsess_str_t payload,
    nsess_mc_cluster_t *cluster);
static nsess_rc_t nsess_mc_cluster_node(nsess_str_t text,
    nsess_mc_node_t *node);
static nsess_str_t nsess_mc_cluster_cut(nsess_str_t *text, uint8_t end);
static int nsess_mc_cluster_is_host(nsess_str_t text);
static nsess_rc_t nsess_mc_cluster_number(nsess_str_t text, uint64_t max,
    uint64_t *n);


static const nsess_str_t  nsess_mc_cluster_head =
    nsess_string("CONFIG cluster 0 ");
static const nsess_str_t  nsess_mc_cluster_tail = nsess_string("\r\nEND\r\n");

/* of a server that is no configuration endpoint */
static const nsess_str_t  nsess_mc_cluster_none = nsess_string("END");
static const nsess_str_t  nsess_mc_cluster_unknown = nsess_string("ERROR");


nsess_rc_t
nsess_mc_cluster_parse(const uint8_t *pos, const uint8_t *last,
    nsess_mc_cluster_t *cluster)
{
    uint64_t        len;
    nsess_rc_t      rc;
    const uint8_t  *end, *lf;

    end = nsess_str_first(pos, last, NSESS_MC_CLUSTER_LINE_MAX);
    lf = nsess_str_find(pos, end, '\n');

    if (lf == end) {
        return last - pos < NSESS_MC_CLUSTER_LINE_MAX
               ? NSESS_AGAIN : NSESS_ERROR;
    }

    rc = nsess_mc_cluster_line(nsess_str_span(pos, lf), &len);

    if (rc != NSESS_OK) {
        return rc;
    }

    pos = lf + 1;

    if ((size_t) (last - pos) < len + nsess_mc_cluster_tail.len) {
        return NSESS_AGAIN;
    }

    if (!nsess_str_equal(nsess_str_span(pos + len, last),
                         nsess_mc_cluster_tail))
    {
        return NSESS_ERROR;
    }

    return nsess_mc_cluster_payload(nsess_str_span(pos, pos + len), cluster);
}


/* the first line, without its LF */

static nsess_rc_t
nsess_mc_cluster_line(nsess_str_t line, uint64_t *len)
{
    if (line.len == 0 || line.data[line.len - 1] != '\r') {
        return NSESS_ERROR;
    }

    line.len--;

    if (nsess_str_equal(line, nsess_mc_cluster_none)
        || nsess_str_equal(line, nsess_mc_cluster_unknown))
    {
        return NSESS_DECLINED;
    }

    if (line.len < nsess_mc_cluster_head.len
        || memcmp(line.data, nsess_mc_cluster_head.data,
                  nsess_mc_cluster_head.len) != 0)
    {
        return NSESS_ERROR;
    }

    line.data += nsess_mc_cluster_head.len;
    line.len -= nsess_mc_cluster_head.len;

    return nsess_mc_cluster_number(line, NSESS_MC_CLUSTER_MAX
                                         - NSESS_MC_CLUSTER_LINE_MAX
                                         - nsess_mc_cluster_tail.len, len);
}


static nsess_rc_t
nsess_mc_cluster_payload(nsess_str_t payload, nsess_mc_cluster_t *cluster)
{
    nsess_rc_t          rc;
    nsess_str_t         version;
    nsess_mc_node_t     node;
    nsess_mc_cluster_t  nodes;

    if (payload.len == 0 || payload.data[payload.len - 1] != '\n') {
        return NSESS_ERROR;
    }

    payload.len--;
    version = nsess_mc_cluster_cut(&payload, '\n');

    if (nsess_mc_cluster_number(version, UINT64_MAX, &cluster->version)
        != NSESS_OK)
    {
        return NSESS_ERROR;
    }

    cluster->nodes = payload;
    cluster->n = 0;

    for (nodes = *cluster; ; cluster->n++) {

        rc = nsess_mc_cluster_next(&nodes, &node);

        if (rc == NSESS_DECLINED) {
            return cluster->n != 0 ? NSESS_OK : NSESS_ERROR;
        }

        if (rc != NSESS_OK || cluster->n == NSESS_MC_CLUSTER_NODES_MAX) {
            return NSESS_ERROR;
        }
    }
}


nsess_rc_t
nsess_mc_cluster_next(nsess_mc_cluster_t *cluster, nsess_mc_node_t *node)
{
    if (cluster->nodes.len == 0) {
        return NSESS_DECLINED;
    }

    return nsess_mc_cluster_node(nsess_mc_cluster_cut(&cluster->nodes, ' '),
                                 node);
}


static nsess_rc_t
nsess_mc_cluster_node(nsess_str_t text, nsess_mc_node_t *node)
{
    uint64_t  port;

    node->host = nsess_mc_cluster_cut(&text, '|');
    node->ip = nsess_mc_cluster_cut(&text, '|');

    if (!nsess_mc_cluster_is_host(node->host)
        || !nsess_mc_cluster_is_host(node->ip)
        || (node->host.len == 0 && node->ip.len == 0)
        || nsess_mc_cluster_number(text, UINT16_MAX, &port) != NSESS_OK
        || port == 0)
    {
        return NSESS_ERROR;
    }

    node->port = (uint16_t) port;

    return NSESS_OK;
}


/* takes the bytes before the next one of this kind, and that one */

static nsess_str_t
nsess_mc_cluster_cut(nsess_str_t *text, uint8_t ch)
{
    nsess_str_t     part;
    const uint8_t  *end, *last;

    last = text->data + text->len;
    end = nsess_str_find(text->data, last, ch);
    part = nsess_str_span(text->data, end);

    *text = nsess_str_span(end < last ? end + 1 : last, last);

    return part;
}


/* of what names and addresses consist of; it may be empty */

static int
nsess_mc_cluster_is_host(nsess_str_t text)
{
    size_t   i;
    uint8_t  ch;

    if (text.len > NSESS_MC_CLUSTER_HOST_MAX) {
        return 0;
    }

    for (i = 0; i < text.len; i++) {
        nsess_work(1);

        ch = text.data[i];

        if (!nsess_is_alnum(ch) && ch != '.' && ch != '-' && ch != '_'
            && ch != ':')
        {
            return 0;
        }
    }

    return 1;
}


/* all of the text */

static nsess_rc_t
nsess_mc_cluster_number(nsess_str_t text, uint64_t max, uint64_t *n)
{
    const uint8_t  *last;

    last = text.data + text.len;

    return text.len != 0 && nsess_uint_read(text.data, last, max, n) == last
           ? NSESS_OK : NSESS_ERROR;
}
