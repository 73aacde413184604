/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Auto discovery of ElastiCache.  Each time a connection is made, since a
 * configuration endpoint is a name that may lead to another node each time.
 */


#include "ngx_session_mc_discover.h"


static void ngx_session_mc_discover_write(ngx_event_t *wev);
static void ngx_session_mc_discover_read(ngx_event_t *rev);
static void ngx_session_mc_discover_process(ngx_session_mc_lookup_t *lookup);
static void ngx_session_mc_discover_nodes(ngx_session_mc_lookup_t *lookup,
    nsess_mc_cluster_t *cluster);
static ngx_int_t ngx_session_mc_discover_node(ngx_session_mc_found_t *found,
    const nsess_mc_node_t *node);
static void ngx_session_mc_discover_failed(ngx_session_mc_lookup_t *lookup,
    ngx_err_t err, const char *text);


void
ngx_session_mc_discover(ngx_session_mc_lookup_t *lookup,
    struct sockaddr *sockaddr, socklen_t socklen)
{
    ngx_int_t               rc;
    ngx_connection_t       *c;
    ngx_peer_connection_t   pc;

    /* what fails is logged by us, at most once a second */

    lookup->log = *ngx_cycle->log;
    lookup->log.log_level = NGX_LOG_ALERT;

    ngx_memzero(&pc, sizeof(ngx_peer_connection_t));

    pc.sockaddr = sockaddr;
    pc.socklen = socklen;
    pc.name = &lookup->conf->name;
    pc.get = ngx_event_get_peer;
    pc.log = &lookup->log;
    pc.log_error = NGX_ERROR_INFO;

    lookup->reply = ngx_alloc(NSESS_MC_CLUSTER_MAX, ngx_cycle->log);
    if (lookup->reply == NULL) {
        ngx_session_mc_lookup_failed(lookup, 0, "no memory");
        return;
    }

    rc = ngx_event_connect_peer(&pc);

    if (rc == NGX_ERROR || rc == NGX_DECLINED) {
        ngx_session_mc_discover_failed(lookup,
                                       rc == NGX_DECLINED ? ngx_socket_errno
                                                          : 0,
                                       "it could not be connected to");
        return;
    }

    c = pc.connection;

    lookup->connection = c;
    lookup->sent = 0;
    lookup->received = 0;

    c->data = lookup;
    c->read->handler = ngx_session_mc_discover_read;
    c->write->handler = ngx_session_mc_discover_write;

    /* a worker that wants to exit does not wait for it */

    c->idle = 1;
    c->read->cancelable = 1;

    ngx_add_timer(c->read, lookup->mc->conf->connect_timeout
                           + lookup->mc->conf->timeout);

    if (rc == NGX_OK) {
        ngx_session_mc_discover_write(c->write);
    }
}


static void
ngx_session_mc_discover_write(ngx_event_t *wev)
{
    ssize_t                   n;
    ngx_connection_t         *c;
    ngx_session_mc_lookup_t  *lookup;

    static u_char             command[] = NSESS_MC_CLUSTER_COMMAND;

    c = wev->data;
    lookup = c->data;

    while (lookup->sent < sizeof(command) - 1) {

        n = c->send(c, command + lookup->sent,
                    sizeof(command) - 1 - lookup->sent);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == NGX_ERROR) {
            ngx_session_mc_discover_failed(lookup, ngx_socket_errno,
                                           "it could not be connected to");
            return;
        }

        lookup->sent += n;
    }

    if (ngx_handle_write_event(wev, 0) != NGX_OK) {
        ngx_session_mc_discover_failed(lookup, 0, "no events");
    }
}


static void
ngx_session_mc_discover_read(ngx_event_t *rev)
{
    ssize_t                   n;
    ngx_connection_t         *c;
    ngx_session_mc_lookup_t  *lookup;

    c = rev->data;
    lookup = c->data;

    if (c->close) {
        ngx_session_mc_discover_stop(lookup);
        return;
    }

    if (rev->timedout) {
        ngx_session_mc_discover_failed(lookup, 0, "it timed out");
        return;
    }

    do {
        if (lookup->received == NSESS_MC_CLUSTER_MAX) {
            ngx_session_mc_discover_failed(lookup, 0, "its reply is too long");
            return;
        }

        n = c->recv(c, lookup->reply + lookup->received,
                    NSESS_MC_CLUSTER_MAX - lookup->received);

        if (n == NGX_AGAIN) {
            break;
        }

        if (n == NGX_ERROR || n == 0) {
            ngx_session_mc_discover_failed(lookup,
                                           n == 0 ? 0 : ngx_socket_errno,
                                           "it closed the connection");
            return;
        }

        lookup->received += n;

        ngx_session_mc_discover_process(lookup);

        if (lookup->connection == NULL) {
            return;
        }

    } while (rev->ready);

    if (ngx_handle_read_event(rev, 0) != NGX_OK) {
        ngx_session_mc_discover_failed(lookup, 0, "no events");
    }
}


