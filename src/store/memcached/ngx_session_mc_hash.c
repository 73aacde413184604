/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The server of a key, as libmemcached computes it.
 */


#include "ngx_session_mc_hash.h"

/* nginx sets the feature macros of system headers, and has to be first */

#include <libmemcached/memcached.h>


/* bytes of a host's name (DNS), or of the path of a socket (sun_path) */
#define NGX_SESSION_MC_HOST_MAX  255


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


static const char *ngx_session_mc_hash_init(ngx_session_mc_hash_t *hash,
    const ngx_session_mc_conf_t *conf, const ngx_session_mc_place_t *places,
    ngx_uint_t n);
static memcached_return_t ngx_session_mc_hash_behave(memcached_st *memc,
    const ngx_session_mc_conf_t *conf);
static memcached_return_t ngx_session_mc_hash_fill(
    ngx_session_mc_hash_t *hash, const ngx_session_mc_conf_t *conf,
    const ngx_session_mc_place_t *places, ngx_uint_t n);
static ngx_uint_t ngx_session_mc_hash_times(const ngx_session_mc_conf_t *conf,
    const ngx_session_mc_place_t *place);
static memcached_return_t ngx_session_mc_hash_add(memcached_st *memc,
    const ngx_session_mc_place_t *place, ngx_uint_t weight);
static ngx_session_mc_server_conf_t *ngx_session_mc_hash_changing(
    ngx_session_mc_conf_t *conf);
static ngx_int_t ngx_session_mc_hash_check_weights(ngx_conf_t *cf,
    ngx_session_mc_conf_t *conf);


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
ngx_session_mc_hash_create(const ngx_session_mc_conf_t *conf,
    const ngx_session_mc_place_t *places, ngx_uint_t n, const char **error)
{
    ngx_session_mc_hash_t  *hash;

    hash = ngx_calloc(sizeof(ngx_session_mc_hash_t), ngx_cycle->log);
    if (hash == NULL) {
        *error = "no memory";
        return NULL;
    }

    *error = ngx_session_mc_hash_init(hash, conf, places, n);

    if (*error != NULL) {
        ngx_session_mc_hash_free(hash);
        return NULL;
    }

    return hash;
}


void
ngx_session_mc_hash_free(ngx_session_mc_hash_t *hash)
{
    if (hash == NULL) {
        return;
    }

    if (hash->memc != NULL) {
        memcached_free(hash->memc);
    }

    if (hash->servers != NULL) {
        ngx_free(hash->servers);
    }

    ngx_free(hash);
}


/* NULL, or what is wrong */

static const char *
ngx_session_mc_hash_init(ngx_session_mc_hash_t *hash,
    const ngx_session_mc_conf_t *conf, const ngx_session_mc_place_t *places,
    ngx_uint_t n)
{
    ngx_uint_t          i, slots;
    memcached_return_t  rc;

    for (i = 0, slots = 0; i < n; i++) {
        slots += ngx_session_mc_hash_times(conf, &places[i]);
    }

    hash->memc = memcached_create(NULL);
    hash->servers = ngx_alloc(slots * sizeof(ngx_uint_t), ngx_cycle->log);

    if (hash->memc == NULL || hash->servers == NULL) {
        return "no memory";
    }

    /* behaviours first: the ring is made anew by each server added */

    rc = ngx_session_mc_hash_behave(hash->memc, conf);

    if (rc == MEMCACHED_SUCCESS) {
        rc = ngx_session_mc_hash_fill(hash, conf, places, n);
    }

    return rc == MEMCACHED_SUCCESS ? NULL : memcached_strerror(NULL, rc);
}


static memcached_return_t
ngx_session_mc_hash_behave(memcached_st *memc,
    const ngx_session_mc_conf_t *conf)
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

    return rc;
}


static memcached_return_t
ngx_session_mc_hash_fill(ngx_session_mc_hash_t *hash,
    const ngx_session_mc_conf_t *conf, const ngx_session_mc_place_t *places,
    ngx_uint_t n)
{
    ngx_uint_t          i, k, slot, weight;
    memcached_return_t  rc;

    slot = 0;

    for (i = 0; i < n; i++) {

        weight = conf->distribution == NGX_SESSION_MC_MODULA
                 ? 1 : places[i].weight;

        for (k = ngx_session_mc_hash_times(conf, &places[i]); k; k--) {

            rc = ngx_session_mc_hash_add(hash->memc, &places[i], weight);

            if (rc != MEMCACHED_SUCCESS) {
                return rc;
            }

            hash->servers[slot++] = i;
        }
    }

    return MEMCACHED_SUCCESS;
}


