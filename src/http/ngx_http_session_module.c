/*
 * Copyright (C) the ngx_http_session_module authors
 */


#include "ngx_http_session_module.h"


static void *ngx_http_session_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_session_init_main_conf(ngx_conf_t *cf, void *conf);
static ngx_int_t ngx_http_session_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_session_add_handler(ngx_conf_t *cf,
    ngx_http_phases phase, ngx_http_handler_pt handler);
static ngx_int_t ngx_http_session_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_session_init_process(ngx_cycle_t *cycle);
static void ngx_http_session_exit_process(ngx_cycle_t *cycle);


static ngx_http_session_range_t  ngx_http_session_life = {
    1, 3650 * 24 * 3600, 0, "a time from 1s to 3650d"
};


static ngx_http_session_range_t  ngx_http_session_grace = {
    0, 300, 0, "a time from 0 to 5m"
};


/* the record that lists them is read with each request */
static ngx_http_session_range_t  ngx_http_session_counted = {
    1, 100, 0, "a number from 1 to 100"
};


static ngx_http_session_range_t  ngx_http_session_days = {
    1, 3650, 0, "a number of days from 1 to 3650"
};


/* 400 days: RFC 6265bis, section 5.5 */
static ngx_http_session_range_t  ngx_http_session_cookie_days = {
    0, 400, 0, "a number of days from 0 to 400"
};


static ngx_http_session_range_t  ngx_http_session_protocols = {
    0, 5, 0, "a number from 0 to 5"
};


static ngx_http_session_range_t  ngx_http_session_wait = {
    1, 60 * 1000, 1, "a time from 1ms to 60s"
};


/* the client sends 16 MB at most at a time: NGX_SESSION_MC_OUT_MAX */
static ngx_http_session_range_t  ngx_http_session_record_size = {
    2, 8 * 1024 * 1024, 0, "a size from 2 to 8m"
};


