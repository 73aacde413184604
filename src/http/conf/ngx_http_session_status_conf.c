/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter and the checks of session_status_page.
 */


#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_status_conf.h"


char *
ngx_http_session_location_status_page(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    ngx_http_handler_pt       *handler;
    ngx_http_core_loc_conf_t  *clcf;

    if (slcf->status_page != NULL) {
        return "is duplicate";
    }

    handler = cmd->post;
    slcf->status_page = *handler;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler == NULL) {
        clcf->handler = slcf->status_page;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_session_check_status_page(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_session_main_conf_t  *smcf;

    if (slcf->status_page == NULL) {
        return NGX_CONF_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);
    cf = ngx_session_at_directive(cf, slcf->places, "session_status_page");

    if (clcf->handler != slcf->status_page) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"session_status_page\" in location \"%V\" beside "
                           "another content handler: a location of its own is "
                           "expected", &clcf->name);
        return NGX_CONF_ERROR;
    }

    if (smcf->managers.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"session_status_page\" in location \"%V\" has "
                           "nothing to show: a \"session_manager\" is "
                           "expected",
                           &clcf->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