/* how often a server is added */

static ngx_uint_t
ngx_session_mc_hash_times(const ngx_session_mc_conf_t *conf,
    const ngx_session_mc_place_t *place)
{
    return conf->distribution == NGX_SESSION_MC_MODULA ? place->weight : 1;
}


static memcached_return_t
ngx_session_mc_hash_add(memcached_st *memc,
    const ngx_session_mc_place_t *place, ngx_uint_t weight)
{
    ngx_str_t  host;
    char       name[NGX_SESSION_MC_HOST_MAX + 1];

    host = place->host;

    /* nginx keeps the brackets of an IPv6 address, applications do not */

    if (host.len > 2 && host.data[0] == '[') {
        host.data++;
        host.len -= 2;
    }

    if (host.len > NGX_SESSION_MC_HOST_MAX) {
        return MEMCACHED_INVALID_ARGUMENTS;
    }

    (void) ngx_cpystrn((u_char *) name, host.data, host.len + 1);

    if (place->is_unix) {
        return memcached_server_add_unix_socket_with_weight(memc, name,
                                                            weight);
    }

    return memcached_server_add_with_weight(memc, name, place->port, weight);
}


ngx_int_t
ngx_session_mc_hash_check(ngx_conf_t *cf, ngx_session_mc_conf_t *conf)
{
    ngx_session_mc_server_conf_t  *change;

    if (conf->distribution == NGX_SESSION_MC_MODULA && conf->eject) {
        cf = ngx_session_at_directive(cf, conf->places, "distribution");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "libmemcached does not eject memcached servers in "
                           "distribution \"modula\": \"consistent\", "
                           "\"ketama\" or \"ketama_weighted\" is expected");
        return NGX_ERROR;
    }

    change = ngx_session_mc_hash_changing(conf);

    if (change == NULL && conf->servers.nelts == 1) {
        return NGX_OK;
    }

    if (change != NULL && conf->distribution == NGX_SESSION_MC_MODULA) {

        /* which is the default, too */

        cf = ngx_session_at(cf, &change->place);
        cf = ngx_session_at_directive(cf, conf->places, "distribution");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "in distribution \"modula\" nearly all sessions "
                           "would be lost when the servers of memcached "
                           "\"%V\" change: \"consistent\", \"ketama\" or "
                           "\"ketama_weighted\" is expected", &change->name);
        return NGX_ERROR;
    }

    if (conf->distribution == NGX_SESSION_MC_KETAMA_WEIGHTED
        && conf->hash != MEMCACHED_HASH_DEFAULT
        && conf->hash != MEMCACHED_HASH_MD5)
    {
        cf = ngx_session_at_directive(cf, conf->places, "hash");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "distribution \"ketama_weighted\" of the memcached "
                           "servers always hashes by \"md5\"");
        return NGX_ERROR;
    }

    return conf->distribution == NGX_SESSION_MC_MODULA
           || conf->distribution == NGX_SESSION_MC_KETAMA_WEIGHTED
           ? NGX_OK : ngx_session_mc_hash_check_weights(cf, conf);
}


/* a line whose servers come and go, or NULL */

static ngx_session_mc_server_conf_t *
ngx_session_mc_hash_changing(ngx_session_mc_conf_t *conf)
{
    ngx_uint_t                     i;
    ngx_session_mc_server_conf_t  *server;

    server = conf->servers.elts;

    for (i = 0; i < conf->servers.nelts; i++) {
        if (server[i].how != NGX_SESSION_MC_FIXED) {
            return &server[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_session_mc_hash_check_weights(ngx_conf_t *cf, ngx_session_mc_conf_t *conf)
{
    ngx_uint_t                     i;
    ngx_session_mc_server_conf_t  *server;

    server = conf->servers.elts;

    for (i = 0; i < conf->servers.nelts; i++) {

        if (server[i].weight != 1) {
            cf = ngx_session_at(cf, &server[i].place);

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "distribution \"%V\" does not heed the weight "
                               "of memcached server \"%V\", but "
                               "\"ketama_weighted\" and \"modula\" do",
                               &ngx_session_mc_distributions
                               [conf->distribution].name, &server[i].name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
