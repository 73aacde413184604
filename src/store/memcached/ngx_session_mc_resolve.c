/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Names that are resolved again and again.
 */


#include "ngx_session_mc_discover.h"
#include "ngx_session_mc_lookup.h"
#include "ngx_session_mc_member.h"
#include "ngx_session_mc_resolve.h"


/* ms: a name with a TTL of 0 is not asked for more often */
#define NGX_SESSION_MC_RESOLVE_MIN  1000

/* s: so many ms fit into a timer of 32 bits, which has less than 25 days */
#define NGX_SESSION_MC_RESOLVE_MAX  (24 * 60 * 60)


static ngx_int_t ngx_session_mc_resolve_check(ngx_conf_t *cf,
    ngx_session_mc_t *mc, ngx_session_mc_server_conf_t *conf);
static ngx_int_t ngx_session_mc_resolve_now(ngx_conf_t *cf,
    ngx_session_mc_lookup_t *lookup);
static void ngx_session_mc_resolve_ask(ngx_event_t *ev);
static void ngx_session_mc_resolve_handler(ngx_resolver_ctx_t *ctx);
static void ngx_session_mc_resolve_found(ngx_session_mc_lookup_t *lookup,
    ngx_resolver_ctx_t *ctx);
static void ngx_session_mc_resolve_addr(ngx_session_mc_found_t *found,
    u_char *text, struct sockaddr *sockaddr, socklen_t socklen,
    in_port_t port);
static ngx_int_t ngx_session_mc_resolve_cmp(const void *one,
    const void *two);


