/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A cookie that is Secure by default, where all listeners speak plain HTTP.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_plain_conf.h"

#include "nsess_cookie.h"


static ngx_uint_t ngx_http_session_is_private(struct sockaddr *sa);


ngx_int_t
ngx_http_session_note_server(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    ngx_http_core_srv_conf_t  *cscf, **servers;

    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    /* one server after the other is merged */

    servers = manager->servers.elts;

    if (manager->servers.nelts != 0
        && servers[manager->servers.nelts - 1] == cscf)
    {
        return NGX_OK;
    }

    servers = ngx_array_push(&manager->servers);
    if (servers == NULL) {
        return NGX_ERROR;
    }

    *servers = cscf;

    return NGX_OK;
}


ngx_uint_t
ngx_http_session_share_server(ngx_array_t *a, ngx_array_t *b)
{
    ngx_uint_t                  i, j;
    ngx_http_core_srv_conf_t  **of_a, **of_b;

    of_a = a->elts;
    of_b = b->elts;

    for (i = 0; i < a->nelts; i++) {
        for (j = 0; j < b->nelts; j++) {
            if (of_a[i] == of_b[j]) {
                return 1;
            }
        }
    }

    return 0;
}


void
ngx_http_session_warn_plain(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    ngx_uint_t                  i, j, used;
    ngx_http_conf_port_t       *port;
    ngx_http_conf_addr_t       *addr;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    if (manager->cookies[0].secure != NSESS_SECURE_DEFAULT
        || cmcf->ports == NULL)
    {
        return;
    }

    used = 0;
    port = cmcf->ports->elts;

    for (i = 0; i < cmcf->ports->nelts; i++) {
        addr = port[i].addrs.elts;

        for (j = 0; j < port[i].addrs.nelts; j++) {

            if (!ngx_http_session_share_server(&manager->servers,
                                               &addr[j].servers))
            {
                continue;
            }

            if (ngx_http_session_listens_tls(&addr[j].opt)
                || ngx_http_session_is_private(addr[j].opt.sockaddr))
            {
                return;
            }

            used = 1;
        }
    }

    if (!used) {
        return;
    }

    cf = ngx_session_at(cf, &manager->place);
    cf = ngx_session_at_directive(cf, manager->places, "cookie");

    ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                       "the cookie of session_manager \"%V\" has Secure, but "
                       "each \"listen\" of its servers is plain HTTP, where "
                       "browsers drop it: \"listen ... ssl\" is expected, or "
                       NGX_HTTP_SESSION_WRITE_SECURE,
                       &manager->name);
}


static ngx_uint_t
ngx_http_session_is_private(struct sockaddr *sa)
{
    struct sockaddr_in  *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    switch (sa->sa_family) {

    case AF_INET:
        sin = (struct sockaddr_in *) sa;
        return ntohl(sin->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;

#if (NGX_HAVE_INET6)
    case AF_INET6:
        sin6 = (struct sockaddr_in6 *) sa;
        return IN6_IS_ADDR_LOOPBACK(&sin6->sin6_addr);
#endif

    default: /* AF_UNIX */
        return 1;
    }
}