static ngx_conf_enum_t  ngx_http_session_waits[] = {
    { ngx_string("wait"), NGX_HTTP_SESSION_WAIT },
    { ngx_string("async"), NGX_HTTP_SESSION_ASYNC },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_session_policies[] = {
    { ngx_string("pass"), NGX_HTTP_SESSION_PASS },
    { ngx_string("deny"), NGX_HTTP_SESSION_DENY },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_session_commands[] = {

    { ngx_string("session_manager"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ngx_http_session_manager_block,
      0,
      0,
      NULL },

    { ngx_string("session_variable"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_session_variable,
      0,
      0,
      NULL },

    { ngx_string("session"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_session_location_session,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_require"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_session_location_require,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_csrf"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1234,
      ngx_http_session_location_csrf,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_realm"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_session_location_realm,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_fresh"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_session_location_fresh,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, limits)
      + offsetof(ngx_http_session_limits_t, fresh),
      &ngx_http_session_fresh_range },

    { ngx_string("session_recheck"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_session_location_recheck,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, limits)
      + offsetof(ngx_http_session_limits_t, recheck),
      &ngx_http_session_recheck_range },

    { ngx_string("session_no_touch"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_session_location_no_touch,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_set"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE23
                        |NGX_CONF_TAKE4,
      ngx_http_session_location_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_SET,
      NULL },

    { ngx_string("session_unset"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE123,
      ngx_http_session_location_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_UNSET,
      NULL },

    { ngx_string("session_destroy"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS
                        |NGX_CONF_TAKE12,
      ngx_http_session_location_end,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_DESTROY,
      NULL },

    { ngx_string("session_regenerate"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_ANY,
      ngx_http_session_location_action,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_REGENERATE,
      NULL },

    { ngx_string("session_revoke_all"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS
                        |NGX_CONF_TAKE12,
      ngx_http_session_location_end,
      NGX_HTTP_LOC_CONF_OFFSET,
      NGX_HTTP_SESSION_REVOKE_ALL,
      NULL },

    { ngx_string("session_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE2,
      ngx_http_session_location_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_headers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_2MORE,
      ngx_http_session_location_headers,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_assertion"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_session_location_assertion,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_hide_cookie"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, hide_cookie),
      NULL },

    { ngx_string("session_accept"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_session_location_accept,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("session_save"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, save),
      &ngx_http_session_waits },

    { ngx_string("session_on_error"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_loc_conf_t, on_error),
      &ngx_http_session_policies },

    { ngx_string("session_status_page"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_session_status_page,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    /* inside session_manager, where the location's slot holds the manager */

    { ngx_string("secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_secret,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, secrets),
      NULL },

    { ngx_string("profile"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_profile,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("cookie_secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE12,
      ngx_http_session_manager_secret,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, cookie_secrets),
      NULL },

    { ngx_string("cookie_names"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_2MORE,
      ngx_http_session_manager_cookie_names,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("max_age_days"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, max_age_days),
      &ngx_http_session_days },

    { ngx_string("expires_days"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, expires_days),
      &ngx_http_session_cookie_days },

    { ngx_string("pickle_protocol"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, pickle_protocol),
      &ngx_http_session_protocols },

    { ngx_string("assertion_secret_file"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_assertion,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, assertion_secrets),
      NULL },

    { ngx_string("memcached"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE12,
      ngx_http_session_manager_memcached,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("idle_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, idle_timeout),
      &ngx_http_session_life },

    { ngx_string("absolute_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, absolute_timeout),
      &ngx_http_session_life },

    { ngx_string("anonymous_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, anonymous_timeout),
      &ngx_http_session_life },

    { ngx_string("session_level"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, level),
      ngx_http_session_levels },

    { ngx_string("subject"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_subject,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("max_sessions"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_number,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, max_sessions),
      &ngx_http_session_counted },

    { ngx_string("regenerate_grace"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, regenerate_grace),
      &ngx_http_session_grace },

    { ngx_string("cookie"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_1MORE,
      ngx_http_session_manager_cookie,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("key_prefix"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_manager_key_prefix,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("connect_timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, mc_conf)
      + offsetof(ngx_session_mc_conf_t, connect_timeout),
      &ngx_http_session_wait },

    { ngx_string("timeout"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_time,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, mc_conf)
      + offsetof(ngx_session_mc_conf_t, timeout),
      &ngx_http_session_wait },

    { ngx_string("max_size"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, max_size),
      &ngx_http_session_record_size },

    { ngx_string("hash"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, mc_conf)
      + offsetof(ngx_session_mc_conf_t, hash),
      ngx_session_mc_hashes },

    { ngx_string("distribution"),
      NGX_HTTP_SESSION_MANAGER_CONF|NGX_CONF_TAKE1,
      ngx_http_session_conf_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_session_manager_t, mc_conf)
      + offsetof(ngx_session_mc_conf_t, distribution),
      ngx_session_mc_distributions },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_session_module_ctx = {
    ngx_http_session_add_variables,        /* preconfiguration */
    ngx_http_session_init,                 /* postconfiguration */

    ngx_http_session_create_main_conf,     /* create main configuration */
    ngx_http_session_init_main_conf,       /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_session_create_loc_conf,      /* create location configuration */
    ngx_http_session_merge_loc_conf        /* merge location configuration */
};


ngx_module_t  ngx_http_session_module = {
    NGX_MODULE_V1,
    &ngx_http_session_module_ctx,          /* module context */
    ngx_http_session_commands,             /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_session_init_module,          /* init module */
    ngx_http_session_init_process,         /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ngx_http_session_exit_process,         /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static void *
ngx_http_session_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_session_main_conf_t));
    if (smcf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&smcf->managers, cf->pool, 1,
                       sizeof(ngx_http_session_manager_t *))
        != NGX_OK
        || ngx_http_session_init_secrets(cf, smcf) != NGX_OK
        || ngx_array_init(&smcf->declared, cf->pool, 4,
                          sizeof(ngx_http_session_path_t *))
           != NGX_OK
        || ngx_http_session_init_prefixes(cf, smcf) != NGX_OK
        || ngx_http_session_init_deciders(cf, smcf) != NGX_OK)
    {
        return NULL;
    }

    return smcf;
}


static char *
ngx_http_session_init_main_conf(ngx_conf_t *cf, void *conf)
{
    ngx_http_session_main_conf_t *smcf = conf;

    ngx_uint_t                     i;
    ngx_http_session_manager_t   **managers;

    ngx_http_session_forget_secrets(smcf);

    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {

        if (!managers[i]->defined) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "unknown session manager \"%V\" in \"session\": "
                          "\"session_manager %V { ... }\" is expected "
                          "in %s:%ui",
                          &managers[i]->name, &managers[i]->name,
                          managers[i]->file, managers[i]->line);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_session_init(ngx_conf_t *cf)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);

    if (smcf->managers.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_http_session_check_names(cf) != NGX_OK) {
        return NGX_ERROR;
    }

    if (smcf->given.nelts != 0
        && (ngx_http_session_add_handler(cf, NGX_HTTP_POST_READ_PHASE,
                                         ngx_http_session_strip_handler)
            != NGX_OK
            || ngx_http_session_add_handler(cf, NGX_HTTP_SERVER_REWRITE_PHASE,
                                            ngx_http_session_strip_handler)
               != NGX_OK))
    {
        return NGX_ERROR;
    }

    if (ngx_http_session_add_handler(cf, NGX_HTTP_REWRITE_PHASE,
                                     ngx_http_session_rewrite_handler)
        != NGX_OK
        || ngx_http_session_add_handler(cf, NGX_HTTP_PREACCESS_PHASE,
                                        ngx_http_session_preaccess_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ngx_http_session_add_handler(cf, NGX_HTTP_ACCESS_PHASE,
                                     ngx_http_session_access_handler)
        != NGX_OK
        || ngx_http_session_add_handler(cf, NGX_HTTP_PRECONTENT_PHASE,
                                        ngx_http_session_precontent_handler)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_http_session_check_deciders(cf, smcf) == NGX_OK
           ? ngx_http_session_stats_init(cf, smcf) : NGX_ERROR;
}


static ngx_int_t
ngx_http_session_add_handler(ngx_conf_t *cf, ngx_http_phases phase,
    ngx_http_handler_pt handler)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[phase].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = handler;

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_init_module(ngx_cycle_t *cycle)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_session_module);

    if (smcf == NULL || smcf->managers.nelts == 0) {
        return NGX_OK;
    }

    return ngx_http_session_init_derived(cycle);
}


static ngx_int_t
ngx_http_session_init_process(ngx_cycle_t *cycle)
{
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_session_module);

    if (smcf != NULL) {
        ngx_http_session_stats_attach(smcf);
    }

    return NGX_OK;
}


static void
ngx_http_session_exit_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                      i;
    ngx_http_session_manager_t    **managers;
    ngx_http_session_main_conf_t   *smcf;

    smcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_session_module);
    if (smcf == NULL) {
        return;
    }

    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {
        ngx_session_mc_exit(managers[i]->mc);
    }

    ngx_http_session_stats_detach(smcf);
}
