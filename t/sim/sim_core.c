/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What nginx's core gives to the client: memory and configuration.
 */


#include <malloc.h>
#include <stdio.h>
#include <sys/mman.h>

#include "sim.h"


#define SIM_POOL    4096
#define SIM_BLOCKS  64          /* at a time */


void __real_free(void *p);
void __wrap_free(void *p);

static const char *sim_core_secret(void);
static void *sim_core_palloc(size_t size);
static void sim_core_directive(ngx_conf_t *cf, ngx_session_store_t **store,
    const char *name, const char *value);


static ngx_log_t        sim_log;
static ngx_cycle_t      sim_cycle;
volatile ngx_cycle_t   *ngx_cycle = (volatile ngx_cycle_t *) &sim_cycle;
ngx_uint_t              ngx_exiting;

static void            *sim_pool[SIM_POOL];
static ngx_uint_t       sim_pool_used;
static ngx_pool_cleanup_t  *sim_cleanups;
static void            *sim_blocks[SIM_BLOCKS];
static u_char          *sim_values;


/* names that are hashed, one of them with brackets */

static const char  *sim_servers[SIM_MACHINES] = {
    "[::1]:11211", "127.0.0.1:11212", "127.0.0.1:11213"
};


void
sim_core_reset(void)
{
    size_t  i;

    sim_log.log_level = NGX_LOG_INFO;
    sim_cycle.log = &sim_log;
    ngx_exiting = 0;

    if (sim_values == NULL) {
        sim_values = malloc(SIM_VALUE_MAX + SIM_ALL_OPS * 97);

        for (i = 0; i < SIM_VALUE_MAX + SIM_ALL_OPS * 97; i++) {
            sim_values[i] = (i * 2654435761u) >> 24;
        }
    }
}


/* of an operation, so that no value is that of another one */

const u_char *
sim_core_value(ngx_uint_t id)
{
    return sim_values + id * 97;
}


ngx_session_store_t *
sim_core_store(ngx_uint_t nservers)
{
    ngx_uint_t            i;
    ngx_conf_t            cf;
    const ngx_str_t      *missing;
    ngx_session_store_t  *store;

    static ngx_resolver_t   resolver;
    static ngx_conf_file_t  file;

    ngx_memzero(&cf, sizeof(ngx_conf_t));

    cf.cycle = &sim_cycle;
    cf.conf_file = &file;
    store = NULL;

    if (sim_has(SIM_WITH_NAMES)) {
        sim_core_directive(&cf, &store, "memcached", "memcached.test resolve");
    }

    for (i = 0; i < nservers && !sim_has(SIM_WITH_NAMES); i++) {
        sim_core_directive(&cf, &store, "memcached", sim_servers[i]);
    }

    sim_core_directive(&cf, &store, "distribution",
                       sim_has(SIM_WITH_EJECT) ? "consistent eject"
                       : sim.consistent ? "consistent" : "modula");
    sim_core_directive(&cf, &store, "connect_timeout", "500");

    if (sim_has(SIM_WITH_TLS)) {
        sim_core_directive(&cf, &store, "tls", "on");
        sim_core_directive(&cf, &store, "tls_verify", "off");
    }

    if (sim_has(SIM_WITH_CLASSIC)) {
        sim_core_directive(&cf, &store, "protocol", "classic");
    }

    if (sim_has(SIM_WITH_AUTH)) {
        sim_core_directive(&cf, &store, "auth_file", sim_core_secret());
    }

    sim_core_directive(&cf, &store, "timeout",
                       SIM_TIMEOUT == 1000 ? "1000" : "5000");

    if (ngx_session_store_create(&cf, store, NULL, &missing) != NGX_CONF_OK) {
        sim_broken("the store cannot be made");
    }

    resolver.connections.nelts = 1;

    (void) ngx_session_store_resolver(&cf, store, &resolver, 5000);

    return store;
}


/* a file without a name */

static const char *
sim_core_secret(void)
{
    int          fd;
    static char  path[64];

    static const char  line[] = "user:password\n";

    if (path[0] == '\0') {
        fd = memfd_create("secret", 0);

        (void) fchmod(fd, 0600);

        if (write(fd, line, sizeof(line) - 1) != sizeof(line) - 1) {
            sim_broken("the secret cannot be written");
        }

        snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    }

    return path;
}


/* the value: one or two words */

static void
sim_core_directive(ngx_conf_t *cf, ngx_session_store_t **store,
    const char *name, const char *value)
{
    const char   *space;
    ngx_str_t     words[3];
    ngx_array_t   args;

    space = strchr(value, ' ');

    words[0].data = (u_char *) name;
    words[0].len = strlen(name);
    words[1].data = (u_char *) value;
    words[1].len = space != NULL ? (size_t) (space - value) : strlen(value);

    ngx_memzero(&args, sizeof(ngx_array_t));

    args.elts = words;
    args.nelts = 2;
    cf->args = &args;

    if (space != NULL) {
        words[2].data = (u_char *) space + 1;
        words[2].len = strlen(space + 1);
        args.nelts = 3;
    }

    if (ngx_session_store_set(cf, store) != NGX_CONF_OK) {
        sim_broken("directive \"%s\" is refused", name);
    }
}


/* HOST:PORT, where the host is an address */

