/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What nginx has for names and addresses.  The servers of a trace have
 * addresses that stay as they are, so that none of it is called.
 */


#include "sim.h"


static void
sim_names_called(void)
{
    sim_broken("a name is looked up");
}


ngx_resolver_ctx_t *
ngx_resolve_start(ngx_resolver_t *r, ngx_resolver_ctx_t *temp)
{
    sim_names_called();

    return NULL;
}


ngx_int_t
ngx_resolve_name(ngx_resolver_ctx_t *ctx)
{
    sim_names_called();

    return NGX_ERROR;
}


void
ngx_resolve_name_done(ngx_resolver_ctx_t *ctx)
{
    sim_names_called();
}


char *
ngx_resolver_strerror(ngx_int_t err)
{
    sim_names_called();

    return "";
}


ngx_int_t
ngx_inet6_addr(u_char *p, size_t len, u_char *addr)
{
    sim_names_called();

    return NGX_ERROR;
}


void
ngx_inet_set_port(struct sockaddr *sa, in_port_t port)
{
    sim_names_called();
}


size_t
ngx_sock_ntop(struct sockaddr *sa, socklen_t socklen, u_char *text,
    size_t len, ngx_uint_t port)
{
    sim_names_called();

    return 0;
}


ngx_int_t
ngx_memn2cmp(u_char *s1, u_char *s2, size_t n1, size_t n2)
{
    sim_names_called();

    return 0;
}


void
ngx_sort(void *base, size_t n, size_t size,
    ngx_int_t (*cmp)(const void *, const void *))
{
    sim_names_called();
}
