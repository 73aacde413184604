/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Which of the directives of TLS may stand together.
 */


#include "ngx_session_mc_tls_conf.h"
#include "ngx_session_place.h"


static ngx_int_t ngx_session_mc_tls_refuse(ngx_conf_t *cf,
    ngx_array_t *places, char *name, char *why);


ngx_conf_enum_t  ngx_session_mc_tls_switch[] = {
    { ngx_string("off"), 0 },
    { ngx_string("on"), 1 },
    { ngx_null_string, 0 }
};


static const struct {
    char        *name;
    size_t       offset;
} ngx_session_mc_tls_words[] = {
    { "tls_trusted_certificate", offsetof(ngx_session_mc_tls_conf_t, trusted) },
    { "tls_certificate", offsetof(ngx_session_mc_tls_conf_t, certificate) },
    { "tls_certificate_key", offsetof(ngx_session_mc_tls_conf_t, key) },
    { "tls_name", offsetof(ngx_session_mc_tls_conf_t, name) },
    { NULL, 0 }
};


void
ngx_session_mc_tls_create_conf(ngx_session_mc_tls_conf_t *conf)
{
    ngx_memzero(conf, sizeof(ngx_session_mc_tls_conf_t));

    conf->on = NGX_CONF_UNSET_UINT;
    conf->verify = NGX_CONF_UNSET_UINT;
}


ngx_int_t
ngx_session_mc_tls_init_conf(ngx_conf_t *cf, ngx_array_t *places,
    ngx_session_mc_tls_conf_t *conf)
{
    char        *name;
    ngx_str_t   *word;
    ngx_uint_t   i;

    ngx_conf_init_uint_value(conf->on, 0);

    if (!conf->on && conf->verify != NGX_CONF_UNSET_UINT) {
        return ngx_session_mc_tls_refuse(cf, places, "tls_verify",
                                         "without \"tls on\", which is "
                                         "expected beside it");
    }

    ngx_conf_init_uint_value(conf->verify, 1);

    for (i = 0; ngx_session_mc_tls_words[i].name != NULL; i++) {

        name = ngx_session_mc_tls_words[i].name;
        word = (ngx_str_t *) ((u_char *) conf
                              + ngx_session_mc_tls_words[i].offset);

        if (word->data == NULL) {
            continue;
        }

        if (!conf->on) {
            return ngx_session_mc_tls_refuse(cf, places, name, "without "
                                             "\"tls on\", which is expected "
                                             "beside it");
        }

        if (word->len == 0) {
            return ngx_session_mc_tls_refuse(cf, places, name, "is empty: a "
                                             "path or a name is expected");
        }
    }

    if (!conf->on) {
        return NGX_OK;
    }

    if (conf->certificate.data == NULL && conf->key.data != NULL) {
        return ngx_session_mc_tls_refuse(cf, places, "tls_certificate_key",
                                         "without \"tls_certificate\", which "
                                         "is expected beside it");
    }

    if (conf->certificate.data != NULL && conf->key.data == NULL) {
        return ngx_session_mc_tls_refuse(cf, places, "tls_certificate",
                                         "without \"tls_certificate_key\", "
                                         "which is expected beside it");
    }

    if (conf->verify && conf->trusted.data == NULL) {
        cf = ngx_session_at_directive(cf, places, "tls");

        return ngx_session_mc_tls_refuse(cf, places, "tls on",
                   "without \"tls_trusted_certificate\", by which memcached "
                   "is known, and without \"tls_verify off\": one of them is "
                   "expected");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_tls_refuse(ngx_conf_t *cf, ngx_array_t *places, char *name,
    char *why)
{
    cf = ngx_session_at_directive(cf, places, name);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%s\" %s", name, why);

    return NGX_ERROR;
}
