/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Setters of values that are refused with the directive, the word and what
 * was expected; nginx's stock setters name only some of these.
 */


#include "ngx_session_conf.h"


static char *ngx_session_conf_refuse(ngx_conf_t *cf, ngx_str_t *value,
    char *expected);


char *
ngx_session_conf_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_int_t             time;
    ngx_str_t            *value;
    ngx_uint_t            set;
    ngx_session_range_t  *range;

    range = cmd->post;
    value = cf->args->elts;

    set = range->msec
          ? *(ngx_msec_t *) (p + cmd->offset) != NGX_CONF_UNSET_MSEC
          : *(time_t *) (p + cmd->offset) != NGX_CONF_UNSET;

    if (set) {
        return "is duplicate";
    }

    time = ngx_parse_time(&value[1], !range->msec);

    if (time < range->min || time > range->max) {
        return ngx_session_conf_refuse(cf, value, range->expected);
    }

    if (range->msec) {
        *(ngx_msec_t *) (p + cmd->offset) = time;

    } else {
        *(time_t *) (p + cmd->offset) = time;
    }

    return NGX_CONF_OK;
}


char *
ngx_session_conf_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    size_t               *field;
    ssize_t               size;
    ngx_str_t            *value;
    ngx_session_range_t  *range;

    field = (size_t *) (p + cmd->offset);
    range = cmd->post;
    value = cf->args->elts;

    if (*field != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    size = ngx_parse_size(&value[1]);

    if (size < range->min || size > range->max) {
        return ngx_session_conf_refuse(cf, value, range->expected);
    }

    *field = size;

    return NGX_CONF_OK;
}


char *
ngx_session_conf_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_int_t             number;
    ngx_str_t            *value;
    ngx_uint_t           *field;
    ngx_session_range_t  *range;

    field = (ngx_uint_t *) (p + cmd->offset);
    range = cmd->post;
    value = cf->args->elts;

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    number = ngx_atoi(value[1].data, value[1].len);

    if (number < range->min || number > range->max) {
        return ngx_session_conf_refuse(cf, value, range->expected);
    }

    *field = number;

    return NGX_CONF_OK;
}


char *
ngx_session_conf_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    u_char           *last;
    ngx_str_t        *value;
    ngx_uint_t       *field, i;
    ngx_conf_enum_t  *e;
    u_char            expected[NGX_MAX_CONF_ERRSTR];

    field = (ngx_uint_t *) (p + cmd->offset);
    value = cf->args->elts;
    e = cmd->post;

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    last = expected;

    for (i = 0; e[i].name.len != 0; i++) {

        if (e[i].name.len == value[1].len
            && ngx_strncmp(e[i].name.data, value[1].data, value[1].len) == 0)
        {
            *field = e[i].value;
            return NGX_CONF_OK;
        }

        last = ngx_slprintf(last, expected + sizeof(expected) - 1, "%s\"%V\"",
                            i == 0 ? "" : e[i + 1].name.len ? ", " : " or ",
                            &e[i].name);
    }

    *last = '\0';

    return ngx_session_conf_refuse(cf, value, (char *) expected);
}


static char *
ngx_session_conf_refuse(ngx_conf_t *cf, ngx_str_t *value, char *expected)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\": %s is expected",
                       &value[1], &value[0], expected);

    return NGX_CONF_ERROR;
}
