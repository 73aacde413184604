/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Checks of words that several directives have.
 */


#include "ngx_http_session_words.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_change.h"
#include "nsess_codec.h"


/* bytes of a key as JSON, with its quotes and an empty value */
#define NGX_HTTP_SESSION_KEY_TEXT_MAX  2048


ngx_uint_t
ngx_http_session_is_off(ngx_conf_t *cf)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    return ngx_strcmp(value[1].data, "off") == 0;
}


char *
ngx_http_session_off_alone(ngx_conf_t *cf)
{
    ngx_str_t  *value;

    if (cf->args->nelts == 2) {
        return NGX_CONF_OK;
    }

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"%V\": nothing is "
                       "expected after \"off\"", &value[2], &value[0]);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_twice(ngx_conf_t *cf, ngx_str_t *word)
{
    ngx_str_t  *value;

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "duplicate parameter \"%V\" in \"%V\": it is expected "
                       "once", word, &value[0]);

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

    nsess_writer_init(&w, NULL, NGX_HTTP_SESSION_KEY_TEXT_MAX);

    value = cf->args->elts;

    if (key->len == 0
        || nsess_json.apply(&record, &change, &w, &err) != NSESS_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid key \"%V\" in \"%V\": UTF-8 text of 1 "
                           "to some %d bytes is expected",
                           key, &value[0], NGX_HTTP_SESSION_KEY_TEXT_MAX);
        return NGX_CONF_ERROR;
    }

    if (key->data[0] == '$' || key->data[0] == '='
        || (key->len == 1 && key->data[0] == '*'))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid key \"%V\" in \"%V\": the name of one key "
                           "is expected, such as \"user\" for $session_user",
                           key, &value[0]);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


char *
ngx_http_session_listed_key(ngx_conf_t *cf, ngx_str_t *key)
{
    ngx_str_t  *value;

    if (key->len != 0) {
        return ngx_http_session_check_key(cf, key);
    }

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "empty key in \"keys=\" of \"%V\": names are expected, "
                       "with a \",\" and no blank between them", &value[0]);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_plain_word(ngx_conf_t *cf, ngx_str_t *word)
{
    u_char     *p, *last;
    ngx_str_t  *value;

    last = word->data + word->len;

    for (p = word->data; p + 1 < last; p++) {

        if (p[0] == '$'
            && (((p[1] | 0x20) >= 'a' && (p[1] | 0x20) <= 'z')
                || p[1] == '_' || p[1] == '{'))
        {
            value = cf->args->elts;

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" in \"%V\" has a variable, which is "
                               "not evaluated here: a text without \"$\" is "
                               "expected", word, &value[0]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


ngx_conf_enum_t *
ngx_http_session_find_word(ngx_conf_enum_t *e, ngx_str_t *word)
{
    while (e->name.len != 0) {

        if (ngx_strcmp(word->data, e->name.data) == 0) {
            return e;
        }

        e++;
    }

    return NULL;
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


ngx_command_t *
ngx_http_session_find_row(ngx_command_t *commands, const ngx_str_t *name)
{
    ngx_command_t  *cmd;

    for (cmd = commands; cmd != NULL && cmd->name.len != 0; cmd++) {

        if (ngx_http_session_equal(&cmd->name, name)) {
            return cmd;
        }
    }

    return NULL;
}


ngx_command_t *
ngx_http_session_find_command(ngx_conf_t *cf, ngx_str_t *name, void **conf)
{
    void           **confs;
    ngx_uint_t       i;
    ngx_module_t   **modules;
    ngx_command_t   *cmd;

    modules = cf->cycle->modules;

    for (i = 0; modules[i] != NULL; i++) {

        if (modules[i]->type != NGX_HTTP_MODULE) {
            continue;
        }

        cmd = ngx_http_session_find_row(modules[i]->commands, name);

        if (cmd != NULL) {
            confs = *(void **) ((char *) cf->ctx + cmd->conf);
            *conf = confs != NULL ? confs[modules[i]->ctx_index] : NULL;

            return cmd;
        }
    }

    return NULL;
}
