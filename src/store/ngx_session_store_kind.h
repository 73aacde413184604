/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: a kind of store, for those who write one.  It keeps the rules of
 * ngx_session_store.h.  A new kind is a file of its own, a row in the table of
 * ngx_session_store_conf.c, and a row for each of its directives in the table
 * of the module's directives.
 *
 * Life of an operation:
 *   1. start() has an operation of the store's own, which begins with a
 *      ngx_session_op_t, and calls ngx_session_op_begin().
 *   2. Later, from an event, the store calls ngx_session_op_end(), which calls
 *      the handler, unless the operation was cancelled; or, when the worker
 *      exits, ngx_session_op_drop().
 *   3. Then the store may use the memory again.
 */


#ifndef _NGX_SESSION_STORE_KIND_H_INCLUDED_
#define _NGX_SESSION_STORE_KIND_H_INCLUDED_


#include "ngx_session_store.h"
#include "ngx_session_store_stats.h"


typedef struct {
    /* ended by ngx_null_command; the first one has to be there, and messages
       call the store by its name; conf is what create_conf() made, the type
       is not looked at */
    ngx_command_t                  *directives;

    /* NULL: no memory */
    void                         *(*create_conf)(ngx_conf_t *cf);

    /* when all directives are read: sets data, peers, npeers, max_size and
       patience; errors are logged */
    char                         *(*create)(ngx_conf_t *cf,
                                      ngx_session_store_t *store);

    /* a worker ends, or a cycle: drops what is under way */
    void                          (*exit)(ngx_session_store_t *store);

    /* as ngx_session_start() */
    ngx_session_op_t             *(*start)(ngx_session_store_t *store,
                                      const ngx_session_request_t *req,
                                      ngx_session_handler_pt handler,
                                      void *data,
                                      ngx_session_reason_e *reason);

    /* as ngx_session_server_is_up() */
    ngx_uint_t                    (*server_is_up)(ngx_session_store_t *store,
                                      const ngx_session_key_t *key);

    /* as ngx_session_store_resolver() and ngx_session_store_begin(); NULL: the
       store has no use for it */
    ngx_int_t                     (*use_resolver)(ngx_conf_t *cf,
                                      ngx_session_store_t *store,
                                      ngx_resolver_t *resolver,
                                      ngx_msec_t timeout);
    void                          (*begin)(ngx_session_store_t *store);
} ngx_session_store_ops_t;


/* in the pool of the cycle */
struct ngx_session_store_s {
    const ngx_session_store_ops_t  *ops;
    void                           *conf;
    ngx_array_t                    *places;     /* of directives, before
                                                   create() is called: see
                                                   ngx_session_place.h */
    void                           *data;       /* the kind's own */
    ngx_str_t                      *peers;      /* names, as the operator
                                                   wrote them */
    ngx_uint_t                      npeers;
    size_t                          max_size;   /* of a record */
    ngx_msec_t                      patience;   /* of a request, for all of its
                                                   operations */
    ngx_uint_t                      named;      /* the first directive is
                                                   there */
    const char                     *reasons[NGX_SESSION_REASON_LAST];

    /* see ngx_session_store_stats.h; never NULL */
    ngx_session_stats_t            *stats;
    ngx_session_peer_stats_t       *peer_stats; /* of each peer */
    uint64_t                        clock;      /* us, read once in a turn */
};


struct ngx_session_op_s {
    ngx_session_store_t            *store;
    ngx_session_handler_pt          handler;    /* NULL: cancelled */
    void                           *data;
    ngx_session_verb_e              verb;       /* _VERBS: the store's own */
    uint64_t                        begun;      /* by the store's clock */
};


#pragma GCC visibility push(hidden)


void ngx_session_op_begin(ngx_session_op_t *op, ngx_session_store_t *store,
    ngx_session_verb_e verb, ngx_session_handler_pt handler, void *data);

/* the handler may start and cancel operations */
void ngx_session_op_end(ngx_session_op_t *op,
    const ngx_session_reply_t *reply);

/* without the handler */
void ngx_session_op_drop(ngx_session_op_t *op);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_STORE_KIND_H_INCLUDED_ */
