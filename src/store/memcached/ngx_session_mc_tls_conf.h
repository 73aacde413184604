/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Inside of the store "memcached": the directives "tls" and "tls_...".
 */


#ifndef _NGX_SESSION_MC_TLS_CONF_H_INCLUDED_
#define _NGX_SESSION_MC_TLS_CONF_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* strings: .data is NULL where the directive is not written */
typedef struct {
    ngx_uint_t               on;
    ngx_uint_t               verify;
    ngx_str_t                trusted;       /* files */
    ngx_str_t                certificate;
    ngx_str_t                key;
    ngx_str_t                name;
} ngx_session_mc_tls_conf_t;


#pragma GCC visibility push(hidden)


/* "off" and "on", for ngx_session_conf_enum() */
extern ngx_conf_enum_t  ngx_session_mc_tls_switch[];

void ngx_session_mc_tls_create_conf(ngx_session_mc_tls_conf_t *conf);

/* NGX_ERROR: the directives, at places, contradict each other: it is logged */
ngx_int_t ngx_session_mc_tls_init_conf(ngx_conf_t *cf,
    ngx_array_t *places, ngx_session_mc_tls_conf_t *conf);


#pragma GCC visibility pop


#endif /* _NGX_SESSION_MC_TLS_CONF_H_INCLUDED_ */
