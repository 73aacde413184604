/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which server of a group holds a key: asked of libmemcached, so that the
 * answer is that of applications that use it.
 *
 * A hash other than "default" sets MEMCACHED_BEHAVIOR_HASH to
 * MEMCACHED_HASH_<NAME>; the default is Jenkins' one-at-a-time.  Then a
 * distribution sets:
 *
 *   modula           MEMCACHED_BEHAVIOR_DISTRIBUTION = ..._MODULA
 *   consistent       MEMCACHED_BEHAVIOR_DISTRIBUTION = ..._CONSISTENT
 *   ketama           MEMCACHED_BEHAVIOR_KETAMA = 1, which is the same
 *   ketama_weighted  MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED = 1, always with md5
 *
 * Then the servers are added in the order of the configuration, which matters
 * for modula, with host and port as the operator wrote them, which matters
 * for the others: these texts are hashed.
 *
 * eject is MEMCACHED_BEHAVIOR_AUTO_EJECT_HOSTS (REMOVE_FAILED_SERVERS is the
 * same): libmemcached then makes the ring of the servers that are up, in the
 * same order.  It does so for all distributions but modula.
 *
 * Weights: libmemcached heeds them in ketama_weighted only.  For modula a
 * server is added as many times as its weight says, as python-memcached does.
 * With consistent and ketama they are refused.
 */


#ifndef _NGX_SESSION_MC_HASH_H_INCLUDED_
#define _NGX_SESSION_MC_HASH_H_INCLUDED_


#include "ngx_session_mc.h"
#include "nsess.h"


typedef struct ngx_session_mc_hash_s  ngx_session_mc_hash_t;


/* where a server stands: what of it is hashed */
typedef struct {
    ngx_str_t                host;      /* or the path of a socket */
    in_port_t                port;
    ngx_uint_t               weight;
    unsigned                 is_unix:1;
} ngx_session_mc_place_t;


#pragma GCC visibility push(hidden)


/* NGX_ERROR: the directives do not go together, which is logged at emerg */
ngx_int_t ngx_session_mc_hash_check(ngx_conf_t *cf,
    ngx_session_mc_conf_t *conf);

/*
 * For two servers or more, at any time; n places are read, and not needed any
 * more.  NULL: *error says why.
 */
ngx_session_mc_hash_t *ngx_session_mc_hash_create(
    const ngx_session_mc_conf_t *conf, const ngx_session_mc_place_t *places,
    ngx_uint_t n, const char **error);

/* hash may be NULL */
void ngx_session_mc_hash_free(ngx_session_mc_hash_t *hash);

/* the index of the server among the places; never blocks */
ngx_uint_t ngx_session_mc_hash_server(ngx_session_mc_hash_t *hash,
    nsess_str_t key);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_HASH_H_INCLUDED_ */
