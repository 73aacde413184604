/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": the servers that a group had before they
 * changed: was a key another one's, which may have a record of it still?
 */


#ifndef _NGX_SESSION_MC_PAST_H_INCLUDED_
#define _NGX_SESSION_MC_PAST_H_INCLUDED_


#include "ngx_session_mc.h"
#include "ngx_session_mc_hash.h"


/*
 * Changes that are known: those of a cluster whose nodes are replaced one by
 * one.  For each, libmemcached keeps some 16 KB of a server.
 */
#define NGX_SESSION_MC_PAST_MAX  8


/* of a memcached: a name may stand for another one later */
typedef struct {
    ngx_sockaddr_t                 sockaddr;
    socklen_t                      socklen;
} ngx_session_mc_past_addr_t;


typedef struct {
    ngx_session_mc_hash_t         *hash;        /* NULL: there was one server */
    ngx_session_mc_past_addr_t    *addrs;       /* of the servers in it */
    ngx_msec_t                     end;
} ngx_session_mc_past_ring_t;


/* zeroed: there was no change */
typedef struct {
    ngx_session_mc_past_ring_t     rings[NGX_SESSION_MC_PAST_MAX];
    ngx_uint_t                     n;           /* of rings since the forgotten
                                                   one, of which the last ones
                                                   are there */
    ngx_msec_t                     forgotten;   /* its end: all rings that are
                                                   there ended later */
    unsigned                       forgets:1;
} ngx_session_mc_past_t;


#pragma GCC visibility push(hidden)


/*
 * The group has other servers than these n from now on.  The hash belongs to
 * the past then; it may be NULL.
 */
void ngx_session_mc_past_keep(ngx_session_mc_past_t *past,
    ngx_session_mc_server_t **servers, ngx_uint_t n,
    ngx_session_mc_hash_t *hash);

/*
 * Could a record of a key whose server has this address now be in another one,
 * if records live so many s?  0 s: no.
 */
ngx_uint_t ngx_session_mc_past_moved(ngx_session_mc_past_t *past,
    nsess_str_t key, const ngx_addr_t *addr, int64_t life);

void ngx_session_mc_past_free(ngx_session_mc_past_t *past);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_PAST_H_INCLUDED_ */
