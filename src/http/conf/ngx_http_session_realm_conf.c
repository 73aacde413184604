/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter of session_realm.
 */


#include "ngx_http_session_location.h"
#include "ngx_http_session_realm_conf.h"
#include "ngx_http_session_words.h"


/* bytes; a client's limit for a header line is larger */
#define NGX_HTTP_SESSION_REALM_MAX  200


static ngx_str_t  ngx_http_session_no_realm = ngx_string("");


char *
ngx_http_session_location_realm(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    u_char      ch;
    size_t      i;
    ngx_str_t  *value;

    if (slcf->realm != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_http_session_is_off(cf)) {
        slcf->realm = &ngx_http_session_no_realm;
        return NGX_CONF_OK;
    }

    value = cf->args->elts;

    for (i = 0; i < value[1].len; i++) {
        ch = value[1].data[i];

        if (ch < 0x20 || ch > 0x7e || ch == '"' || ch == '\\' || ch == '$') {
            break;
        }
    }

    if (i != value[1].len || i == 0 || i > NGX_HTTP_SESSION_REALM_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid realm \"%V\" in \"session_realm\": \"off\" "
                           "or 1 to %d characters of ASCII, but no quotes, "
                           "\"\\\" and variables, are expected",
                           &value[1], NGX_HTTP_SESSION_REALM_MAX);
        return NGX_CONF_ERROR;
    }

    slcf->realm = ngx_palloc(cf->pool, sizeof(ngx_str_t));
    if (slcf->realm == NULL) {
        return NGX_CONF_ERROR;
    }

    *slcf->realm = value[1];

    return NGX_CONF_OK;
}
