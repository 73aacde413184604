/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Ring 1: how a store is made, and how it ends.
 */


#ifndef _NGX_SESSION_STORE_CONF_H_INCLUDED_
#define _NGX_SESSION_STORE_CONF_H_INCLUDED_


#include "ngx_session_reason.h"


#pragma GCC visibility push(hidden)


/*
 * A directive of one of the stores was read: *store is made by the first one,
 * in cf->pool, and is of that kind.  cf->args[0] is the directive's name.
 */
char *ngx_session_store_set(ngx_conf_t *cf, ngx_session_store_t **store);

/*
 * When all directives are read, whose places are kept: the store can be used
 * from now on.  store may be NULL; *missing is the directive without which
 * there is no store, or NULL: then the error is logged.
 */
char *ngx_session_store_create(ngx_conf_t *cf, ngx_session_store_t *store,
    ngx_array_t *places, const ngx_str_t **missing);

/*
 * When all of nginx.conf is read: what resolves names in a worker; NULL where
 * nginx.conf does not say.  NGX_ERROR: the store needs it, which is logged.
 */
ngx_int_t ngx_session_store_resolver(ngx_conf_t *cf,
    ngx_session_store_t *store, ngx_resolver_t *resolver, ngx_msec_t timeout);

/* in init_process of the module, when it is known where to count */
void ngx_session_store_begin(ngx_session_store_t *store);

/* in exit_process of the module: no request goes on any more */
void ngx_session_store_exit(ngx_session_store_t *store);

/* the number of servers, or of whatever the store consists of */
ngx_uint_t ngx_session_store_peers(ngx_session_store_t *store,
    ngx_str_t **names);

/* of a record, in bytes; the caller writes no longer one */
size_t ngx_session_store_max_size(ngx_session_store_t *store);

/*
 * For how long, in ms, a request waits for the store in all.  The limit of an
 * operation is so far from its start, less what the request has waited before.
 */
ngx_msec_t ngx_session_store_patience(ngx_session_store_t *store);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_STORE_CONF_H_INCLUDED_ */
