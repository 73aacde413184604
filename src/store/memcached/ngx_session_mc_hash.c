/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The server of a key, as libmemcached computes it.
 */


#include "ngx_session_mc_hash.h"

/* nginx sets the feature macros of system headers, and has to be first */

#include <libmemcached/memcached.h>


typedef enum {
    NGX_SESSION_MC_MODULA = 0,
    NGX_SESSION_MC_CONSISTENT,
    NGX_SESSION_MC_KETAMA,
    NGX_SESSION_MC_KETAMA_WEIGHTED
} ngx_session_mc_distribution_e;


typedef struct {
    memcached_behavior_t    behavior;
    uint64_t                value;
} ngx_session_mc_behavior_t;


struct ngx_session_mc_hash_s {
    memcached_st           *memc;
    ngx_uint_t             *servers;    /* libmemcached's index to ours */
};


static ngx_int_t ngx_session_mc_hash_check(ngx_conf_t *cf,
    ngx_session_mc_conf_t *conf);
static ngx_int_t ngx_session_mc_hash_behave(ngx_conf_t *cf,
    memcached_st *memc, ngx_session_mc_conf_t *conf);
static ngx_int_t ngx_session_mc_hash_fill(ngx_conf_t *cf,
    ngx_session_mc_hash_t *hash, ngx_session_mc_conf_t *conf);
static memcached_return_t ngx_session_mc_hash_add(ngx_conf_t *cf,
    memcached_st *memc, ngx_session_mc_server_conf_t *server,
    ngx_uint_t weight);
static void ngx_session_mc_hash_cleanup(void *data);


/* both are in the order of the values, so that these find the names */

ngx_conf_enum_t  ngx_session_mc_hashes[] = {
    { ngx_string("default"), MEMCACHED_HASH_DEFAULT },
    { ngx_string("md5"), MEMCACHED_HASH_MD5 },
    { ngx_string("crc"), MEMCACHED_HASH_CRC },
    { ngx_string("fnv1_64"), MEMCACHED_HASH_FNV1_64 },
    { ngx_string("fnv1a_64"), MEMCACHED_HASH_FNV1A_64 },
    { ngx_string("fnv1_32"), MEMCACHED_HASH_FNV1_32 },
    { ngx_string("fnv1a_32"), MEMCACHED_HASH_FNV1A_32 },
    { ngx_string("hsieh"), MEMCACHED_HASH_HSIEH },
    { ngx_string("murmur"), MEMCACHED_HASH_MURMUR },
    { ngx_string("jenkins"), MEMCACHED_HASH_JENKINS },
    { ngx_string("murmur3"), MEMCACHED_HASH_MURMUR3 },
    { ngx_null_string, 0 }
};


ngx_conf_enum_t  ngx_session_mc_distributions[] = {
    { ngx_string("modula"), NGX_SESSION_MC_MODULA },
    { ngx_string("consistent"), NGX_SESSION_MC_CONSISTENT },
    { ngx_string("ketama"), NGX_SESSION_MC_KETAMA },
    { ngx_string("ketama_weighted"), NGX_SESSION_MC_KETAMA_WEIGHTED },
    { ngx_null_string, 0 }
};


/* indexed by ngx_session_mc_distribution_e */

static const ngx_session_mc_behavior_t  ngx_session_mc_behaviors[] = {
    { MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_MODULA },
    { MEMCACHED_BEHAVIOR_DISTRIBUTION, MEMCACHED_DISTRIBUTION_CONSISTENT },
    { MEMCACHED_BEHAVIOR_KETAMA, 1 },
    { MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED, 1 }
};


ngx_uint_t
ngx_session_mc_hash_server(ngx_session_mc_hash_t *hash, nsess_str_t key)
{
    uint32_t  i;

    i = memcached_generate_hash(hash->memc, (const char *) key.data, key.len);

    return hash->servers[i];
}


ngx_session_mc_hash_t *
ngx_session_mc_hash_create(ngx_conf_t *cf, ngx_session_mc_conf_t *conf)
{
    ngx_pool_cleanup_t     *cln;
    ngx_session_mc_hash_t  *hash;

    if (ngx_session_mc_hash_check(cf, conf) != NGX_OK) {
        return NULL;
    }

    hash = ngx_palloc(cf->pool, sizeof(ngx_session_mc_hash_t));
    if (hash == NULL) {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        return NULL;
    }

    hash->memc = memcached_create(NULL);
    if (hash->memc == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "memcached_create() failed");
        return NULL;
    }

    cln->handler = ngx_session_mc_hash_cleanup;
    cln->data = hash;

    /* behaviours first: the ring is made anew by each server added */

    if (ngx_session_mc_hash_behave(cf, hash->memc, conf) != NGX_OK
        || ngx_session_mc_hash_fill(cf, hash, conf) != NGX_OK)
    {
        return NULL;
    }

    return hash;
}


