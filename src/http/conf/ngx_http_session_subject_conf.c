/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter of subject, and the keys that hash subjects.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_names.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_subject_conf.h"
#include "ngx_http_session_words.h"

#include "nsess.h"


static char *ngx_http_session_subject_lost(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_str_t *word);


static const nsess_str_t  ngx_http_session_subject_purpose =
    nsess_string("session subject");


static ngx_conf_enum_t  ngx_http_session_losts[] = {
    { ngx_string("lost=error"), NGX_HTTP_SESSION_LOST_ERROR },
    { ngx_string("lost=login"), NGX_HTTP_SESSION_LOST_LOGIN },
    { ngx_null_string, 0 }
};


char *
ngx_http_session_manager_subject(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_manager_t *manager = conf;

    ngx_str_t  *value;

    if (manager->subject.len != 0) {
        return "is duplicate";
    }

    value = cf->args->elts;
    manager->subject = value[1];

    if (cf->args->nelts > 2
        && ngx_http_session_subject_lost(cf, manager, &value[2])
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (ngx_strlchr(value[1].data, value[1].data + value[1].len, '.')
        != NULL)
    {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "key \"%V\" in \"subject\" is one key with a "
                           "\".\" in its name, and no path: a key of the "
                           "record itself is expected", &value[1]);
    }

    if (ngx_http_session_note_key(cf, &value[1]) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_session_check_key(cf, &value[1]);
}


static char *
ngx_http_session_subject_lost(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager, ngx_str_t *word)
{
    ngx_conf_enum_t  *lost;

    lost = ngx_http_session_find_word(ngx_http_session_losts, word);

    if (lost != NULL) {
        manager->lost = lost->value;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"subject\": "
                       "\"lost=error\" or \"lost=login\" is expected", word);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_init_subject(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    if (manager->max_sessions != NGX_CONF_UNSET_UINT
        && manager->subject.len == 0)
    {
        cf = ngx_session_at_directive(cf, manager->places, "max_sessions");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"max_sessions\" in session_manager \"%V\" "
                           "without \"subject\": \"subject KEY\" is expected, "
                           "the key that holds whose session it is",
                           &manager->name);
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_uint_value(manager->max_sessions, 0);

    return ngx_http_session_init_keyring(cf, manager,
                                         &manager->subject_keyring,
                                         ngx_http_session_subject_purpose);
}
