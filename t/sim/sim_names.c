/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What nginx has for names and addresses: a name stands for some of the
 * machines, and the resolver answers when it likes, with others than before,
 * or not at all.  While it answers, there is memory.
 */


#include <stdio.h>

#include "sim.h"


/* bits of machines: what the name stands for unless other is chosen */
#define SIM_NAMES_USUAL  3


static void sim_names_set(ngx_uint_t machines);
static struct sockaddr *sim_names_addr(ngx_uint_t machine);


static ngx_resolver_ctx_t  *sim_names_ctx;

/* s: the last answer is good until then */
static time_t               sim_names_valid;


void
sim_names_reset(void)
{
    sim_names_ctx = NULL;
    sim_names_valid = 0;
    sim.members = 0;
    sim.answering = 0;
}


void
sim_names_begin(void)
{
    sim_names_set((SIM_NAMES_USUAL + sim_choose(SIM_MACHINES * 2 + 2))
                  % (SIM_MACHINES * 2 + 2));
}


/* those that come are new to the client, though they may have been there */

static void
sim_names_set(ngx_uint_t machines)
{
    ngx_uint_t     i, new;
    sim_server_t  *s;

    new = machines & ~sim.members;

    if (sim.nservers + SIM_MACHINES > SIM_SERVERS) {
        return;
    }

    for (i = 0; i < sim.nservers; i++) {
        s = &sim.servers[i];

        if (s->gone == 0 && !(machines & sim_bit(s->machine))) {
            s->gone = sim.now;
        }
    }

    for (i = 0; i < SIM_MACHINES; i++) {
        if (new & sim_bit(i)) {
            sim.servers[sim.nservers++].machine = i;
        }
    }

    sim.members = machines;
}


/* of nginx.conf's line, and when the name is looked up for the first time */

ngx_int_t
sim_names_url(ngx_pool_t *pool, ngx_url_t *u)
{
    ngx_uint_t  i;

    u->host = u->url;
    u->port = u->default_port;
    u->family = AF_INET;
    u->naddrs = 0;

    if (u->no_resolve) {
        return NGX_OK;
    }

    if (sim.members == 0) {
        return NGX_ERROR;
    }

    u->addrs = ngx_pcalloc(pool, SIM_MACHINES * sizeof(ngx_addr_t));

    for (i = 0; i < SIM_MACHINES; i++) {
        if (sim.members & sim_bit(i)) {
            u->addrs[u->naddrs].sockaddr = sim_names_addr(i);
            u->addrs[u->naddrs++].socklen = sizeof(struct sockaddr_in);
        }
    }

    return NGX_OK;
}


static struct sockaddr *
sim_names_addr(ngx_uint_t machine)
{
    static struct sockaddr_in  sin[SIM_MACHINES];

    sin[machine].sin_family = AF_INET;
    sin[machine].sin_addr.s_addr = htonl(INADDR_LOOPBACK + machine);

    return (struct sockaddr *) &sin[machine];
}


/*
 * A machine that has left and returned may be two servers of the client for a
 * while: each has its address at another place.
 */

ngx_uint_t
sim_names_server(struct sockaddr *addr)
{
    ngx_uint_t     i, machine;
    sim_server_t  *s;

    for (i = 0; i < sim.nservers; i++) {
        if (sim.servers[i].addr == addr) {
            return i;
        }
    }

    machine = ntohl(((struct sockaddr_in *) addr)->sin_addr.s_addr)
              - INADDR_LOOPBACK;

    for (i = 0; i < sim.nservers; i++) {
        s = &sim.servers[i];

        if (s->machine == machine && s->gone == 0 && s->addr == NULL) {
            s->addr = addr;
            return i;
        }
    }

    sim_broken("a server that is not there is connected to");

    return 0;
}


void
sim_names_freed(u_char *p, size_t size)
{
    u_char      *addr;
    ngx_uint_t   i;

    for (i = 0; i < sim.nservers; i++) {
        addr = (u_char *) sim.servers[i].addr;

        if (addr >= p && addr < p + size) {
            sim.servers[i].addr = NULL;
        }
    }
}


ngx_uint_t
sim_names_asked(void)
{
    return sim_names_ctx != NULL;
}