static ngx_int_t
ngx_session_mc_hash_check(ngx_conf_t *cf, ngx_session_mc_conf_t *conf)
{
    ngx_str_t                     *name;
    ngx_uint_t                     i;
    ngx_session_mc_server_conf_t  *server;

    if (conf->distribution == NGX_SESSION_MC_KETAMA_WEIGHTED
        && conf->hash != MEMCACHED_HASH_DEFAULT
        && conf->hash != MEMCACHED_HASH_MD5)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "distribution \"ketama_weighted\" of the memcached "
                           "servers always hashes by \"md5\"");
        return NGX_ERROR;
    }

    if (conf->distribution == NGX_SESSION_MC_MODULA
        || conf->distribution == NGX_SESSION_MC_KETAMA_WEIGHTED)
    {
        return NGX_OK;
    }

    name = &ngx_session_mc_distributions[conf->distribution].name;
    server = conf->servers.elts;

    for (i = 0; i < conf->servers.nelts; i++) {

        if (server[i].weight != 1) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "distribution \"%V\" does not heed the weight "
                               "of memcached server \"%V\", but "
                               "\"ketama_weighted\" and \"modula\" do",
                               name, &server[i].name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_hash_behave(ngx_conf_t *cf, memcached_st *memc,
    ngx_session_mc_conf_t *conf)
{
    memcached_return_t                rc;
    const ngx_session_mc_behavior_t  *b;

    rc = MEMCACHED_SUCCESS;

    if (conf->hash != MEMCACHED_HASH_DEFAULT) {
        rc = memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_HASH,
                                    conf->hash);
    }

    if (rc == MEMCACHED_SUCCESS) {
        b = &ngx_session_mc_behaviors[conf->distribution];
        rc = memcached_behavior_set(memc, b->behavior, b->value);
    }

    if (rc != MEMCACHED_SUCCESS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "libmemcached does not take hash \"%V\" with "
                           "distribution \"%V\": %s",
                           &ngx_session_mc_hashes[conf->hash].name,
                           &ngx_session_mc_distributions[conf->distribution]
                           .name,
                           memcached_strerror(memc, rc));
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_hash_fill(ngx_conf_t *cf, ngx_session_mc_hash_t *hash,
    ngx_session_mc_conf_t *conf)
{
    ngx_uint_t                     i, n, weight, *slot;
    ngx_array_t                    slots;
    memcached_return_t             rc;
    ngx_session_mc_server_conf_t  *server;

    if (ngx_array_init(&slots, cf->pool, conf->servers.nelts,
                       sizeof(ngx_uint_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    server = conf->servers.elts;

    for (i = 0; i < conf->servers.nelts; i++) {

        n = 1;
        weight = server[i].weight;

        if (conf->distribution == NGX_SESSION_MC_MODULA) {
            n = weight;
            weight = 1;
        }

        for ( /* void */ ; n; n--) {

            slot = ngx_array_push(&slots);
            if (slot == NULL) {
                return NGX_ERROR;
            }

            *slot = i;

            rc = ngx_session_mc_hash_add(cf, hash->memc, &server[i], weight);

            if (rc != MEMCACHED_SUCCESS) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "libmemcached does not take memcached "
                                   "server \"%V\": %s", &server[i].name,
                                   memcached_strerror(hash->memc, rc));
                return NGX_ERROR;
            }
        }
    }

    hash->servers = slots.elts;

    return NGX_OK;
}


static memcached_return_t
ngx_session_mc_hash_add(ngx_conf_t *cf, memcached_st *memc,
    ngx_session_mc_server_conf_t *server, ngx_uint_t weight)
{
    u_char     *name;
    ngx_str_t   host;

    host = server->url.host;

    /* nginx keeps the brackets of an IPv6 address, applications do not */

    if (host.len > 2 && host.data[0] == '[') {
        host.data++;
        host.len -= 2;
    }

    name = ngx_pnalloc(cf->temp_pool, host.len + 1);
    if (name == NULL) {
        return MEMCACHED_MEMORY_ALLOCATION_FAILURE;
    }

    (void) ngx_cpystrn(name, host.data, host.len + 1);

    if (server->url.family == AF_UNIX) {
        return memcached_server_add_unix_socket_with_weight(memc,
                                                            (char *) name,
                                                            weight);
    }

    return memcached_server_add_with_weight(memc, (char *) name,
                                            server->url.port, weight);
}


static void
ngx_session_mc_hash_cleanup(void *data)
{
    ngx_session_mc_hash_t *hash = data;

    memcached_free(hash->memc);
}
