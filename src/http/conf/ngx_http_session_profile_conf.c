/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter of profile, and the directives that a profile admits: its own
 * ones, which its table has, and the manager's, some of which need a trait.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_profile.h"
#include "ngx_http_session_profile_conf.h"
#include "ngx_http_session_words.h"


/* a directive of the manager that only profiles with a trait admit */
typedef struct {
    ngx_str_t                     name;
    ngx_uint_t                    trait;
    size_t                        offset;       /* of a word in the manager */
    ngx_uint_t                    unset;        /* without the directive */
} ngx_http_session_admitted_t;


static char *ngx_http_session_admit(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_admit_own(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager);
static char *ngx_http_session_not_admitted(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_str_t *directive);
static void *ngx_http_session_make_own(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_uint_t n);


static ngx_http_session_admitted_t  ngx_http_session_admitted[] = {

    { ngx_string("session_level"), NGX_HTTP_SESSION_KNOWS_BEGIN,
      offsetof(ngx_http_session_manager_t, level), NGX_CONF_UNSET_UINT },

    { ngx_string("absolute_timeout"), NGX_HTTP_SESSION_KNOWS_BEGIN,
      offsetof(ngx_http_session_manager_t, absolute_timeout),
      NGX_CONF_UNSET_UINT },

    { ngx_string("anonymous_timeout"), NGX_HTTP_SESSION_KNOWS_LOGIN,
      offsetof(ngx_http_session_manager_t, anonymous_timeout),
      NGX_CONF_UNSET_UINT },

    { ngx_string("subject"), NGX_HTTP_SESSION_KNOWS_SUBJECT,
      offsetof(ngx_http_session_manager_t, subject)
      + offsetof(ngx_str_t, len), 0 },

    { ngx_string("max_sessions"), NGX_HTTP_SESSION_KNOWS_SUBJECT,
      offsetof(ngx_http_session_manager_t, max_sessions),
      NGX_CONF_UNSET_UINT },

    { ngx_string("regenerate_grace"), NGX_HTTP_SESSION_SHOWS_OLD,
      offsetof(ngx_http_session_manager_t, regenerate_grace),
      NGX_CONF_UNSET_UINT },

    { ngx_null_string, 0, 0, 0 }
};


char *
ngx_http_session_manager_profile(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    u_char                            *last;
    ngx_str_t                         *value;
    ngx_uint_t                         i;
    const ngx_http_session_profile_t  *profile;
    u_char                             expected[NGX_MAX_CONF_ERRSTR];

    value = cf->args->elts;

    if (manager->profile != NULL) {
        return "is duplicate";
    }

    last = expected;

    for (i = 0; ngx_http_session_profiles[i] != NULL; i++) {
        profile = ngx_http_session_profiles[i];

        if (ngx_http_session_equal(&profile->name, &value[1])) {
            manager->profile = profile;
            return NGX_CONF_OK;
        }

        last = ngx_slprintf(last, expected + sizeof(expected) - 1, "%s\"%V\"",
                            i == 0 ? ""
                            : ngx_http_session_profiles[i + 1] != NULL ? ", "
                                                                 : " or ",
                            &profile->name);
    }

    *last = '\0';

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"profile\": %s is expected",
                       &value[1], expected);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_manager_own(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    char           *rv;
    void           *own;
    ngx_str_t      *value;
    ngx_uint_t      i;
    ngx_command_t  *command;

    value = cf->args->elts;

    for (i = 0; ngx_http_session_profiles[i] != NULL; i++) {

        command = ngx_http_session_find_row(
                      ngx_http_session_profiles[i]->commands, &value[0]);
        if (command == NULL) {
            continue;
        }

        own = ngx_http_session_make_own(cf, manager, i);
        if (own == NULL) {
            return NGX_CONF_ERROR;
        }

        rv = command->set(cf, command, own);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


/* makes the configuration of the nth profile when it is first needed */

static void *
ngx_http_session_make_own(ngx_conf_t *cf, ngx_http_session_manager_t *manager,
    ngx_uint_t n)
{
    void        **owns;
    ngx_uint_t    i;

    owns = manager->owns;

    if (owns == NULL) {

        for (i = 0; ngx_http_session_profiles[i] != NULL; i++) { /* void */ }

        owns = ngx_pcalloc(cf->pool, i * sizeof(void *));
        if (owns == NULL) {
            return NULL;
        }

        manager->owns = owns;
    }

    if (owns[n] == NULL) {
        owns[n] = ngx_http_session_profiles[n]->create(cf);
    }

    return owns[n];
}


char *
ngx_http_session_choose_profile(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    char        *rv;
    ngx_uint_t   i;

    if (manager->profile == NULL) {
        manager->profile = ngx_http_session_profiles[0];
    }

    manager->codec = manager->profile->codec;

    rv = ngx_http_session_admit(cf, manager);

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_session_admit_own(cf, manager);
    }

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    for (i = 0; ngx_http_session_profiles[i] != manager->profile; i++) {
        /* void */
    }

    manager->own = ngx_http_session_make_own(cf, manager, i);

    return manager->own != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_session_admit(ngx_conf_t *cf, ngx_http_session_manager_t *manager)
{
    u_char                       *p;
    ngx_http_session_admitted_t  *row;

    for (row = ngx_http_session_admitted; row->name.len != 0; row++) {
        p = (u_char *) manager + row->offset;

        if (*(ngx_uint_t *) p != row->unset
            && !(manager->profile->traits & row->trait))
        {
            return ngx_http_session_not_admitted(cf, manager, &row->name);
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_admit_own(ngx_conf_t *cf, ngx_http_session_manager_t *manager)
{
    ngx_uint_t                         i;
    ngx_command_t                     *command;
    ngx_session_place_t               *place;
    const ngx_http_session_profile_t  *profile;

    for (i = 0; ngx_http_session_profiles[i] != NULL; i++) {
        profile = ngx_http_session_profiles[i];

        for (command = profile->commands; command->name.len != 0; command++) {

            place = ngx_session_find_place(manager->places,
                                           (char *) command->name.data);

            if (place != NULL
                && ngx_http_session_find_row(manager->profile->commands,
                                             &command->name)
                   == NULL)
            {
                return ngx_http_session_not_admitted(cf, manager,
                                                     &command->name);
            }
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_not_admitted(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_str_t *directive)
{
    u_char         *p, *last;
    ngx_command_t  *command;
    u_char          known[NGX_MAX_CONF_ERRSTR];

    p = known;
    last = known + sizeof(known);

    for (command = manager->profile->commands;
         command->name.len != 0;
         command++)
    {
        p = ngx_slprintf(p, last, "%s\"%V\"", p == known ? "" : ", ",
                         &command->name);
    }

    cf = ngx_session_at_directive(cf, manager->places,
                                  (char *) directive->data);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" in session_manager \"%V\" is not for profile "
                       "\"%V\": another \"profile\" is expected, or of its "
                       "own directives: %*s",
                       directive, &manager->name, &manager->profile->name,
                       (size_t) (p - known), known);

    return NGX_CONF_ERROR;
}
