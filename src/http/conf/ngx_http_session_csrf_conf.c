/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter of session_csrf, and the keys of a manager's tokens.
 */


#include "ngx_http_session_csrf_conf.h"
#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_secret.h"
#include "ngx_http_session_words.h"

#include "nsess.h"
#include "nsess_keyring.h"
#include "nsess_str.h"


static char *ngx_http_session_csrf_on(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);
static char *ngx_http_session_csrf_parameter(ngx_conf_t *cf,
    ngx_http_session_csrf_t *csrf, ngx_str_t *word);
static char *ngx_http_session_csrf_check_field(ngx_conf_t *cf,
    ngx_str_t *field);


static const nsess_str_t  ngx_http_session_csrf_purpose =
    nsess_string("csrf token");

static ngx_str_t  ngx_http_session_csrf_header = ngx_string("X-CSRF-Token");
static ngx_str_t  ngx_http_session_csrf_name = ngx_string("csrf_token");


char *
ngx_http_session_location_csrf(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    ngx_str_t  *value;

    if (slcf->csrf != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "on") == 0) {
        return ngx_http_session_csrf_on(cf, slcf);
    }

    if (!ngx_http_session_is_off(cf)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"session_csrf\": "
                           "\"on\" or \"off\" is expected", &value[1]);
        return NGX_CONF_ERROR;
    }

    slcf->csrf = NULL;

    return ngx_http_session_off_alone(cf);
}


static char *
ngx_http_session_csrf_on(ngx_conf_t *cf, ngx_http_session_loc_conf_t *slcf)
{
    char                     *rv;
    ngx_str_t                *value;
    ngx_uint_t                i;
    ngx_http_session_csrf_t  *csrf;

    csrf = ngx_pcalloc(cf->pool, sizeof(ngx_http_session_csrf_t));
    if (csrf == NULL) {
        return NGX_CONF_ERROR;
    }

    csrf->status = NGX_CONF_UNSET_UINT;

    value = cf->args->elts;

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_session_csrf_parameter(cf, csrf, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (csrf->header.name.data == NULL) {
        csrf->header.name = ngx_http_session_csrf_header;
    }

    if (csrf->field.data == NULL) {
        csrf->field = ngx_http_session_csrf_name;
    }

    ngx_conf_init_uint_value(csrf->status, NGX_HTTP_FORBIDDEN);

    slcf->csrf = csrf;

    return ngx_http_session_check_header(cf, &csrf->header);
}


static char *
ngx_http_session_csrf_parameter(ngx_conf_t *cf, ngx_http_session_csrf_t *csrf,
    ngx_str_t *word)
{
    size_t      skip;
    ngx_str_t  *text;

    if (ngx_strncmp(word->data, "error=", 6) == 0) {

        if (csrf->status != NGX_CONF_UNSET_UINT) {
            return ngx_http_session_twice(cf, word);
        }

        return ngx_http_session_error_status(cf, word, &csrf->status);
    }

    if (ngx_strncmp(word->data, "header=", 7) == 0) {
        text = &csrf->header.name;
        skip = 7;

    } else if (ngx_strncmp(word->data, "field=", 6) == 0) {
        text = &csrf->field;
        skip = 6;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter \"%V\" in \"session_csrf\": "
                           "\"header=\" or \"field=\" and a name, or "
                           "\"error=\" and a status is expected", word);
        return NGX_CONF_ERROR;
    }

    if (text->data != NULL) {
        return ngx_http_session_twice(cf, word);
    }

    text->data = word->data + skip;
    text->len = word->len - skip;

    return text == &csrf->field ? ngx_http_session_csrf_check_field(cf, text)
                                : NGX_CONF_OK;
}


/* field names of these characters are sent by all browsers unencoded */

static char *
ngx_http_session_csrf_check_field(ngx_conf_t *cf, ngx_str_t *field)
{
    u_char  ch;
    size_t  i;

    for (i = 0; i < field->len; i++) {
        ch = field->data[i];

        if (!nsess_is_alnum(ch) && ch != '_' && ch != '-' && ch != '.'
            && ch != '[' && ch != ']')
        {
            break;
        }
    }

    if (i == field->len && i != 0) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid field \"%V\" in \"session_csrf\": letters, "
                       "digits, \"_\", \"-\", \".\", \"[\" and \"]\" are "
                       "expected", field);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_init_csrf(ngx_conf_t *cf, ngx_http_session_manager_t *manager)
{
    return ngx_http_session_init_keyring(cf, manager, &manager->csrf_keyring,
                                         ngx_http_session_csrf_purpose);
}


char *
ngx_http_session_check_csrf_conf(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf)
{
    if (slcf->csrf != NULL && slcf->manager != NULL && slcf->manager->defined
        && slcf->manager->csrf_keyring.nkeys == 0)
    {
        cf = ngx_session_at_directive(cf, slcf->places, "session_csrf");

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"secret_file\" in session_manager \"%V\", "
                           "which \"session_csrf\" needs",
                           &slcf->manager->name);
        return NGX_CONF_ERROR;
    }

    return ngx_http_session_check_csrf_header(cf, slcf);
}
