/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Servers that come and go.
 */


#include "ngx_session_mc_member.h"
#include "ngx_session_mc_probe.h"


typedef struct {
    ngx_session_mc_server_t   server;
    ngx_queue_t               queue;    /* of those that are gone */
    ngx_event_t               end;
    ngx_addr_t                addr;
    ngx_sockaddr_t            sockaddr;
    u_char                    text[1];  /* host, and name */
} ngx_session_mc_member_t;


static ngx_session_mc_server_t *ngx_session_mc_member_find(
    ngx_session_mc_t *mc, ngx_session_mc_server_conf_t *conf,
    ngx_session_mc_found_t *found);
static ngx_session_mc_server_t *ngx_session_mc_member_new(
    ngx_session_mc_t *mc, ngx_session_mc_server_conf_t *conf,
    ngx_session_mc_found_t *found);
static ngx_uint_t ngx_session_mc_member_in(ngx_session_mc_server_t *s,
    ngx_session_mc_server_t **servers, ngx_uint_t n);
static void ngx_session_mc_member_leave(ngx_session_mc_server_t *s);
static void ngx_session_mc_member_end(ngx_event_t *ev);
static void ngx_session_mc_member_free(ngx_session_mc_member_t *member);
static ngx_uint_t ngx_session_mc_members_swap(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf, ngx_session_mc_server_t **servers,
    ngx_uint_t n, ngx_session_limit_t *limit, const char **error);


const char *
ngx_session_mc_members_set(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf, ngx_session_mc_found_t *found,
    ngx_uint_t n, ngx_session_limit_t *limit)
{
    const char                *error;
    ngx_uint_t                 i, k, count, swapped;
    ngx_session_mc_ring_t     *ring;
    ngx_session_mc_server_t  **servers, *s;

    ring = &mc->ring;

    servers = ngx_alloc((ring->n + n + 1) * sizeof(ngx_session_mc_server_t *),
                        ngx_cycle->log);
    if (servers == NULL) {
        return "no memory";
    }

    /* in the order of the configuration: lines before, this one, and behind */

    error = NULL;
    count = 0;

    for (i = 0; i < ring->n && ring->servers[i]->conf < conf; i++) {
        servers[count++] = ring->servers[i];
    }

    for (k = 0; k < n; k++) {

        s = ngx_session_mc_member_find(mc, conf, &found[k]);

        if (s != NULL && ngx_session_mc_member_in(s, servers, count)) {
            continue;
        }

        if (s == NULL) {
            s = ngx_session_mc_member_new(mc, conf, &found[k]);

            if (s == NULL) {
                error = "no memory";
                break;
            }
        }

        servers[count++] = s;
    }

    for ( /* void */ ; i < ring->n; i++) {
        if (ring->servers[i]->conf > conf) {
            servers[count++] = ring->servers[i];
        }
    }

    swapped = error == NULL
              && ngx_session_mc_members_swap(mc, conf, servers, count, limit,
                                             &error);

    /* those that are new, and not used */

    for (i = 0; !swapped && i < count; i++) {
        if (!ngx_session_mc_member_in(servers[i], ring->servers, ring->n)) {
            ngx_session_mc_member_free((ngx_session_mc_member_t *) servers[i]);
        }
    }

    ngx_free(servers);

    return error;
}


void
ngx_session_mc_members_exit(ngx_session_mc_t *mc)
{
    ngx_uint_t               i;
    ngx_queue_t             *q;
    ngx_session_mc_server_t  *s;

    for (i = 0; i < mc->ring.n; i++) {
        s = mc->ring.servers[i];

        if (s->conf->how != NGX_SESSION_MC_FIXED) {
            ngx_session_mc_member_free((ngx_session_mc_member_t *) s);
        }
    }

    while (!ngx_queue_empty(&mc->gone)) {
        q = ngx_queue_head(&mc->gone);

        ngx_session_mc_member_free(ngx_queue_data(q, ngx_session_mc_member_t,
                                                  queue));
    }
}


/* 0: the ring has not changed, *error says why, or NULL if there was no need */

