/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter of subject, and the keys that hash subjects.
 */


#include "ngx_http_session_manager.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_subject_conf.h"
#include "ngx_http_session_words.h"

#include "nsess.h"


static const nsess_str_t  ngx_http_session_subject_purpose =
    nsess_string("session subject");


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

    return ngx_http_session_check_key(cf, &value[1]);
}


char *
ngx_http_session_init_subject(ngx_conf_t *cf,
    ngx_http_session_manager_t *manager)
{
    if (manager->max_sessions != NGX_CONF_UNSET_UINT
        && manager->subject.len == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"max_sessions\" in session_manager \"%V\" "
                           "without \"subject\"", &manager->name);
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_uint_value(manager->max_sessions, 0);

    return ngx_http_session_init_keyring(cf, manager,
                                         &manager->subject_keyring,
                                         ngx_http_session_subject_purpose);
}
