/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * What TLS needs of the configuration: certificates, and a context of OpenSSL.
 */


#include "ngx_session_mc_tls.h"


#if (NGX_SSL)


/* of certificates above that of memcached: OpenSSL's own default */
#define NGX_SESSION_MC_TLS_DEPTH  100


static ngx_int_t ngx_session_mc_tls_no_unix(ngx_conf_t *cf,
    ngx_session_mc_conf_t *conf);
static ngx_int_t ngx_session_mc_tls_certificates(ngx_conf_t *cf,
    ngx_session_mc_conf_t *mcf, ngx_ssl_t *ssl);
static ngx_int_t ngx_session_mc_tls_bad_file(ngx_conf_t *cf, char *name,
    ngx_str_t *path);


ngx_int_t
ngx_session_mc_tls_create(ngx_conf_t *cf, ngx_session_mc_conf_t *conf,
    ngx_session_mc_tls_t **tls)
{
    ngx_ssl_t           *ssl;
    ngx_pool_cleanup_t  *cln;

    if (!conf->tls.on) {
        return NGX_OK;
    }

    if (ngx_session_mc_tls_no_unix(cf, conf) != NGX_OK) {
        return NGX_ERROR;
    }

    *tls = ngx_pcalloc(cf->pool, sizeof(ngx_session_mc_tls_t));
    if (*tls == NULL) {
        return NGX_ERROR;
    }

    (*tls)->conf = &conf->tls;

    ssl = &(*tls)->ssl;
    ssl->log = cf->log;

    if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2|NGX_SSL_TLSv1_3, NULL) != NGX_OK) {
        return NGX_ERROR;
    }

    cln = ngx_pool_cleanup_add(cf->pool, 0);
    if (cln == NULL) {
        ngx_ssl_cleanup_ctx(ssl);
        return NGX_ERROR;
    }

    cln->handler = ngx_ssl_cleanup_ctx;
    cln->data = ssl;

    return ngx_session_mc_tls_certificates(cf, conf, ssl);
}


static ngx_int_t
ngx_session_mc_tls_no_unix(ngx_conf_t *cf, ngx_session_mc_conf_t *conf)
{
    ngx_uint_t                     i;
    ngx_session_mc_server_conf_t  *server;

    server = conf->servers.elts;

    for (i = 0; i < conf->servers.nelts; i++) {

        if (server[i].url.family == AF_UNIX) {
            cf = ngx_session_at_directive(cf, conf->places, "tls");

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"tls on\" with \"memcached %V\": memcached "
                               "has no TLS on a unix socket",
                               &server[i].name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_tls_certificates(ngx_conf_t *cf, ngx_session_mc_conf_t *mcf,
    ngx_ssl_t *ssl)
{
    ngx_session_mc_tls_conf_t  *conf;

    conf = &mcf->tls;

    if (conf->certificate.data != NULL
        && ngx_ssl_certificate(cf, ssl, &conf->certificate, &conf->key, NULL)
           != NGX_OK)
    {
        cf = ngx_session_at_directive(cf, mcf->places, "tls_certificate");

        return ngx_session_mc_tls_bad_file(cf, "tls_certificate\" or "
                                           "\"tls_certificate_key",
                                           &conf->certificate);
    }

    if (conf->trusted.data != NULL
        && ngx_ssl_trusted_certificate(cf, ssl, &conf->trusted,
                                       NGX_SESSION_MC_TLS_DEPTH)
           != NGX_OK)
    {
        cf = ngx_session_at_directive(cf, mcf->places,
                                      "tls_trusted_certificate");

        return ngx_session_mc_tls_bad_file(cf, "tls_trusted_certificate",
                                           &conf->trusted);
    }

    return ngx_ssl_client_session_cache(cf, ssl, 1);
}


/* nginx has logged what OpenSSL says, but not where */

static ngx_int_t
ngx_session_mc_tls_bad_file(ngx_conf_t *cf, char *name, ngx_str_t *path)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%s\" was not loaded, see the line above: a "
                       "readable PEM file is expected, not \"%V\"",
                       name, path);

    return NGX_ERROR;
}


#else


ngx_int_t
ngx_session_mc_tls_create(ngx_conf_t *cf, ngx_session_mc_conf_t *conf,
    ngx_session_mc_tls_t **tls)
{
    if (conf->tls.on) {
        cf = ngx_session_at_directive(cf, conf->places, "tls");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"tls on\" needs an nginx that is built with TLS, "
                           "e.g. by --with-http_ssl_module");
        return NGX_ERROR;
    }

    return NGX_OK;
}


#endif