void
sim_names_answer(void *data)
{
    ngx_uint_t            i, n, how, turned;
    ngx_resolver_ctx_t   *ctx;
    ngx_resolver_addr_t   addrs[SIM_MACHINES];

    ctx = sim_names_ctx;
    sim_names_ctx = NULL;

    /* as before; others; none; or no answer */

    how = sim_rare(SIM_MACHINES * 2 + 4);
    turned = sim_odd(2);

    ctx->valid = ngx_time() + sim_odd(3);

    if (how >= SIM_MACHINES * 2 + 2) {
        sim_note("the resolver fails");
        ctx->state = how == SIM_MACHINES * 2 + 2 ? NGX_RESOLVE_NXDOMAIN
                                                 : NGX_RESOLVE_TIMEDOUT;

    } else {
        sim_names_set(how != 0 ? how : sim.members != 0 ? sim.members
                                                        : SIM_NAMES_USUAL);
        sim_names_valid = ctx->valid;
        sim_note("the resolver answers: %zu", sim.members);
    }

    for (i = 0; i < SIM_MACHINES && ctx->state == 0; i++) {
        n = turned ? SIM_MACHINES - 1 - i : i;

        if (sim.members & sim_bit(n)) {
            addrs[ctx->naddrs].sockaddr = sim_names_addr(n);
            addrs[ctx->naddrs++].socklen = sizeof(struct sockaddr_in);
        }
    }

    ctx->addrs = addrs;

    sim.answering = 1;
    ctx->handler(ctx);
    sim.answering = 0;
}


ngx_resolver_ctx_t *
ngx_resolve_start(ngx_resolver_t *r, ngx_resolver_ctx_t *temp)
{
    if (sim_names_ctx != NULL) {
        sim_broken("a name is asked for twice");
    }

    if (ngx_time() <= sim_names_valid) {
        sim_broken("a name is asked for, though its time is not over");
    }

    if (sim_rare(8) == 7) {
        return NULL;
    }

    return calloc(1, sizeof(ngx_resolver_ctx_t));
}


ngx_int_t
ngx_resolve_name(ngx_resolver_ctx_t *ctx)
{
    if (!ctx->cancelable) {
        sim_broken("a worker that exits waits for a name");
    }

    switch (sim_rare(3)) {

    case 1: /* no memory */
        free(ctx);
        return NGX_ERROR;

    case 2: /* it is known */
        sim_names_ctx = ctx;
        sim_names_answer(NULL);
        return NGX_OK;

    default:
        sim_names_ctx = ctx;
        return NGX_OK;
    }
}


void
ngx_resolve_name_done(ngx_resolver_ctx_t *ctx)
{
    if (ctx == sim_names_ctx) {
        sim_names_ctx = NULL;
    }

    free(ctx);
}


char *
ngx_resolver_strerror(ngx_int_t err)
{
    return "Host not found";
}


void
ngx_inet_set_port(struct sockaddr *sa, in_port_t port)
{
    ((struct sockaddr_in *) sa)->sin_port = htons(port);
}


size_t
ngx_sock_ntop(struct sockaddr *sa, socklen_t socklen, u_char *text,
    size_t len, ngx_uint_t port)
{
    in_addr_t  addr;

    addr = ntohl(((struct sockaddr_in *) sa)->sin_addr.s_addr);

    return snprintf((char *) text, len, "127.0.0.%u", addr & 0xff);
}


ngx_int_t
ngx_memn2cmp(u_char *s1, u_char *s2, size_t n1, size_t n2)
{
    ngx_int_t  rc;

    rc = ngx_memcmp(s1, s2, ngx_min(n1, n2));

    return rc != 0 || n1 == n2 ? rc : n1 < n2 ? -1 : 1;
}


/* as nginx's, it keeps the order of what is equal */

void
ngx_sort(void *base, size_t n, size_t size,
    ngx_int_t (*cmp)(const void *, const void *))
{
    u_char  *p1, *p2, *last, *copy;

    copy = malloc(size);
    last = (u_char *) base + n * size;

    for (p1 = (u_char *) base + size; n > 1 && p1 < last; p1 += size) {
        ngx_memcpy(copy, p1, size);

        for (p2 = p1; p2 > (u_char *) base && cmp(p2 - size, copy) > 0;
             p2 -= size)
        {
            ngx_memcpy(p2, p2 - size, size);
        }

        ngx_memcpy(p2, copy, size);
    }

    free(copy);
}


/* only nodes of a cluster have these */

ngx_int_t
ngx_inet6_addr(u_char *p, size_t len, u_char *addr)
{
    sim_broken("an IPv6 address is read");

    return NGX_ERROR;
}
