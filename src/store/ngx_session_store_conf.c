/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The kinds of stores, and how a store is made of the directives of one.
 */


#include "ngx_session_store_conf.h"
#include "ngx_session_store_kind.h"
#include "ngx_session_store_stats.h"


static ngx_command_t *ngx_session_store_find(ngx_str_t *name,
    const ngx_session_store_ops_t **ops);
static ngx_session_store_t *ngx_session_store_new(ngx_conf_t *cf,
    const ngx_session_store_ops_t *ops);
static ngx_int_t ngx_session_store_init_reasons(ngx_conf_t *cf,
    ngx_session_store_t *store);
static ngx_int_t ngx_session_store_init_stats(ngx_conf_t *cf,
    ngx_session_store_t *store);
static void ngx_session_store_cleanup(void *data);


#pragma GCC visibility push(hidden)

extern const ngx_session_store_ops_t  ngx_session_memcached;

#pragma GCC visibility pop


/* the first one is what a message names where no store is configured */

static const ngx_session_store_ops_t  *ngx_session_stores[] = {
    &ngx_session_memcached,
    NULL
};


char *
ngx_session_store_set(ngx_conf_t *cf, ngx_session_store_t **store)
{
    ngx_str_t                      *value;
    ngx_command_t                  *cmd;
    const ngx_session_store_ops_t  *ops;

    value = cf->args->elts;

    cmd = ngx_session_store_find(&value[0], &ops);
    if (cmd == NULL) {
        return "is not known to any store";
    }

    if (*store == NULL) {
        *store = ngx_session_store_new(cf, ops);
        if (*store == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    if ((*store)->ops != ops) {
        return "belongs to another store";
    }

    /* the first of the directives is the one that there has to be */

    if (cmd == ops->directives) {
        (*store)->named = 1;
    }

    return cmd->set(cf, cmd, (*store)->conf);
}


static ngx_command_t *
ngx_session_store_find(ngx_str_t *name, const ngx_session_store_ops_t **ops)
{
    ngx_uint_t      i;
    ngx_command_t  *cmd;

    for (i = 0; ngx_session_stores[i] != NULL; i++) {

        *ops = ngx_session_stores[i];

        for (cmd = (*ops)->directives; cmd->name.len != 0; cmd++) {

            if (cmd->name.len == name->len
                && ngx_strncmp(cmd->name.data, name->data, name->len) == 0)
            {
                return cmd;
            }
        }
    }

    return NULL;
}


static ngx_session_store_t *
ngx_session_store_new(ngx_conf_t *cf, const ngx_session_store_ops_t *ops)
{
    ngx_session_store_t  *store;

    store = ngx_pcalloc(cf->pool, sizeof(ngx_session_store_t));
    if (store == NULL) {
        return NULL;
    }

    store->ops = ops;

    store->conf = ops->create_conf(cf);
    if (store->conf == NULL) {
        return NULL;
    }

    return store;
}


char *
ngx_session_store_create(ngx_conf_t *cf, ngx_session_store_t *store,
    ngx_array_t *places, const ngx_str_t **missing)
{
    ngx_pool_cleanup_t             *cln;
    const ngx_session_store_ops_t  *ops;

    *missing = NULL;

    if (store == NULL || !store->named) {
        ops = store != NULL ? store->ops : ngx_session_stores[0];
        *missing = &ops->directives->name;
        return NGX_CONF_ERROR;
    }

    store->places = places;

    if (store->ops->create(cf, store) != NGX_CONF_OK
        || ngx_session_store_init_reasons(cf, store) != NGX_OK
        || ngx_session_store_init_stats(cf, store) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_session_store_cleanup;
    cln->data = store;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_session_store_init_reasons(ngx_conf_t *cf, ngx_session_store_t *store)
{
    size_t       len;
    u_char      *p;
    ngx_str_t   *name;
    ngx_uint_t   i;

    name = &store->ops->directives->name;

    for (i = 0; i < NGX_SESSION_REASON_LAST; i++) {

        len = name->len + sizeof(" ") + ngx_strlen(ngx_session_failure(i));

        p = ngx_pnalloc(cf->pool, len);
        if (p == NULL) {
            return NGX_ERROR;
        }

        store->reasons[i] = (const char *) p;

        (void) ngx_sprintf(p, "%V %s%Z", name, ngx_session_failure(i));
    }

    return NGX_OK;
}


/* a place to count in until ngx_session_stats_use() tells of a better one */

static ngx_int_t
ngx_session_store_init_stats(ngx_conf_t *cf, ngx_session_store_t *store)
{
    ngx_session_stats_t       *stats;
    ngx_session_peer_stats_t  *peers;

    stats = ngx_pcalloc(cf->pool, sizeof(ngx_session_stats_t));
    peers = ngx_pcalloc(cf->pool,
                        store->npeers * sizeof(ngx_session_peer_stats_t));

    if (stats == NULL || peers == NULL) {
        return NGX_ERROR;
    }

    ngx_session_stats_use(store, stats, peers);

    return NGX_OK;
}


ngx_int_t
ngx_session_store_resolver(ngx_conf_t *cf, ngx_session_store_t *store,
    ngx_resolver_t *resolver, ngx_msec_t timeout)
{
    return store->ops->use_resolver == NULL
           ? NGX_OK : store->ops->use_resolver(cf, store, resolver, timeout);
}


void
ngx_session_store_begin(ngx_session_store_t *store)
{
    if (store->ops->begin != NULL) {
        store->ops->begin(store);
    }
}


void
ngx_session_store_exit(ngx_session_store_t *store)
{
    store->ops->exit(store);
}


static void
ngx_session_store_cleanup(void *data)
{
    ngx_session_store_exit(data);
}


ngx_uint_t
ngx_session_store_peers(ngx_session_store_t *store, ngx_str_t **names)
{
    *names = store->peers;

    return store->npeers;
}


size_t
ngx_session_store_max_size(ngx_session_store_t *store)
{
    return store->max_size;
}


ngx_msec_t
ngx_session_store_patience(ngx_session_store_t *store)
{
    return store->patience;
}
