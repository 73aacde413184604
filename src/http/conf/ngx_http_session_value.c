/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Values and conditions of directives, which are evaluated with each request.
 */


#include "ngx_http_session_main.h"
#include "ngx_http_session_text.h"
#include "ngx_http_session_value.h"


static ngx_int_t ngx_http_session_add_decider(ngx_conf_t *cf,
    ngx_http_complex_value_t *cv);


char *
ngx_http_session_compile(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *cv)
{
    ngx_http_compile_complex_value_t  ccv;

    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = text;
    ccv.complex_value = cv;

    return ngx_http_compile_complex_value(&ccv) == NGX_OK
           && ngx_http_session_add_decider(cf, cv) == NGX_OK ? NGX_CONF_OK
                                                             : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_session_add_decider(ngx_conf_t *cf, ngx_http_complex_value_t *cv)
{
    ngx_http_session_decider_t    *decider;
    ngx_http_session_main_conf_t  *smcf;

    if (cv->flushes == NULL) {
        return NGX_OK;
    }

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);

    decider = ngx_array_push(&smcf->deciders);
    if (decider == NULL) {
        return NGX_ERROR;
    }

    decider->variables = cv->flushes;
    decider->place = ngx_session_here(cf);

    return NGX_OK;
}


char *
ngx_http_session_compile_condition(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *cv)
{
    char       *rv, *wrong;
    ngx_str_t  *value;

    value = cf->args->elts;
    wrong = NULL;

    /* names of variables do not have these characters */

    if (ngx_strlchr(text->data, text->data + text->len, '=') != NULL
        || ngx_strlchr(text->data, text->data + text->len, '~') != NULL)
    {
        wrong = "compares nothing, since it is one word";

    } else if (ngx_http_script_variables_count(text) == 0) {
        wrong = "has no variable, so that it never changes";
    }

    if (wrong == NULL) {
        rv = ngx_http_session_compile(cf, text, cv);

        return rv == NGX_CONF_OK ? ngx_http_session_check_true(cf, text) : rv;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" in \"%V\" %s: a variable is expected, such as "
                       "\"$session_user\" or that of a \"map\"",
                       text, &value[0], wrong);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_condition(ngx_conf_t *cf, ngx_str_t *word,
    ngx_http_complex_value_t **condition)
{
    ngx_str_t  *value, text;

    if (ngx_strncmp(word->data, "if=", 3) != 0 || word->len == 3) {
        value = cf->args->elts;

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter \"%V\" in \"%V\": "
                           "\"if=\" and a condition is expected",
                           word, &value[0]);
        return NGX_CONF_ERROR;
    }

    text.len = word->len - 3;
    text.data = word->data + 3;

    *condition = ngx_palloc(cf->pool, sizeof(ngx_http_complex_value_t));
    if (*condition == NULL) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_session_compile_condition(cf, &text, *condition);
}


ngx_int_t
ngx_http_session_init_deciders(ngx_conf_t *cf,
    ngx_http_session_main_conf_t *smcf)
{
    if (ngx_array_init(&smcf->deciders, cf->pool, 4,
                       sizeof(ngx_http_session_decider_t))
        != NGX_OK
        || ngx_array_init(&smcf->derivers, cf->pool, 4,
                          sizeof(ngx_http_get_variable_pt))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_array_init(&smcf->derived, cf->pool, 4, sizeof(ngx_uint_t))
           == NGX_OK
           && ngx_array_init(&smcf->given, cf->pool, 4, sizeof(ngx_str_t))
              == NGX_OK ? NGX_OK : NGX_ERROR;
}
