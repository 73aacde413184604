/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": the servers of a group that are there now,
 * and which of them has a key.  They may change while a worker runs.
 */


#ifndef _NGX_SESSION_MC_RING_H_INCLUDED_
#define _NGX_SESSION_MC_RING_H_INCLUDED_


#include "ngx_session_mc.h"
#include "ngx_session_mc_hash.h"


/* zeroed: no servers */
typedef struct {
    ngx_session_mc_server_t      **servers;
    ngx_uint_t                     n;
    ngx_session_mc_hash_t         *hash;        /* NULL: less than two */

    /* with eject: those that were up when this was made last */
    ngx_session_mc_server_t      **up;
    ngx_uint_t                     nup;
    ngx_session_mc_hash_t         *hash_up;     /* NULL: less than two */
} ngx_session_mc_ring_t;


#pragma GCC visibility push(hidden)


/*
 * From now on the group has these n servers, in this order, which matters for
 * modula.  NULL; or the ring is as before, and the text says why.
 */
const char *ngx_session_mc_ring_set(ngx_session_mc_t *mc,
    ngx_session_mc_server_t **servers, ngx_uint_t n);

/* the server of a key, whatever its state is; NULL: there are no servers */
ngx_session_mc_server_t *ngx_session_mc_ring_own(ngx_session_mc_t *mc,
    nsess_str_t key);

/*
 * With eject, the server to ask for a key that is own's: while servers are
 * down, that one which libmemcached asks then; else own.
 */
ngx_session_mc_server_t *ngx_session_mc_ring_used(ngx_session_mc_t *mc,
    nsess_str_t key, ngx_session_mc_server_t *own);

/* counts whether all servers of a line are up; to be called when one changes */
void ngx_session_mc_ring_tell(ngx_session_mc_t *mc,
    ngx_session_mc_server_conf_t *conf);

/* no servers from now on */
void ngx_session_mc_ring_free(ngx_session_mc_t *mc);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_RING_H_INCLUDED_ */
