/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * A location's configuration: which session it has, what it inherits, and
 * which directives exclude each other.
 */


#include "ngx_http_session_action_conf.h"
#include "ngx_http_session_assertion_conf.h"
#include "ngx_http_session_csrf_conf.h"
#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_limits_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_plain_conf.h"
#include "ngx_http_session_replaced.h"
#include "ngx_http_session_require_conf.h"
#include "ngx_http_session_status_conf.h"
#include "ngx_http_session_words.h"


typedef char *(*ngx_http_session_check_pt)(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);


static void ngx_http_session_merge_on_error(ngx_http_session_loc_conf_t *conf,
    ngx_http_session_loc_conf_t *prev);
static char *ngx_http_session_parameter(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *word);
static char *ngx_http_session_check_location(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf, ngx_http_session_loc_conf_t *prev);
static char *ngx_http_session_lost_check(ngx_http_session_loc_conf_t *conf,
    ngx_http_session_loc_conf_t *prev);
static char *ngx_http_session_written(ngx_http_session_loc_conf_t *conf);


static ngx_conf_enum_t  ngx_http_session_needs[] = {
    { ngx_string("require"), 1 },
    { ngx_string("optional"), 0 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_session_phases[] = {
    { ngx_string("phase=access"), NGX_HTTP_SESSION_ACCESS },
    { ngx_string("phase=preaccess"), NGX_HTTP_SESSION_PREACCESS },
    { ngx_string("phase=rewrite"), NGX_HTTP_SESSION_REWRITE },
    { ngx_null_string, 0 }
};


/* what must go together in a location, when it knows what it inherits */

static ngx_http_session_check_pt  ngx_http_session_checks[] = {
    ngx_http_session_check_limits,
    ngx_http_session_check_actions,
    ngx_http_session_check_csrf_conf,
    ngx_http_session_check_assertion,
    NULL
};


void *
ngx_http_session_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ngx_palloc(cf->pool, sizeof(ngx_http_session_loc_conf_t));
    if (slcf == NULL) {
        return NULL;
    }

    slcf->manager = NGX_CONF_UNSET_PTR;
    slcf->off = NGX_CONF_UNSET;
    slcf->require = NGX_CONF_UNSET;
    slcf->phase = NGX_CONF_UNSET_UINT;
    slcf->requirements = NGX_CONF_UNSET_PTR;
    slcf->require_off = 0;
    slcf->csrf = NGX_CONF_UNSET_PTR;
    slcf->realm = NGX_CONF_UNSET_PTR;
    ngx_http_session_unset_limits(&slcf->limits);
    slcf->actions = NGX_CONF_UNSET_PTR;
    slcf->headers = NGX_CONF_UNSET_PTR;
    slcf->assertion = NGX_CONF_UNSET_PTR;
    slcf->accept = NGX_CONF_UNSET_PTR;
    slcf->hide_cookie = NGX_CONF_UNSET;
    slcf->save = NGX_CONF_UNSET_UINT;
    slcf->on_error = NGX_CONF_UNSET_UINT;
    slcf->status_page = NULL;
    slcf->place = ngx_session_here(cf);
    slcf->places = NULL;

    return slcf;
}


char *
ngx_http_session_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_session_loc_conf_t *prev = parent;
    ngx_http_session_loc_conf_t *conf = child;

    char        *rv;
    ngx_uint_t   i;

    /*
     * Messages have the file and line where the location begins, or those of
     * a directive that stands in it.
     */

    cf = ngx_session_at(cf, &conf->place);

    rv = ngx_http_session_check_status_page(cf, conf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    ngx_conf_merge_value(conf->off, prev->off, 0);

    if (conf->manager == NULL
        || (conf->manager == NGX_CONF_UNSET_PTR
            && (prev->manager == NULL
                || prev->manager == NGX_CONF_UNSET_PTR)))
    {
        rv = ngx_http_session_check_location(cf, conf, prev);
    }

    ngx_conf_merge_ptr_value(conf->manager, prev->manager, NULL);

    if (conf->manager != NULL
        && ngx_http_session_note_server(cf, conf->manager) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_value(conf->require, prev->require, 0);
    ngx_conf_merge_uint_value(conf->phase, prev->phase,
                              NGX_HTTP_SESSION_ACCESS);

    if (ngx_http_session_merge_requirements(cf, conf, prev) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_ptr_value(conf->csrf, prev->csrf, NULL);
    ngx_conf_merge_ptr_value(conf->realm, prev->realm, NULL);
    ngx_http_session_merge_limits(&conf->limits, &prev->limits);
    ngx_conf_merge_ptr_value(conf->actions, prev->actions, NULL);
    ngx_conf_merge_ptr_value(conf->headers, prev->headers, NULL);
    ngx_conf_merge_ptr_value(conf->assertion, prev->assertion, NULL);

    if (ngx_http_session_check_replaced(cf, conf, prev) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_conf_merge_ptr_value(conf->accept, prev->accept, NULL);
    ngx_conf_merge_value(conf->hide_cookie, prev->hide_cookie, 0);
    ngx_conf_merge_uint_value(conf->save, prev->save, NGX_HTTP_SESSION_WAIT);

    ngx_http_session_merge_on_error(conf, prev);

    for (i = 0; ngx_http_session_checks[i] != NULL && rv == NGX_CONF_OK; i++) {
        rv = ngx_http_session_checks[i](cf, conf);
    }

    return rv;
}


/* session_on_error is inherited; its default depends on the location */

static void
ngx_http_session_merge_on_error(ngx_http_session_loc_conf_t *conf,
    ngx_http_session_loc_conf_t *prev)
{
    if (conf->on_error == NGX_CONF_UNSET_UINT) {
        conf->on_error = prev->on_error;
    }

    conf->deny = conf->on_error == NGX_CONF_UNSET_UINT
                 ? conf->require || conf->requirements != NULL
                   || conf->limits.fresh != 0
                 : conf->on_error == NGX_HTTP_SESSION_DENY;
}


static char *
ngx_http_session_check_location(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf, ngx_http_session_loc_conf_t *prev)
{
    char                      *name;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->name.len == 0 && !clcf->noname) {

        /* at server level, locations below may have sessions */

        return NGX_CONF_OK;
    }

    name = ngx_http_session_written(conf);

    if (name != NULL) {
        cf = ngx_session_at_directive(cf, conf->places, name);

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s\" in location \"%V\" without a session: "
                           "\"session NAME\" is expected there or above",
                           name, &clcf->name);
        return NGX_CONF_ERROR;
    }

    name = ngx_http_session_lost_check(conf, prev);

    if (name == NULL || conf->off) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%s\" of a level above is lost in location \"%V\", "
                       "which has no session: \"session NAME\" is expected "
                       "there or above, or \"session off\" there",
                       name, &clcf->name);

    return NGX_CONF_ERROR;
}


/* without a session, a check of the level above would silently be skipped */

static char *
ngx_http_session_lost_check(ngx_http_session_loc_conf_t *conf,
    ngx_http_session_loc_conf_t *prev)
{
    if (!conf->require_off && prev->requirements != NULL
        && prev->requirements != NGX_CONF_UNSET_PTR)
    {
        return "session_require";
    }

    if (conf->csrf == NGX_CONF_UNSET_PTR && prev->csrf != NULL
        && prev->csrf != NGX_CONF_UNSET_PTR)
    {
        return "session_csrf";
    }

    return prev->limits.fresh > 0 ? "session_fresh" : NULL;
}


/* a directive of this level that does nothing without a session, or NULL */

static char *
ngx_http_session_written(ngx_http_session_loc_conf_t *conf)
{
    return conf->requirements != NGX_CONF_UNSET_PTR ? "session_require"
           : conf->actions != NGX_CONF_UNSET_PTR
             ? (char *) ngx_http_session_action_name(conf->actions->elts)->data
           : conf->headers != NGX_CONF_UNSET_PTR
             ? ngx_http_session_headers_used(conf->headers)
           : conf->assertion != NGX_CONF_UNSET_PTR
             && conf->assertion != NULL ? "session_assertion"
           : conf->accept != NGX_CONF_UNSET_PTR && conf->accept != NULL
             ? "session_accept"
           : conf->csrf != NGX_CONF_UNSET_PTR && conf->csrf != NULL
             ? "session_csrf"
           : conf->realm != NGX_CONF_UNSET_PTR && conf->realm->len != 0
             ? "session_realm"
           : conf->save != NGX_CONF_UNSET_UINT ? "session_save"
           : conf->on_error != NGX_CONF_UNSET_UINT ? "session_on_error"
           : conf->hide_cookie == 1 ? "session_hide_cookie"
           : ngx_http_session_limits_used(&conf->limits);
}


char *
ngx_http_session_location_session(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (slcf->manager != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_http_session_is_off(cf)) {
        slcf->off = 1;
        slcf->manager = NULL;
        slcf->require = 0;
        slcf->phase = NGX_HTTP_SESSION_ACCESS;

        return ngx_http_session_off_alone(cf);
    }

    value = cf->args->elts;

    slcf->off = 0;

    slcf->manager = ngx_http_session_manager_get(cf, &value[1]);
    if (slcf->manager == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_session_parameter(cf, slcf, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    /* the phase has a default in each directive, "require" is inherited */

    if (slcf->phase == NGX_CONF_UNSET_UINT) {
        slcf->phase = NGX_HTTP_SESSION_ACCESS;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_parameter(ngx_conf_t *cf, ngx_http_session_loc_conf_t *slcf,
    ngx_str_t *word)
{
    ngx_str_t        *value;
    ngx_conf_enum_t  *e;

    e = ngx_http_session_find_word(ngx_http_session_needs, word);

    if (e != NULL) {

        if (slcf->require != NGX_CONF_UNSET) {
            goto duplicate;
        }

        slcf->require = e->value;
        return NGX_CONF_OK;
    }

    e = ngx_http_session_find_word(ngx_http_session_phases, word);

    if (e != NULL) {

        if (slcf->phase != NGX_CONF_UNSET_UINT) {
            goto duplicate;
        }

        slcf->phase = e->value;
        return NGX_CONF_OK;
    }

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"session\": "
                       "\"require\", \"optional\", \"phase=access\", "
                       "\"phase=preaccess\" or \"phase=rewrite\" is expected "
                       "behind the name of the manager, which is \"%V\" here",
                       word, &value[1]);

    return NGX_CONF_ERROR;

duplicate:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "duplicate parameter \"%V\" in \"session\": one of its "
                       "kind is expected", word);

    return NGX_CONF_ERROR;
}


ngx_uint_t
ngx_http_session_is_parameter(ngx_str_t *word)
{
    return ngx_http_session_find_word(ngx_http_session_needs, word) != NULL
           || ngx_http_session_find_word(ngx_http_session_phases, word) != NULL;
}
