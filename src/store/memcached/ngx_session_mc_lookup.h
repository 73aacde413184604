/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": a line of the configuration whose servers
 * are looked up again and again.  Each worker does so for itself.
 */


#ifndef _NGX_SESSION_MC_LOOKUP_H_INCLUDED_
#define _NGX_SESSION_MC_LOOKUP_H_INCLUDED_


#include "ngx_session_mc_member.h"


typedef enum {
    NGX_SESSION_MC_LOOKUP_AWAITED = 0,  /* of servers nothing is known yet */
    NGX_SESSION_MC_LOOKUP_FAILED,       /* the same, and no answer came */
    NGX_SESSION_MC_LOOKUP_KNOWN         /* there were servers */
} ngx_session_mc_known_e;


struct ngx_session_mc_lookup_s {
    /* three pointers: as in ngx_connection_t, where event.ident follows them */
    ngx_session_mc_t              *mc;
    ngx_session_mc_server_conf_t  *conf;
    ngx_resolver_ctx_t            *ctx;         /* NULL: no name is asked */
    ngx_int_t                      ident;

    ngx_session_mc_known_e         known;
    ngx_event_t                    timer;       /* to ask again */
    ngx_session_limit_t            failures;
    ngx_session_limit_t            changes;

    /* discover */
    ngx_connection_t              *connection;  /* NULL: no node is asked */
    ngx_log_t                      log;
    u_char                        *reply;
    size_t                         sent;        /* bytes of the command */
    size_t                         received;    /* of the reply */
    uint64_t                       version;     /* of the nodes; 0: unknown */
};


#pragma GCC visibility push(hidden)


/*
 * These are the servers, n at least 1; they are looked up again after so many
 * ms, or sooner, if there was no memory.
 */
void ngx_session_mc_lookup_found(ngx_session_mc_lookup_t *lookup,
    ngx_session_mc_found_t *found, ngx_uint_t n, ngx_msec_t again);

/* the servers stay; the text tells what failed, behind the name */
void ngx_session_mc_lookup_failed(ngx_session_mc_lookup_t *lookup,
    ngx_err_t err, const char *text);

/* of all lines: what is known of the one of which least is */
ngx_session_mc_known_e ngx_session_mc_lookup_known(const ngx_session_mc_t *mc);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_LOOKUP_H_INCLUDED_ */
