/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The module as nginx sees it: its main configuration, phase handlers, and what
 * it does when a worker begins and ends.
 */


#include "ngx_http_session_accept_conf.h"
#include "ngx_http_session_access.h"
#include "ngx_http_session_commands.h"
#include "ngx_http_session_compat.h"
#include "ngx_http_session_derived.h"
#include "ngx_http_session_keys.h"
#include "ngx_http_session_late.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_names.h"
#include "ngx_http_session_plain_conf.h"
#include "ngx_http_session_same_conf.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_stats.h"
#include "ngx_http_session_strip.h"
#include "ngx_http_session_value.h"
#include "ngx_http_session_variables.h"
#include "ngx_http_session_version.h"

#include "ngx_session_limit.h"
#include "ngx_session_store_conf.h"


/* ms: nginx's default of "resolver_timeout", which http {} does not get */
#define NGX_HTTP_SESSION_RESOLVER_TIMEOUT  30000


static void *ngx_http_session_create_main_conf(ngx_conf_t *cf);
static char *ngx_http_session_init_main_conf(ngx_conf_t *cf, void *conf);
static char *ngx_http_session_unknown_manager(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf, ngx_http_session_manager_t *unknown);
static ngx_int_t ngx_http_session_init(ngx_conf_t *cf);
static ngx_int_t ngx_http_session_use_resolver(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);
static void ngx_http_session_warn(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf);
static ngx_int_t ngx_http_session_add_handler(ngx_conf_t *cf,
    ngx_http_phases phase, ngx_http_handler_pt handler);
static ngx_int_t ngx_http_session_init_module(ngx_cycle_t *cycle);
static ngx_int_t ngx_http_session_init_process(ngx_cycle_t *cycle);
static void ngx_http_session_exit_process(ngx_cycle_t *cycle);


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
        || ngx_http_session_init_noted(cf, smcf) != NGX_OK
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

    ngx_uint_t                    i;
    ngx_http_session_manager_t  **managers;

    ngx_http_session_forget_secrets(smcf);

    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {

        if (!managers[i]->defined) {
            return ngx_http_session_unknown_manager(cf, smcf, managers[i]);
        }

        ngx_http_session_init_keeper(managers[i]);
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_unknown_manager(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf, ngx_http_session_manager_t *unknown)
{
    char                         *list;
    size_t                        len;
    u_char                       *p;
    ngx_str_t                     known;
    ngx_uint_t                    i, nameless;
    ngx_http_session_manager_t  **managers;

    managers = smcf->managers.elts;
    nameless = ngx_http_session_is_parameter(&unknown->name);
    list = nameless ? ", where NAME is one of the known managers:"
                    : ", or one of the known managers:";
    len = ngx_strlen(list);

    for (i = 0; i < smcf->managers.nelts; i++) {
        len += sizeof(" \"\",") - 1 + managers[i]->name.len;
    }

    known.data = ngx_pnalloc(cf->pool, len);
    if (known.data == NULL) {
        return NGX_CONF_ERROR;
    }

    p = known.data;

    for (i = 0; i < smcf->managers.nelts; i++) {
        if (managers[i]->defined) {
            p = ngx_sprintf(p, "%s \"%V\"", p == known.data ? list : ",",
                            &managers[i]->name);
        }
    }

    known.len = p - known.data;

    cf = ngx_session_at(cf, &unknown->place);

    if (nameless) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" in \"session\" stands behind the name of "
                           "a manager: \"session NAME %V\" is expected%V",
                           &unknown->name, &unknown->name, &known);
        return NGX_CONF_ERROR;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown session manager \"%V\" in \"session\": "
                       "\"session_manager %V { ... }\" is expected%V",
                       &unknown->name, &unknown->name, &known);

    return NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_session_init(ngx_conf_t *cf)
{
    ngx_str_t                      known;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);

    if (smcf->managers.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_http_session_use_resolver(cf, smcf) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_http_session_warn(cf, smcf);

    if (ngx_http_session_known_names(cf->pool, &ngx_http_session_meta_prefix,
                                     &known)
        != NGX_OK
        || ngx_http_session_check_names(cf, &known) != NGX_OK)
    {
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


/* the one of http {}, where managers stand, too */

static ngx_int_t
ngx_http_session_use_resolver(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    ngx_uint_t                    i;
    ngx_msec_t                    timeout;
    ngx_resolver_t               *resolver;
    ngx_http_core_loc_conf_t     *clcf;
    ngx_http_session_manager_t  **managers;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    resolver = ngx_http_session_known_resolver(clcf->resolver);

    timeout = clcf->resolver_timeout;
    ngx_conf_init_msec_value(timeout, NGX_HTTP_SESSION_RESOLVER_TIMEOUT);

    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {

        if (ngx_session_store_resolver(cf, managers[i]->store, resolver,
                                       timeout)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ngx_http_session_warn(ngx_conf_t *cf, ngx_http_session_main_conf_t *smcf)
{
    ngx_uint_t                    i;
    ngx_http_session_manager_t  **managers;

    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {
        ngx_http_session_warn_plain(cf, managers[i]);
    }

    ngx_http_session_warn_same(cf, managers, smcf->managers.nelts);
    ngx_http_session_warn_hidden(cf, smcf);
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
    ngx_session_limit_t            once;
    ngx_http_session_main_conf_t  *smcf;

    if (!ngx_test_config) {
        ngx_memzero(&once, sizeof(ngx_session_limit_t));

        (void) ngx_session_log(&once, NGX_LOG_NOTICE, cycle->log, 0,
                               "ngx_http_session_module/"
                               NGX_HTTP_SESSION_VERSION);
    }

    smcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_session_module);

    if (smcf == NULL || smcf->managers.nelts == 0) {
        return NGX_OK;
    }

    return ngx_http_session_init_derived(cycle);
}


static ngx_int_t
ngx_http_session_init_process(ngx_cycle_t *cycle)
{
    ngx_uint_t                      i;
    ngx_http_session_manager_t    **managers;
    ngx_http_session_main_conf_t   *smcf;

    smcf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_session_module);

    if (smcf == NULL) {
        return NGX_OK;
    }

    ngx_http_session_stats_attach(smcf);

    managers = smcf->managers.elts;

    for (i = 0; i < smcf->managers.nelts; i++) {
        ngx_session_store_begin(managers[i]->store);
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
        ngx_session_store_exit(managers[i]->store);
    }

    ngx_http_session_stats_detach(smcf);
}
