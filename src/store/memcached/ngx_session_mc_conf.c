/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directives of the store "memcached", in the block of a manager.
 */


#include "ngx_session_conf.h"
#include "ngx_session_mc.h"
#include "nsess_mc_proto.h"


#define NGX_SESSION_MC_CONNECT_TIMEOUT  500             /* ms */
#define NGX_SESSION_MC_TIMEOUT          1000            /* ms */

/*
 * What memcached takes unless it was told otherwise, less an item's header and
 * its key.  A larger item is refused, and the old one under its key is lost.
 */
#define NGX_SESSION_MC_MAX_SIZE         (1023 * 1024)


static char *ngx_session_mc_distribution(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);


static ngx_session_range_t  ngx_session_mc_wait = {
    1, 60 * 1000, 1, "a time from 1ms to 60s"
};


/* 16 MB may wait to be sent: NGX_SESSION_MC_OUT_MAX */
static ngx_session_range_t  ngx_session_mc_record_size = {
    2, 8 * 1024 * 1024, 0, "a size from 2 to 8m"
};


static ngx_conf_enum_t  ngx_session_mc_protocols[] = {
    { ngx_string("meta"), NSESS_MC_META },
    { ngx_string("classic"), NSESS_MC_CLASSIC },
    { ngx_null_string, 0 }
};


ngx_command_t  ngx_session_mc_directives[] = {

    { ngx_string("memcached"),
      0,
      ngx_session_mc_line,
      0,
      0,
      NULL },

    { ngx_string("connect_timeout"),
      0,
      ngx_session_conf_time,
      0,
      offsetof(ngx_session_mc_conf_t, connect_timeout),
      &ngx_session_mc_wait },

    { ngx_string("timeout"),
      0,
      ngx_session_conf_time,
      0,
      offsetof(ngx_session_mc_conf_t, timeout),
      &ngx_session_mc_wait },

    { ngx_string("max_size"),
      0,
      ngx_session_conf_size,
      0,
      offsetof(ngx_session_mc_conf_t, max_size),
      &ngx_session_mc_record_size },

    { ngx_string("hash"),
      0,
      ngx_session_conf_enum,
      0,
      offsetof(ngx_session_mc_conf_t, hash),
      ngx_session_mc_hashes },

    { ngx_string("distribution"),
      0,
      ngx_session_mc_distribution,
      0,
      offsetof(ngx_session_mc_conf_t, distribution),
      ngx_session_mc_distributions },

    { ngx_string("tls"),
      0,
      ngx_session_conf_enum,
      0,
      offsetof(ngx_session_mc_conf_t, tls.on),
      ngx_session_mc_tls_switch },

    { ngx_string("tls_verify"),
      0,
      ngx_session_conf_enum,
      0,
      offsetof(ngx_session_mc_conf_t, tls.verify),
      ngx_session_mc_tls_switch },

    { ngx_string("tls_trusted_certificate"),
      0,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_session_mc_conf_t, tls.trusted),
      NULL },

    { ngx_string("tls_certificate"),
      0,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_session_mc_conf_t, tls.certificate),
      NULL },

    { ngx_string("tls_certificate_key"),
      0,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_session_mc_conf_t, tls.key),
      NULL },

    { ngx_string("tls_name"),
      0,
      ngx_conf_set_str_slot,
      0,
      offsetof(ngx_session_mc_conf_t, tls.name),
      NULL },

    { ngx_string("protocol"),
      0,
      ngx_session_conf_enum,
      0,
      offsetof(ngx_session_mc_conf_t, protocol),
      ngx_session_mc_protocols },

    { ngx_string("auth_file"),
      0,
      ngx_session_mc_auth_file,
      0,
      0,
      NULL },

      ngx_null_command
};


void *
ngx_session_mc_create_conf(ngx_conf_t *cf)
{
    ngx_session_mc_conf_t  *conf;

    conf = ngx_palloc(cf->pool, sizeof(ngx_session_mc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->connect_timeout = NGX_CONF_UNSET_MSEC;
    conf->timeout = NGX_CONF_UNSET_MSEC;
    conf->max_size = NGX_CONF_UNSET_SIZE;
    conf->hash = NGX_CONF_UNSET_UINT;
    conf->distribution = NGX_CONF_UNSET_UINT;
    conf->protocol = NGX_CONF_UNSET_UINT;

    ngx_str_null(&conf->auth);
    conf->eject = 0;

    ngx_session_mc_tls_create_conf(&conf->tls);

    if (ngx_array_init(&conf->servers, cf->pool, 1,
                       sizeof(ngx_session_mc_server_conf_t))
        != NGX_OK)
    {
        return NULL;
    }

    return conf;
}


void
ngx_session_mc_init_conf(ngx_session_mc_conf_t *conf)
{
    ngx_conf_init_msec_value(conf->connect_timeout,
                             NGX_SESSION_MC_CONNECT_TIMEOUT);
    ngx_conf_init_msec_value(conf->timeout, NGX_SESSION_MC_TIMEOUT);
    ngx_conf_init_size_value(conf->max_size, NGX_SESSION_MC_MAX_SIZE);
    ngx_conf_init_uint_value(conf->hash, ngx_session_mc_hashes[0].value);
    ngx_conf_init_uint_value(conf->distribution,
                             ngx_session_mc_distributions[0].value);
    ngx_conf_init_uint_value(conf->protocol, NSESS_MC_META);
}


static char *
ngx_session_mc_distribution(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_session_mc_conf_t *mcf = conf;

    char       *rv;
    ngx_str_t  *value;

    value = cf->args->elts;

    rv = ngx_session_conf_enum(cf, cmd, conf);

    if (rv != NGX_CONF_OK || cf->args->nelts == 2) {
        return rv;
    }

    if (ngx_strcmp(value[2].data, "eject") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"distribution\": "
                           "\"eject\" is expected", &value[2]);
        return NGX_CONF_ERROR;
    }

    mcf->eject = 1;

    return NGX_CONF_OK;
}
