/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": a group of servers.  The store keeps the
 * rules of ngx_session_store.h on nginx's event loop.
 *
 * Life of an operation:
 *   1. ngx_session_mc_start() picks the server, appends the command to its
 *      output buffer (key and value are copied), queues the operation, and
 *      posts the flush event.
 *   2. The reply, or the failure of the connection, ends it.
 *   3. A cancelled one stays in the queue without a handler; its reply is read
 *      and dropped.
 *
 * Operations live outside of request pools; the group lives in the cycle's
 * pool, its connections in the worker that opened them.
 */


#ifndef _NGX_SESSION_MC_H_INCLUDED_
#define _NGX_SESSION_MC_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_event_connect.h>

#include "ngx_session_mc_tls_conf.h"
#include "ngx_session_place.h"


typedef struct ngx_session_mc_s         ngx_session_mc_t;   /* the group */
typedef struct ngx_session_mc_server_s  ngx_session_mc_server_t;
typedef struct ngx_session_mc_lookup_s  ngx_session_mc_lookup_t;


/* how the servers of a line are found */
typedef enum {
    NGX_SESSION_MC_FIXED = 0,   /* one, for ever */
    NGX_SESSION_MC_RESOLVE,     /* all addresses of a name, as they change */
    NGX_SESSION_MC_DISCOVER     /* nodes that a configuration endpoint tells */
} ngx_session_mc_how_e;
typedef struct ngx_session_mc_op_s      ngx_session_mc_op_t;
typedef struct ngx_session_mc_tls_s     ngx_session_mc_tls_t;

typedef struct ngx_session_mc_server_s  ngx_session_mc_server_t;


typedef struct {
    ngx_str_t                name;      /* as the operator wrote it */
    ngx_uint_t               weight;
    ngx_url_t                url;       /* parsed by ngx_parse_url(); without
                                           addresses: its name is resolved */
    ngx_session_mc_how_e     how;
    ngx_msec_t               interval;  /* discover: of looking */
    ngx_session_place_t      place;     /* of its line */
} ngx_session_mc_server_conf_t;


typedef struct {
    ngx_array_t              servers;   /* of ngx_session_mc_server_conf_t */
    ngx_msec_t               connect_timeout;
    ngx_msec_t               timeout;
    size_t                   max_size;      /* of a record */
    ngx_uint_t               hash;          /* a value of _hashes[] below */
    ngx_uint_t               distribution;  /* of _distributions[] */
    ngx_uint_t               protocol;      /* a nsess_mc_protocol_e */
    ngx_str_t                auth;      /* user, space, password; empty: none */
    ngx_uint_t               eject;         /* unsigned  eject:1; */

    ngx_session_mc_tls_conf_t    tls;
    ngx_array_t                 *places;    /* of the block's directives */
} ngx_session_mc_conf_t;


#pragma GCC visibility push(hidden)


/* ngx_session_mc_conf.c: the directives, and what they are read into */
extern ngx_command_t    ngx_session_mc_directives[];

void *ngx_session_mc_create_conf(ngx_conf_t *cf);
void ngx_session_mc_init_conf(ngx_session_mc_conf_t *conf);

/* ngx_session_mc_line.c: the directive "memcached" */
char *ngx_session_mc_line(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* ngx_session_mc_auth.c */
char *ngx_session_mc_auth_file(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* ngx_session_mc_hash.c: names and values for ngx_session_conf_enum() */
extern ngx_conf_enum_t  ngx_session_mc_hashes[];
extern ngx_conf_enum_t  ngx_session_mc_distributions[];


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_H_INCLUDED_ */