ngx_int_t
ngx_parse_url(ngx_pool_t *pool, ngx_url_t *u)
{
    u_char              *colon;
    struct sockaddr_in  *sin;

    if (sim_has(SIM_WITH_NAMES)) {
        return sim_names_url(pool, u);
    }

    colon = u->url.data + u->url.len;

    while (*--colon != ':') { /* void */ }

    u->host.data = u->url.data;
    u->host.len = colon - u->url.data;
    u->port = ngx_atoi(colon + 1, u->url.data + u->url.len - colon - 1);
    u->family = AF_INET;
    u->naddrs = 1;

    /* for the simulation a port is all of an address */

    u->addrs = ngx_pcalloc(pool, sizeof(ngx_addr_t));
    sin = ngx_pcalloc(pool, sizeof(struct sockaddr_in));

    sin->sin_family = AF_INET;
    sin->sin_port = htons(u->port);

    u->addrs[0].sockaddr = (struct sockaddr *) sin;
    u->addrs[0].socklen = sizeof(struct sockaddr_in);
    u->addrs[0].name = u->url;

    return NGX_OK;
}


ngx_int_t
ngx_cmp_sockaddr(struct sockaddr *sa1, socklen_t slen1, struct sockaddr *sa2,
    socklen_t slen2, ngx_uint_t cmp_port)
{
    return slen1 == slen2 && ngx_memcmp(sa1, sa2, slen1) == 0
           ? NGX_OK : NGX_DECLINED;
}


/* the only file has a whole path */

ngx_int_t
ngx_conf_full_name(ngx_cycle_t *cycle, ngx_str_t *name,
    ngx_uint_t conf_prefix)
{
    return NGX_OK;
}


void
ngx_conf_log_error(ngx_uint_t level, ngx_conf_t *cf, ngx_err_t err,
    const char *fmt, ...)
{
    sim_broken("the configuration is refused: %s", fmt);
}


static void *
sim_core_palloc(size_t size)
{
    if (sim_pool_used == SIM_POOL) {
        sim_broken("the pool grows");
        return NULL;
    }

    sim_pool[sim_pool_used] = malloc(size);

    return sim_pool[sim_pool_used++];
}


void *
ngx_palloc(ngx_pool_t *pool, size_t size)
{
    ngx_uint_t  i, more;

    if (sim.store != NULL) {

        if (sim_rare(8) == 7) {
            sim.refused_memory = 1;
            return NULL;
        }

        /* all that there are have to be under way: of each server two signs of
           life and the first commands, the one whose handler runs, and
           those that ended by their limits are not counted */

        more = (2 + sim_server_hello()) * sim.nservers + 1;

        for (i = 0; i < sim.nops; i++) {
            more += sim.ops[i].late;
        }

        if (sim.pool_ops > sim.store->stats->in_flight + more) {
            sim_broken("operations are not used again");
        }

        sim.pool_ops++;
    }

    return sim_core_palloc(size);
}


void *
ngx_pnalloc(ngx_pool_t *pool, size_t size)
{
    return sim_core_palloc(size);
}


void *
ngx_pcalloc(ngx_pool_t *pool, size_t size)
{
    return memset(sim_core_palloc(size), 0, size);
}


ngx_array_t *
ngx_array_create(ngx_pool_t *p, ngx_uint_t n, size_t size)
{
    ngx_array_t  *a;

    a = sim_core_palloc(sizeof(ngx_array_t));

    (void) ngx_array_init(a, p, n, size);

    return a;
}


void *
ngx_array_push(ngx_array_t *a)
{
    void  *elts;

    if (a->nelts == a->nalloc) {
        elts = sim_core_palloc(2 * a->nalloc * a->size);
        ngx_memcpy(elts, a->elts, a->nalloc * a->size);

        a->elts = elts;
        a->nalloc *= 2;
    }

    return (u_char *) a->elts + a->size * a->nelts++;
}


ngx_pool_cleanup_t *
ngx_pool_cleanup_add(ngx_pool_t *p, size_t size)
{
    ngx_pool_cleanup_t  *cln;

    cln = ngx_pcalloc(p, sizeof(ngx_pool_cleanup_t));

    cln->next = sim_cleanups;
    sim_cleanups = cln;

    return cln;
}


void
sim_core_free(void)
{
    for ( /* void */ ; sim_cleanups != NULL; sim_cleanups = sim_cleanups->next)
    {
        if (sim_cleanups->handler != NULL) {
            sim_cleanups->handler(sim_cleanups->data);
        }
    }

    while (sim_pool_used != 0) {
        free(sim_pool[--sim_pool_used]);
    }
}


void *
ngx_alloc(size_t size, ngx_log_t *log)
{
    void        *p;
    ngx_uint_t   i;

    if (sim.store == NULL) {
        return malloc(size);                /* the configuration's */
    }

    if (!sim.answering && sim_rare(8) == 7) {
        sim_note("no memory");
        sim.refused_memory = 1;
        return NULL;
    }

    for (i = 0; i < SIM_BLOCKS && sim_blocks[i] != NULL; i++) { /* void */ }

    if (i == SIM_BLOCKS) {
        sim_broken("blocks of memory grow in number");
        return NULL;
    }

    p = malloc(size);

    sim_blocks[i] = p;
    sim.allocated += malloc_usable_size(p);
    sim.blocks++;

    return p;
}


void *
ngx_calloc(size_t size, ngx_log_t *log)
{
    void  *p;

    p = ngx_alloc(size, log);

    return p == NULL ? NULL : memset(p, 0, size);
}


void
__wrap_free(void *p)
{
    ngx_uint_t  i;

    if (p != NULL && sim_has(SIM_WITH_NAMES)) {
        sim_names_freed(p, malloc_usable_size(p));
    }

    for (i = 0; p != NULL && i < SIM_BLOCKS; i++) {
        if (sim_blocks[i] == p) {
            sim_blocks[i] = NULL;
            sim.allocated -= malloc_usable_size(p);
            sim.blocks--;
            break;
        }
    }

    __real_free(p);
}
