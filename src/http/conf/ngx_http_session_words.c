/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Setters of values, whose messages name the directive, the word and what was
 * expected; nginx's own setters name only some of these.
 */


#include "ngx_http_session_words.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"
#include "nsess_mc_proto.h"


static char *ngx_http_session_conf_refuse(ngx_conf_t *cf, ngx_str_t *value,
    char *expected);


char *
ngx_http_session_conf_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_int_t                  time;
    ngx_str_t                 *value;
    ngx_uint_t                 set;
    ngx_http_session_range_t  *range;

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
        return ngx_http_session_conf_refuse(cf, value, range->expected);
    }

    if (range->msec) {
        *(ngx_msec_t *) (p + cmd->offset) = time;

    } else {
        *(time_t *) (p + cmd->offset) = time;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_session_conf_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    size_t                    *field;
    ssize_t                    size;
    ngx_str_t                 *value;
    ngx_http_session_range_t  *range;

    field = (size_t *) (p + cmd->offset);
    range = cmd->post;
    value = cf->args->elts;

    if (*field != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    size = ngx_parse_size(&value[1]);

    if (size < range->min || size > range->max) {
        return ngx_http_session_conf_refuse(cf, value, range->expected);
    }

    *field = size;

    return NGX_CONF_OK;
}


char *
ngx_http_session_conf_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_int_t                  number;
    ngx_str_t                 *value;
    ngx_uint_t                *field;
    ngx_http_session_range_t  *range;

    field = (ngx_uint_t *) (p + cmd->offset);
    range = cmd->post;
    value = cf->args->elts;

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    number = ngx_atoi(value[1].data, value[1].len);

    if (number < range->min || number > range->max) {
        return ngx_http_session_conf_refuse(cf, value, range->expected);
    }

    *field = number;

    return NGX_CONF_OK;
}


char *
ngx_http_session_conf_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
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

    return ngx_http_session_conf_refuse(cf, value, (char *) expected);
}


static char *
ngx_http_session_conf_refuse(ngx_conf_t *cf, ngx_str_t *value, char *expected)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\": %s is expected",
                       &value[1], &value[0], expected);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_error_status(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *status)
{
    ngx_int_t   n;
    ngx_str_t  *value;

    n = NGX_ERROR;

    if (ngx_strncmp(word->data, "error=", 6) == 0) {
        n = ngx_atoi(word->data + 6, word->len - 6);
    }

    if (n < 400 || n > 599
        || n == NGX_HTTP_CLIENT_CLOSED_REQUEST
        || n == NGX_HTTP_CLOSE)
    {
        value = cf->args->elts;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\": \"error=\" "
                           "and a status from 400 to 599, but 444 and 499, "
                           "is expected",
                           word, &value[0]);
        return NGX_CONF_ERROR;
    }

    *status = n;

    return NGX_CONF_OK;
}


char *
ngx_http_session_check_key(ngx_conf_t *cf, ngx_str_t *key)
{
    ngx_str_t       *value;
    nsess_err_t      err;
    nsess_change_t   change;
    nsess_record_t   record;
    nsess_writer_t   w;

    ngx_memzero(&change, sizeof(nsess_change_t));
    ngx_memzero(&record, sizeof(nsess_record_t));

    change.op = NSESS_CHANGE_SET;
    change.key = ngx_http_session_str(key);

    nsess_writer_init(&w, NULL, NSESS_MC_LINE_MAX);

    if (key->len == 0
        || nsess_json.apply(&record, &change, &w, &err) != NSESS_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid key \"%V\": UTF-8 text of 1 to some "
                           "%d bytes is expected",
                           key, NSESS_MC_LINE_MAX);
        return NGX_CONF_ERROR;
    }

    if (key->data[0] == '$' || key->data[0] == '='
        || (key->len == 1 && key->data[0] == '*'))
    {
        value = cf->args->elts;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid key \"%V\" in \"%V\": the name of one key "
                           "is expected, such as \"user\" for $session_user",
                           key, &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_http_session_push(ngx_conf_t *cf, ngx_array_t **list, size_t size,
    void *element)
{
    void  *p;

    if (*list == NGX_CONF_UNSET_PTR) {
        *list = ngx_array_create(cf->pool, 2, size);
        if (*list == NULL) {
            return NGX_ERROR;
        }
    }

    p = ngx_array_push(*list);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, element, size);

    return NGX_OK;
}
