/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which server of a group holds a key: asked of libmemcached, so that the
 * answer is that of applications that use it.
 *
 * What a name of a distribution sets in libmemcached, after all servers have
 * been added in the order of the configuration:
 *
 *   modula           MEMCACHED_BEHAVIOR_DISTRIBUTION = ..._MODULA
 *   consistent       MEMCACHED_BEHAVIOR_DISTRIBUTION = ..._CONSISTENT
 *   ketama           MEMCACHED_BEHAVIOR_KETAMA = 1
 *   ketama_weighted  MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED = 1
 *
 * Then a hash other than "default" sets MEMCACHED_BEHAVIOR_HASH to
 * MEMCACHED_HASH_<NAME>.  "default" leaves what the distribution has set:
 * md5 for ketama and ketama_weighted, Jenkins' one-at-a-time for the others.
 *
 * Weights count in ketama_weighted only.  Host and port are handed over as
 * the operator wrote them; they are a part of what ketama hashes.
 */


#ifndef _NGX_SESSION_MC_HASH_H_INCLUDED_
#define _NGX_SESSION_MC_HASH_H_INCLUDED_


#include "ngx_session_mc.h"


typedef struct ngx_session_mc_hash_s  ngx_session_mc_hash_t;


#pragma GCC visibility push(hidden)


/*
 * For a group of two servers or more.  Allocates from cf->pool, where a
 * cleanup frees what libmemcached holds; NULL: logged at emerg.
 */
ngx_session_mc_hash_t *ngx_session_mc_hash_create(ngx_conf_t *cf,
    ngx_session_mc_conf_t *conf);

/* the index of the server in conf->servers; never blocks */
ngx_uint_t ngx_session_mc_hash_server(ngx_session_mc_hash_t *hash,
    nsess_str_t key);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_HASH_H_INCLUDED_ */