static void
ngx_session_mc_discover_process(ngx_session_mc_lookup_t *lookup)
{
    nsess_mc_cluster_t  cluster;

    switch (nsess_mc_cluster_parse(lookup->reply,
                                   lookup->reply + lookup->received,
                                   &cluster))
    {
    case NSESS_AGAIN:
        return;

    case NSESS_OK:
        ngx_session_mc_discover_nodes(lookup, &cluster);
        return;

    case NSESS_DECLINED:
        ngx_session_mc_discover_failed(lookup, 0,
                                       "it is no configuration endpoint");
        return;

    default: /* NSESS_ERROR */
        ngx_session_mc_discover_failed(lookup, 0,
                                       "it sent an unexpected reply");
    }
}


static void
ngx_session_mc_discover_nodes(ngx_session_mc_lookup_t *lookup,
    nsess_mc_cluster_t *cluster)
{
    ngx_uint_t               n;
    uint64_t                 version;
    nsess_mc_node_t          node;
    ngx_session_mc_found_t  *found;

    version = cluster->version;

    /* a node that has not heard of the last change yet */

    if (version < lookup->version) {
        ngx_session_mc_discover_failed(lookup, 0, "its answer is an old one");
        return;
    }

    found = ngx_alloc(cluster->n * sizeof(ngx_session_mc_found_t),
                      ngx_cycle->log);
    if (found == NULL) {
        ngx_session_mc_discover_failed(lookup, 0, "no memory");
        return;
    }

    for (n = 0; nsess_mc_cluster_next(cluster, &node) == NSESS_OK; n++) {

        if (ngx_session_mc_discover_node(&found[n], &node) != NGX_OK) {
            ngx_free(found);
            ngx_session_mc_discover_failed(lookup, 0,
                                           "a node has no address");
            return;
        }
    }

    lookup->version = version;

    ngx_session_mc_lookup_found(lookup, found, n, lookup->conf->interval);

    ngx_free(found);
    ngx_session_mc_discover_stop(lookup);
}


static ngx_int_t
ngx_session_mc_discover_node(ngx_session_mc_found_t *found,
    const nsess_mc_node_t *node)
{
    u_char               *text;
    struct sockaddr_in   *sin;
    struct sockaddr_in6  *sin6;

    text = (u_char *) node->ip.data;

    ngx_memzero(found, sizeof(ngx_session_mc_found_t));

    found->host.data = node->host.len ? (u_char *) node->host.data : text;
    found->host.len = node->host.len ? node->host.len : node->ip.len;
    found->port = node->port;

    sin = &found->sockaddr.sockaddr_in;
    sin->sin_addr.s_addr = ngx_inet_addr(text, node->ip.len);

    if (sin->sin_addr.s_addr != INADDR_NONE) {
        sin->sin_family = AF_INET;
        sin->sin_port = htons(node->port);
        found->socklen = sizeof(struct sockaddr_in);
        return NGX_OK;
    }

    ngx_memzero(&found->sockaddr, sizeof(ngx_sockaddr_t));

    sin6 = &found->sockaddr.sockaddr_in6;

    if (ngx_inet6_addr(text, node->ip.len, sin6->sin6_addr.s6_addr)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    sin6->sin6_family = AF_INET6;
    sin6->sin6_port = htons(node->port);
    found->socklen = sizeof(struct sockaddr_in6);

    return NGX_OK;
}


static void
ngx_session_mc_discover_failed(ngx_session_mc_lookup_t *lookup, ngx_err_t err,
    const char *text)
{
    ngx_session_mc_discover_stop(lookup);
    ngx_session_mc_lookup_failed(lookup, err, text);
}


void
ngx_session_mc_discover_stop(ngx_session_mc_lookup_t *lookup)
{
    if (lookup->connection != NULL) {
        ngx_close_connection(lookup->connection);
        lookup->connection = NULL;
    }

    if (lookup->reply != NULL) {
        ngx_free(lookup->reply);
        lookup->reply = NULL;
    }
}