ngx_int_t
ngx_session_mc_resolve_create(ngx_conf_t *cf, ngx_session_mc_t *mc)
{
    ngx_uint_t                     i;
    ngx_session_mc_lookup_t       *lookup;
    ngx_session_mc_server_conf_t  *conf;

    conf = mc->conf->servers.elts;

    mc->lookups = ngx_pcalloc(cf->pool, mc->conf->servers.nelts
                                        * sizeof(ngx_session_mc_lookup_t));
    if (mc->lookups == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < mc->conf->servers.nelts; i++) {

        if (conf[i].how == NGX_SESSION_MC_FIXED) {
            continue;
        }

        if (conf[i].how == NGX_SESSION_MC_DISCOVER
            && ngx_session_mc_resolve_check(cf, mc, &conf[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }

        lookup = &mc->lookups[mc->nlookups++];

        lookup->mc = mc;
        lookup->conf = &conf[i];
        lookup->ident = -1;

        lookup->timer.handler = ngx_session_mc_resolve_ask;
        lookup->timer.data = lookup;
        lookup->timer.log = &cf->cycle->new_log;
        lookup->timer.cancelable = 1;

        if (conf[i].how == NGX_SESSION_MC_RESOLVE
            && ngx_session_mc_resolve_now(cf, lookup) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* of ElastiCache's memcached, which has TLS, and no users */

static ngx_int_t
ngx_session_mc_resolve_check(ngx_conf_t *cf, ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf)
{
    if (mc->tls == NULL && mc->conf->auth.len == 0) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, &conf->place), 0,
                       "\"discover\" of memcached \"%V\" does not go together "
                       "with \"%s\": the configuration endpoint is asked "
                       "without %s", &conf->name,
                       mc->tls != NULL ? "tls on" : "auth_file",
                       mc->tls != NULL ? "TLS" : "a password");

    return NGX_ERROR;
}


/* what the system does not know is found out by the workers */

static ngx_int_t
ngx_session_mc_resolve_now(ngx_conf_t *cf, ngx_session_mc_lookup_t *lookup)
{
    u_char                         text[NGX_SOCKADDR_STRLEN
                                        * NGX_SESSION_MC_MEMBERS_MAX];
    ngx_url_t                      url;
    ngx_uint_t                     i, n;
    const char                    *error;
    ngx_session_mc_found_t         found[NGX_SESSION_MC_MEMBERS_MAX];
    ngx_session_mc_server_conf_t  *conf;

    conf = lookup->conf;
    cf = ngx_session_at(cf, &conf->place);

    ngx_memzero(&url, sizeof(ngx_url_t));

    url.url = conf->name;
    url.default_port = conf->url.port;

    if (ngx_parse_url(cf->pool, &url) != NGX_OK) {
        return NGX_OK;
    }

    if (url.naddrs > NGX_SESSION_MC_MEMBERS_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "memcached \"%V\" has %ui addresses: up to %d are "
                           "expected", &conf->name, url.naddrs,
                           NGX_SESSION_MC_MEMBERS_MAX);
        return NGX_ERROR;
    }

    n = url.naddrs;

    for (i = 0; i < n; i++) {
        ngx_session_mc_resolve_addr(&found[i], text + i * NGX_SOCKADDR_STRLEN,
                                    url.addrs[i].sockaddr,
                                    url.addrs[i].socklen, conf->url.port);
    }

    ngx_sort(found, n, sizeof(ngx_session_mc_found_t),
             ngx_session_mc_resolve_cmp);

    error = ngx_session_mc_members_set(lookup->mc, conf, found, n,
                                       &lookup->changes);

    if (error != NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "libmemcached does not take the servers of "
                           "memcached \"%V\": %s", &conf->name, error);
        return NGX_ERROR;
    }

    lookup->known = NGX_SESSION_MC_LOOKUP_KNOWN;

    return NGX_OK;
}


ngx_int_t
ngx_session_mc_resolve_use(ngx_conf_t *cf, ngx_session_mc_t *mc,
    ngx_resolver_t *resolver, ngx_msec_t timeout)
{
    ngx_uint_t                     i;
    ngx_session_mc_server_conf_t  *conf;

    mc->resolver = resolver;
    mc->resolver_timeout = timeout;

    if (resolver != NULL) {
        return NGX_OK;
    }

    for (i = 0; i < mc->nlookups; i++) {
        conf = mc->lookups[i].conf;

        if (conf->url.naddrs == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, &conf->place),
                               0, "no \"resolver\" in \"http\" for memcached "
                               "\"%V\": its name is to be resolved by one",
                               &conf->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


void
ngx_session_mc_resolve_begin(ngx_session_mc_t *mc)
{
    ngx_uint_t  i;

    for (i = 0; i < mc->nlookups; i++) {
        ngx_add_timer(&mc->lookups[i].timer, 1);
    }
}


void
ngx_session_mc_resolve_end(ngx_session_mc_t *mc)
{
    ngx_uint_t                i;
    ngx_session_mc_lookup_t  *lookup;

    for (i = 0; i < mc->nlookups; i++) {
        lookup = &mc->lookups[i];

        if (lookup->timer.timer_set) {
            ngx_del_timer(&lookup->timer);
        }

        if (lookup->ctx != NULL) {
            ngx_resolve_name_done(lookup->ctx);
            lookup->ctx = NULL;
        }

        ngx_session_mc_discover_stop(lookup);
    }
}


static void
ngx_session_mc_resolve_ask(ngx_event_t *ev)
{
    ngx_addr_t               *addr;
    ngx_resolver_ctx_t       *ctx;
    ngx_session_mc_lookup_t  *lookup;

    lookup = ev->data;

    if (lookup->conf->url.naddrs != 0) {
        addr = &lookup->conf->url.addrs[0];

        ngx_session_mc_discover(lookup, addr->sockaddr, addr->socklen);
        return;
    }

    ctx = ngx_resolve_start(lookup->mc->resolver, NULL);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_session_mc_lookup_failed(lookup, 0, "no memory");
        return;
    }

    lookup->ctx = ctx;

    ctx->name = lookup->conf->url.host;
    ctx->handler = ngx_session_mc_resolve_handler;
    ctx->data = lookup;
    ctx->timeout = lookup->mc->resolver_timeout;
    ctx->cancelable = 1;

    if (ngx_resolve_name(ctx) != NGX_OK) {
        lookup->ctx = NULL;
        ngx_session_mc_lookup_failed(lookup, 0, "no memory");
    }
}


static void
ngx_session_mc_resolve_handler(ngx_resolver_ctx_t *ctx)
{
    ngx_sockaddr_t            sockaddr;
    ngx_session_mc_lookup_t  *lookup;

    lookup = ctx->data;
    lookup->ctx = NULL;

    if (ctx->state != 0) {
        ngx_session_mc_lookup_failed(lookup, 0,
                                     ngx_resolver_strerror(ctx->state));

    } else if (ctx->naddrs > NGX_SESSION_MC_MEMBERS_MAX) {
        ngx_session_mc_lookup_failed(lookup, 0, "too many addresses");

    } else if (lookup->conf->how == NGX_SESSION_MC_RESOLVE) {
        ngx_session_mc_resolve_found(lookup, ctx);

    } else {
        ngx_memcpy(&sockaddr, ctx->addrs[0].sockaddr, ctx->addrs[0].socklen);
        ngx_inet_set_port(&sockaddr.sockaddr, lookup->conf->url.port);

        ngx_session_mc_discover(lookup, &sockaddr.sockaddr,
                                ctx->addrs[0].socklen);
    }

    ngx_resolve_name_done(ctx);
}


static void
ngx_session_mc_resolve_found(ngx_session_mc_lookup_t *lookup,
    ngx_resolver_ctx_t *ctx)
{
    time_t                   left;
    u_char                   text[NGX_SOCKADDR_STRLEN
                                  * NGX_SESSION_MC_MEMBERS_MAX];
    ngx_uint_t               i;
    ngx_session_mc_found_t   found[NGX_SESSION_MC_MEMBERS_MAX];

    for (i = 0; i < ctx->naddrs; i++) {
        ngx_session_mc_resolve_addr(&found[i], text + i * NGX_SOCKADDR_STRLEN,
                                    ctx->addrs[i].sockaddr,
                                    ctx->addrs[i].socklen,
                                    lookup->conf->url.port);
    }

    /* answers come in any order, the ring has one */

    ngx_sort(found, ctx->naddrs, sizeof(ngx_session_mc_found_t),
             ngx_session_mc_resolve_cmp);

    left = ngx_min(ctx->valid - ngx_time() + 1, NGX_SESSION_MC_RESOLVE_MAX);

    ngx_session_mc_lookup_found(lookup, found, ctx->naddrs,
                                left > 0
                                ? ngx_max((ngx_msec_t) left * 1000,
                                          NGX_SESSION_MC_RESOLVE_MIN)
                                : NGX_SESSION_MC_RESOLVE_MIN);
}


/* text has room for an address, and lives as long as found */

static void
ngx_session_mc_resolve_addr(ngx_session_mc_found_t *found, u_char *text,
    struct sockaddr *sockaddr, socklen_t socklen, in_port_t port)
{
    ngx_memzero(found, sizeof(ngx_session_mc_found_t));
    ngx_memcpy(&found->sockaddr, sockaddr, socklen);

    found->socklen = socklen;
    found->host.data = text;
    found->host.len = ngx_sock_ntop(sockaddr, socklen, text,
                                    NGX_SOCKADDR_STRLEN, 0);
    found->port = port;

    ngx_inet_set_port(&found->sockaddr.sockaddr, port);
}


static ngx_int_t
ngx_session_mc_resolve_cmp(const void *one, const void *two)
{
    const ngx_session_mc_found_t  *a, *b;

    a = one;
    b = two;

    return ngx_memn2cmp(a->host.data, b->host.data, a->host.len,
                              b->host.len);
}
