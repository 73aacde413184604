/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Setters of a location's directives: which session, what is required of
 * it, what changes it.
 */


#include "ngx_http_session_module.h"


static char *ngx_http_session_parameter(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf, ngx_str_t *word);
static char *ngx_http_session_action_word(ngx_conf_t *cf,
    ngx_http_session_action_t *action, ngx_str_t *word);


static ngx_conf_enum_t  ngx_http_session_needs[] = {
    { ngx_string("require"), 1 },
    { ngx_string("optional"), 0 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_session_phases[] = {
    { ngx_string("phase=access"), NGX_HTTP_SESSION_ACCESS },
    { ngx_string("phase=preaccess"), NGX_HTTP_SESSION_PREACCESS },
    { ngx_string("phase=rewrite"), NGX_HTTP_SESSION_REWRITE },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_session_action_words[] = {
    { ngx_string("always"), NGX_HTTP_SESSION_ALWAYS },
    { ngx_string("login"), NGX_HTTP_SESSION_LOGIN },
    { ngx_string("clear"), NGX_HTTP_SESSION_CLEAR },
    { ngx_null_string, 0 }
};


char *
ngx_http_session_location_session(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char        *rv;
    ngx_str_t   *value;
    ngx_uint_t   i;

    if (slcf->manager != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {

        if (cf->args->nelts > 2) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown parameter \"%V\" in \"session\": "
                               "nothing is expected after \"off\"",
                               &value[2]);
            return NGX_CONF_ERROR;
        }

        slcf->off = 1;
        slcf->manager = NULL;
        slcf->require = 0;
        slcf->phase = NGX_HTTP_SESSION_ACCESS;

        return NGX_CONF_OK;
    }

    slcf->off = 0;

    slcf->manager = ngx_http_session_manager_get(cf, &value[1]);
    if (slcf->manager == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        rv = ngx_http_session_parameter(cf, slcf, &value[i]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    /* the phase is each directive's own, "require" is inherited */

    if (slcf->phase == NGX_CONF_UNSET_UINT) {
        slcf->phase = NGX_HTTP_SESSION_ACCESS;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_parameter(ngx_conf_t *cf, ngx_http_session_loc_conf_t *slcf,
    ngx_str_t *word)
{
    ngx_conf_enum_t  *e;

    for (e = ngx_http_session_needs; e->name.len != 0; e++) {

        if (ngx_strcmp(word->data, e->name.data) != 0) {
            continue;
        }

        if (slcf->require != NGX_CONF_UNSET) {
            goto duplicate;
        }

        slcf->require = e->value;
        return NGX_CONF_OK;
    }

    for (e = ngx_http_session_phases; e->name.len != 0; e++) {

        if (ngx_strcmp(word->data, e->name.data) != 0) {
            continue;
        }

        if (slcf->phase != NGX_CONF_UNSET_UINT) {
            goto duplicate;
        }

        slcf->phase = e->value;
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown parameter \"%V\" in \"session\": "
                       "\"require\", \"optional\", \"phase=access\", "
                       "\"phase=preaccess\" or \"phase=rewrite\" is expected",
                       word);

    return NGX_CONF_ERROR;

duplicate:

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "duplicate parameter \"%V\" in \"session\": one of its "
                       "kind is expected", word);

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
ngx_http_session_location_action(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                       *rv;
    ngx_str_t                  *value;
    ngx_uint_t                  n;
    ngx_http_session_action_t   action;

    value = cf->args->elts;
    n = 1;

    ngx_memzero(&action, sizeof(action));
    action.type = cmd->offset;

    if (action.type == NGX_HTTP_SESSION_SET
        || action.type == NGX_HTTP_SESSION_UNSET)
    {
        action.key = value[n++];

        rv = ngx_http_session_check_key(cf, &action.key);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    if (action.type == NGX_HTTP_SESSION_SET) {

        if (value[n].len != 0 && value[n].data[0] == '=') {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" in \"session_set\": KEY "
                               "and VALUE are expected, with blanks only "
                               "between them", &value[n]);
            return NGX_CONF_ERROR;
        }

        rv = ngx_http_session_compile(cf, &value[n++], &action.value);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    for ( /* void */ ; n < cf->args->nelts; n++) {
        rv = ngx_http_session_action_word(cf, &action, &value[n]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return ngx_http_session_push(cf, &slcf->actions, sizeof(action), &action)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_session_action_word(ngx_conf_t *cf,
    ngx_http_session_action_t *action, ngx_str_t *word)
{
    ngx_str_t        *value;
    ngx_uint_t        condition, regenerate;
    ngx_conf_enum_t  *e;

    value = cf->args->elts;

    condition = (ngx_strncmp(word->data, "if=", 3) == 0 && word->len > 3);
    regenerate = (action->type == NGX_HTTP_SESSION_REGENERATE);

    if (condition && action->condition == NULL) {
        return ngx_http_session_condition(cf, word, &action->condition);
    }

    for (e = ngx_http_session_action_words; e->name.len != 0; e++) {

        if (ngx_strcmp(word->data, e->name.data) == 0
            && (regenerate || e->value == NGX_HTTP_SESSION_ALWAYS))
        {
            break;
        }
    }

    if (condition || (action->words & e->value)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate parameter \"%V\" in \"%V\": it is "
                           "expected once", word, &value[0]);
        return NGX_CONF_ERROR;
    }

    if (e->name.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown parameter \"%V\" in \"%V\": %s\"always\", "
                           "or \"if=\" and a condition is expected",
                           word, &value[0],
                           regenerate ? "\"login\", \"clear\", " : "");
        return NGX_CONF_ERROR;
    }

    action->words |= e->value;

    return NGX_CONF_OK;
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


char *
ngx_http_session_compile_condition(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_complex_value_t *cv)
{
    char       *wrong;
    ngx_str_t  *value;

    value = cf->args->elts;
    wrong = NULL;

    /* no name of a variable has one of these */

    if (ngx_strlchr(text->data, text->data + text->len, '=') != NULL
        || ngx_strlchr(text->data, text->data + text->len, '~') != NULL)
    {
        wrong = "compares nothing, since it is one word";

    } else if (ngx_http_script_variables_count(text) == 0) {
        wrong = "has no variable, so that it never changes";
    }

    if (wrong == NULL) {
        return ngx_http_session_compile(cf, text, cv);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" in \"%V\" %s: a variable is expected, such as "
                       "\"$session_user\" or that of a \"map\"",
                       text, &value[0], wrong);

    return NGX_CONF_ERROR;
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