static ngx_uint_t
ngx_session_mc_members_swap(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf, ngx_session_mc_server_t **servers,
    ngx_uint_t n, ngx_session_limit_t *limit, const char **error)
{
    ngx_uint_t                 i, old, gone, came;
    ngx_session_mc_ring_t     *ring;
    ngx_session_mc_server_t  **was;

    ring = &mc->ring;
    old = ring->n;
    gone = 0;

    was = ngx_alloc((old + 1) * sizeof(ngx_session_mc_server_t *),
                    ngx_cycle->log);
    if (was == NULL) {
        *error = "no memory";
        return 0;
    }

    for (i = 0; i < old; i++) {
        if (!ngx_session_mc_member_in(ring->servers[i], servers, n)) {
            was[gone++] = ring->servers[i];
        }
    }

    came = n + gone - old;

    if (gone + came == 0) {
        ngx_free(was);
        return 0;
    }

    *error = ngx_session_mc_ring_set(mc, servers, n);

    if (*error != NULL) {
        ngx_free(was);
        return 0;
    }

    for (i = 0; i < gone; i++) {
        ngx_session_mc_member_leave(was[i]);
    }

    ngx_free(was);

    if (mc->begun) {
        ngx_session_mc_ring_tell(mc, conf);

        (void) ngx_session_log(limit, NGX_LOG_NOTICE, ngx_cycle->log, 0,
                               "servers of memcached \"%V\" have changed: "
                               "%ui new, %ui gone", &conf->name, came, gone);
    }

    return 1;
}


static ngx_session_mc_server_t *
ngx_session_mc_member_find(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf, ngx_session_mc_found_t *found)
{
    ngx_uint_t                i;
    ngx_session_mc_server_t  *s;

    for (i = 0; i < mc->ring.n; i++) {
        s = mc->ring.servers[i];

        if (s->conf == conf
            && s->place.port == found->port
            && s->place.host.len == found->host.len
            && ngx_memcmp(s->place.host.data, found->host.data,
                          found->host.len)
               == 0
            && ngx_cmp_sockaddr(s->addr->sockaddr, s->addr->socklen,
                                &found->sockaddr.sockaddr, found->socklen, 1)
               == NGX_OK)
        {
            return s;
        }
    }

    return NULL;
}


static ngx_session_mc_server_t *
ngx_session_mc_member_new(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf, ngx_session_mc_found_t *found)
{
    size_t                    size;
    u_char                   *p;
    ngx_session_mc_member_t  *member;
    ngx_session_mc_server_t  *s;

    size = sizeof(ngx_session_mc_member_t) + conf->name.len
           + 2 * found->host.len + NGX_SOCKADDR_STRLEN;

    member = ngx_calloc(size, ngx_cycle->log);
    if (member == NULL) {
        return NULL;
    }

    s = &member->server;

    ngx_session_mc_server_init(s, mc, conf);
    ngx_session_mc_probe_init(s);

    p = ngx_cpymem(member->text, found->host.data, found->host.len);

    s->place.host.data = member->text;
    s->place.host.len = found->host.len;
    s->place.port = found->port;
    s->place.is_unix = 0;

    s->name.data = p;
    p = ngx_sprintf(p, "%V (%V:%d)", &conf->name, &found->host,
                    (int) found->port);
    s->name.len = p - s->name.data;

    member->sockaddr = found->sockaddr;

    s->addr = &member->addr;
    s->addr->sockaddr = &member->sockaddr.sockaddr;
    s->addr->socklen = found->socklen;
    s->addr->name = s->name;

    member->end.handler = ngx_session_mc_member_end;
    member->end.data = s;
    member->end.cancelable = 1;

    ngx_queue_init(&member->queue);

    return s;
}


static ngx_uint_t
ngx_session_mc_member_in(ngx_session_mc_server_t *s,
    ngx_session_mc_server_t **servers, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {
        if (servers[i] == s) {
            return 1;
        }
    }

    return 0;
}


/* after connect_timeout and timeout all of its operations have ended */

static void
ngx_session_mc_member_leave(ngx_session_mc_server_t *s)
{
    ngx_session_mc_member_t  *member;

    member = (ngx_session_mc_member_t *) s;

    s->gone = 1;

    ngx_session_mc_probe_stop(s);

    ngx_queue_insert_tail(&s->mc->gone, &member->queue);

    /* when the member was made, this may have been the cycle before */

    member->end.log = ngx_cycle->log;

    ngx_add_timer(&member->end, s->mc->conf->connect_timeout
                                + s->mc->conf->timeout);
}


static void
ngx_session_mc_member_end(ngx_event_t *ev)
{
    ngx_session_mc_server_t  *s;

    s = ev->data;

    if (!ngx_queue_empty(&s->conns[0].ops)
        || !ngx_queue_empty(&s->conns[1].ops))
    {
        ngx_add_timer(ev, s->mc->conf->timeout);
        return;
    }

    ngx_session_mc_member_free((ngx_session_mc_member_t *) s);
}


static void
ngx_session_mc_member_free(ngx_session_mc_member_t *member)
{
    ngx_session_mc_probe_stop(&member->server);
    ngx_session_mc_server_exit(&member->server);

    ngx_queue_remove(&member->queue);  /* NOLINT: freed members are not in it */

    if (member->end.timer_set) {
        ngx_del_timer(&member->end);
    }

    ngx_free(member);
}
