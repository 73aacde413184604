/*
 * Copyright (C) the ngx_http_session_module authors
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
};


static memcached_return_t ngx_session_mc_hash_add(ngx_conf_t *cf,
    memcached_st *memc, ngx_session_mc_server_conf_t *server);
static char *ngx_session_mc_hash_string(ngx_conf_t *cf, ngx_str_t *str);
static ngx_int_t ngx_session_mc_hash_behave(ngx_conf_t *cf,
    memcached_st *memc, ngx_session_mc_conf_t *conf);
static void ngx_session_mc_hash_cleanup(void *data);


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
    return memcached_generate_hash(hash->memc, (const char *) key.data,
                                   key.len);
}


ngx_session_mc_hash_t *
ngx_session_mc_hash_create(ngx_conf_t *cf, ngx_session_mc_conf_t *conf)
{
    ngx_uint_t                     i;
    ngx_pool_cleanup_t            *cln;
    memcached_return_t             rc;
    ngx_session_mc_hash_t         *hash;
    ngx_session_mc_server_conf_t  *server;

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

    server = conf->servers->elts;

    for (i = 0; i < conf->servers->nelts; i++) {

        rc = ngx_session_mc_hash_add(cf, hash->memc, &server[i]);

        if (rc != MEMCACHED_SUCCESS) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "libmemcached does not take server \"%V\": %s",
                               &server[i].name,
                               memcached_strerror(hash->memc, rc));
            return NULL;
        }
    }

    if (ngx_session_mc_hash_behave(cf, hash->memc, conf) != NGX_OK) {
        return NULL;
    }

    return hash;
}


static memcached_return_t
ngx_session_mc_hash_add(ngx_conf_t *cf, memcached_st *memc,
    ngx_session_mc_server_conf_t *server)
{
    char       *name;
    ngx_str_t   host;

    host = server->url.host;

    /* nginx keeps the brackets of an IPv6 address, applications do not */

    if (host.len > 2 && host.data[0] == '[') {
        host.data++;
        host.len -= 2;
    }

    name = ngx_session_mc_hash_string(cf, &host);
    if (name == NULL) {
        return MEMCACHED_MEMORY_ALLOCATION_FAILURE;
    }

    if (server->url.family == AF_UNIX) {
        return memcached_server_add_unix_socket_with_weight(memc, name,
                                                            server->weight);
    }

    return memcached_server_add_with_weight(memc, name, server->url.port,
                                            server->weight);
}


static char *
ngx_session_mc_hash_string(ngx_conf_t *cf, ngx_str_t *str)
{
    u_char  *p;

    p = ngx_pnalloc(cf->temp_pool, str->len + 1);
    if (p == NULL) {
        return NULL;
    }

    (void) ngx_cpystrn(p, str->data, str->len + 1);

    return (char *) p;
}


static ngx_int_t
ngx_session_mc_hash_behave(ngx_conf_t *cf, memcached_st *memc,
    ngx_session_mc_conf_t *conf)
{
    memcached_return_t                rc;
    const ngx_session_mc_behavior_t  *b;

    b = &ngx_session_mc_behaviors[conf->distribution];

    rc = memcached_behavior_set(memc, b->behavior, b->value);

    if (rc == MEMCACHED_SUCCESS && conf->hash != MEMCACHED_HASH_DEFAULT) {
        rc = memcached_behavior_set(memc, MEMCACHED_BEHAVIOR_HASH,
                                    conf->hash);
    }

    if (rc != MEMCACHED_SUCCESS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "this libmemcached does not have the hash or the "
                           "distribution of the memcached servers: %s",
                           memcached_strerror(memc, rc));
        return NGX_ERROR;
    }

    return NGX_OK;
}


static void
ngx_session_mc_hash_cleanup(void *data)
{
    ngx_session_mc_hash_t *hash = data;

    memcached_free(hash->memc);
}
