/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The limits of a session: presets and checks of a manager's, and the
 * directives of a location that apply or relax them.
 */


#include "ngx_http_session_limits_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_value.h"
#include "ngx_http_session_words.h"


#define NGX_HTTP_SESSION_IDLE_TIMEOUT      1800         /* s */
#define NGX_HTTP_SESSION_ABSOLUTE_TIMEOUT  (12 * 3600)  /* s */
#define NGX_HTTP_SESSION_REGENERATE_GRACE  10           /* s */

#define NGX_HTTP_SESSION_DAY               (24 * 3600)


typedef struct {
    time_t                        absolute;
    time_t                        idle;
} ngx_http_session_level_t;


static char *ngx_http_session_init_absolute(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_default_note(
    ngx_http_session_manager_t *manager, char *directive);
static char *ngx_http_session_init_level(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_tighten(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, char *directive, time_t *field,
    time_t limit);


ngx_conf_enum_t  ngx_http_session_levels[] = {
    { ngx_string("aal1"), 0 },
    { ngx_string("aal2"), 1 },
    { ngx_string("aal3"), 2 },
    { ngx_null_string, 0 }
};


/*
 * absolute and idle timeouts of a level, in the order of the words above: NIST
 * SP 800-63B-4, sections 2.1.3, 2.2.3 and 2.3.3
 */
static ngx_http_session_level_t  ngx_http_session_presets[] = {
    { 30 * NGX_HTTP_SESSION_DAY, 0 },       /* idle: the default */
    { NGX_HTTP_SESSION_DAY, 3600 },
    { 12 * 3600, 15 * 60 }
};


/* for session_fresh and session_recheck */

ngx_session_range_t  ngx_http_session_fresh_range = {
    1, 3650 * NGX_HTTP_SESSION_DAY, 0, "a time from 1s to 3650d or \"off\""
};

ngx_session_range_t  ngx_http_session_recheck_range = {
    100, NGX_HTTP_SESSION_DAY * 1000, 1, "a time from 100ms to 1d or \"off\""
};


char *
ngx_http_session_init_limits(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char  *rv;

    if (manager->level != NGX_CONF_UNSET_UINT) {
        rv = ngx_http_session_init_level(cf, manager);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    ngx_conf_init_value(manager->idle_timeout, NGX_HTTP_SESSION_IDLE_TIMEOUT);
    ngx_conf_init_value(manager->anonymous_timeout, manager->idle_timeout);

    if (manager->anonymous_timeout > manager->idle_timeout) {
        cf = ngx_session_at_directive(cf, manager->places,
                                      "anonymous_timeout");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"anonymous_timeout\" of %T s in session_manager "
                           "\"%V\" exceeds \"idle_timeout\" of %T s",
                           manager->anonymous_timeout, &manager->name,
                           manager->idle_timeout);
        return NGX_CONF_ERROR;
    }

    return ngx_http_session_init_absolute(cf, manager);
}


static char *
ngx_http_session_init_absolute(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    ngx_uint_t  traits;

    traits = manager->profile->traits;

    ngx_conf_init_value(manager->regenerate_grace,
                        traits & NGX_HTTP_SESSION_SHOWS_OLD
                        ? NGX_HTTP_SESSION_REGENERATE_GRACE : 0);
    ngx_conf_init_value(manager->absolute_timeout,
                        traits & NGX_HTTP_SESSION_KNOWS_BEGIN
                        ? NGX_HTTP_SESSION_ABSOLUTE_TIMEOUT : 0);

    if (manager->absolute_timeout == 0
        || manager->idle_timeout <= manager->absolute_timeout)
    {
        return NGX_CONF_OK;
    }

    /* one of them may be a default: idle_timeout's place comes first */

    cf = ngx_session_at_directive(cf, manager->places, "absolute_timeout");
    cf = ngx_session_at_directive(cf, manager->places, "idle_timeout");

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"idle_timeout\" of %T s%s in session_manager "
                       "\"%V\" exceeds \"absolute_timeout\" of %T s%s",
                       manager->idle_timeout,
                       ngx_http_session_default_note(manager, "idle_timeout"),
                       &manager->name, manager->absolute_timeout,
                       ngx_http_session_default_note(manager,
                                                     "absolute_timeout"));

    return NGX_CONF_ERROR;
}


/* what session_level sets is no default */

static char *
ngx_http_session_default_note(ngx_http_session_manager_t *manager,
    char *directive)
{
    return manager->level == NGX_CONF_UNSET_UINT
           && ngx_session_find_place(manager->places, directive) == NULL
           ? " (the default)" : "";
}


/* directives beside session_level may only shorten its times */

static char *
ngx_http_session_init_level(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char                      *rv;
    time_t                     idle;
    ngx_http_session_level_t  *preset;

    preset = &ngx_http_session_presets[manager->level];

    rv = ngx_http_session_tighten(cf, manager, "absolute_timeout",
                                  &manager->absolute_timeout,
                                  preset->absolute);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (preset->idle == 0 && manager->idle_timeout != NGX_CONF_UNSET) {

        /* absolute_timeout limits it, too */

        return NGX_CONF_OK;
    }

    idle = preset->idle != 0 ? preset->idle : NGX_HTTP_SESSION_IDLE_TIMEOUT;

    if (manager->idle_timeout == NGX_CONF_UNSET) {
        idle = ngx_min(idle, manager->absolute_timeout);
    }

    return ngx_http_session_tighten(cf, manager, "idle_timeout",
                                    &manager->idle_timeout, idle);
}


static char *
ngx_http_session_tighten(ngx_conf_t *cf, ngx_http_session_manager_t *manager,
    char *directive, time_t *field, time_t limit)
{
    if (*field == NGX_CONF_UNSET) {
        *field = limit;
        return NGX_CONF_OK;
    }

    if (*field <= limit) {
        return NGX_CONF_OK;
    }

    cf = ngx_session_at_directive(cf, manager->places, directive);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%s\" of %T s in session_manager \"%V\" exceeds "
                       "the %T s of \"session_level %V\"",
                       directive, *field, &manager->name, limit,
                       &ngx_http_session_levels[manager->level].name);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_location_no_touch(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    ngx_str_t                  *value;
    ngx_http_session_limits_t  *limits;

    value = cf->args->elts;
    limits = &slcf->limits;

    if (limits->no_touch != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    if (ngx_http_session_is_off(cf)) {
        limits->no_touch = 0;
        return ngx_http_session_off_alone(cf);
    }

    if (ngx_strcmp(value[1].data, "on") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"session_no_touch\": "
                           "\"on\" or \"off\" is expected", &value[1]);
        return NGX_CONF_ERROR;
    }

    limits->no_touch = 1;

    return cf->args->nelts == 2 ? NGX_CONF_OK
           : ngx_http_session_condition(cf, &value[2], &limits->no_touch_if);
}


char *
ngx_http_session_location_fresh(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                       *rv;
    ngx_str_t                  *value;
    ngx_http_session_limits_t  *limits;

    limits = &slcf->limits;

    if (ngx_http_session_is_off(cf) && limits->fresh == NGX_CONF_UNSET) {
        limits->fresh = 0;
        return ngx_http_session_off_alone(cf);
    }

    rv = ngx_session_conf_time(cf, cmd, conf);

    if (rv != NGX_CONF_OK || cf->args->nelts == 2) {
        return rv;
    }

    value = cf->args->elts;

    return ngx_http_session_error_status(cf, &value[2],
                                         &limits->fresh_status);
}


char *
ngx_http_session_location_recheck(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    if (ngx_http_session_is_off(cf)
        && slcf->limits.recheck == NGX_CONF_UNSET_MSEC)
    {
        slcf->limits.recheck = 0;
        return NGX_CONF_OK;
    }

    return ngx_session_conf_time(cf, cmd, conf);
}


void
ngx_http_session_unset_limits(ngx_http_session_limits_t *limits)
{
    limits->no_touch = NGX_CONF_UNSET;
    limits->no_touch_if = NULL;
    limits->fresh = NGX_CONF_UNSET;
    limits->fresh_status = NGX_HTTP_UNAUTHORIZED;
    limits->recheck = NGX_CONF_UNSET_MSEC;
}


void
ngx_http_session_merge_limits(ngx_http_session_limits_t *conf,
    ngx_http_session_limits_t *prev)
{
    if (conf->no_touch == NGX_CONF_UNSET) {
        conf->no_touch_if = prev->no_touch_if;
    }

    if (conf->fresh == NGX_CONF_UNSET) {
        conf->fresh_status = prev->fresh_status;
    }

    ngx_conf_merge_value(conf->no_touch, prev->no_touch, 0);
    ngx_conf_merge_value(conf->fresh, prev->fresh, 0);
    ngx_conf_merge_msec_value(conf->recheck, prev->recheck, 0);
}


char *
ngx_http_session_check_limits(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf)
{
    if (slcf->limits.fresh == 0 || slcf->manager == NULL
        || slcf->manager->profile == NULL
        || (slcf->manager->profile->traits & NGX_HTTP_SESSION_KNOWS_LOGIN))
    {
        return NGX_CONF_OK;
    }

    cf = ngx_session_at_directive(cf, slcf->places, "session_fresh");

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"session_fresh\" with session_manager \"%V\": "
                       "profile \"%V\" does not know the time of a login",
                       &slcf->manager->name, &slcf->manager->profile->name);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_limits_used(ngx_http_session_limits_t *limits)
{
    return limits->fresh > 0 ? "session_fresh"
           : limits->no_touch == 1 ? "session_no_touch"
           : limits->recheck != NGX_CONF_UNSET_MSEC
             && limits->recheck != 0 ? "session_recheck"
           : NULL;
}
