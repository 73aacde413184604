/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directives that change a session: session_set, session_unset,
 * session_regenerate, session_destroy and session_revoke_all.
 */


#include "ngx_http_session_action_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_names.h"
#include "ngx_http_session_value.h"
#include "ngx_http_session_words.h"

#include "nsess_upstream_header.h"


static char *ngx_http_session_action_word(ngx_conf_t *cf,
    ngx_http_session_action_t *action, ngx_str_t *word);
static char *ngx_http_session_add_action(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf, ngx_http_session_action_t *action);
static ngx_uint_t ngx_http_session_replaces(
    const ngx_http_session_action_t *action,
    const ngx_http_session_action_t *above);
static ngx_uint_t ngx_http_session_always_ends(
    const ngx_http_session_action_t *action);
static ngx_uint_t ngx_http_session_is_change(
    const ngx_http_session_action_t *action);
static char *ngx_http_session_clear(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *clear);
static char *ngx_http_session_clear_word(ngx_conf_t *cf, ngx_str_t *parameter,
    ngx_str_t *word, ngx_uint_t *clear);


static ngx_conf_enum_t  ngx_http_session_action_words[] = {
    { ngx_string("always"), NGX_HTTP_SESSION_ALWAYS },
    { ngx_string("login"), NGX_HTTP_SESSION_LOGIN },
    { ngx_string("clear"), NGX_HTTP_SESSION_CLEAR },
    { ngx_null_string, 0 }
};


/* by ngx_http_session_action_e */

static ngx_str_t  ngx_http_session_action_names[] = {
    ngx_string("session_set"),
    ngx_string("session_unset"),
    ngx_string("session_destroy"),
    ngx_string("session_regenerate"),
    ngx_string("session_revoke_all")
};


/* a word's index is the number of its bit */

ngx_str_t  ngx_http_session_clear_words[] = {
    ngx_string("cache"),
    ngx_string("cookies"),
    ngx_string("storage"),
    ngx_null_string
};

#define NGX_HTTP_SESSION_CLEAR_ALL  0x07

static ngx_str_t  ngx_http_session_clear_name = ngx_string("clear_site_data");


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

        if (ngx_strncmp(value[n].data, "if=", 3) == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" in \"session_set\": KEY "
                               "and VALUE are expected, and \"if=\" behind "
                               "them", &value[n]);
            return NGX_CONF_ERROR;
        }

        rv = ngx_http_session_compile(cf, &value[n++], &action.value);
        if (rv != NGX_CONF_OK) {
            return rv;
        }

        if (ngx_http_session_note_key(cf, &action.key) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    for ( /* void */ ; n < cf->args->nelts; n++) {
        rv = ngx_http_session_action_word(cf, &action, &value[n]);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return ngx_http_session_add_action(cf, slcf, &action);
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
        return ngx_http_session_twice(cf, word);
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
ngx_http_session_location_end(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                       *rv;
    ngx_str_t                  *value, *name;
    ngx_uint_t                  i;
    ngx_http_session_action_t   action;

    value = cf->args->elts;
    name = &ngx_http_session_clear_name;

    ngx_memzero(&action, sizeof(action));
    action.type = cmd->offset;

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len >= name->len
            && ngx_strncmp(value[i].data, name->data, name->len) == 0)
        {
            rv = ngx_http_session_clear(cf, &value[i], &action.clear);

        } else if (ngx_strncmp(value[i].data, "if=", 3) != 0
                   || value[i].len == 3)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown parameter \"%V\" in \"%V\": "
                               "\"if=\" and a condition is expected, or "
                               "\"clear_site_data\"",
                               &value[i], &value[0]);
            return NGX_CONF_ERROR;

        } else if (action.condition != NULL) {
            rv = "has a second parameter \"if=\": one is expected";

        } else {
            rv = ngx_http_session_condition(cf, &value[i], &action.condition);
        }

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return ngx_http_session_add_action(cf, slcf, &action);
}


/* refuses a line that makes another one useless */

static char *
ngx_http_session_add_action(ngx_conf_t *cf, ngx_http_session_loc_conf_t *slcf,
    ngx_http_session_action_t *action)
{
    ngx_str_t                  *value;
    ngx_uint_t                  i;
    ngx_http_session_action_t  *above;

    value = cf->args->elts;
    above = slcf->actions != NGX_CONF_UNSET_PTR ? slcf->actions->elts : NULL;

    for (i = 0; above != NULL && i < slcf->actions->nelts; i++) {

        if (ngx_http_session_replaces(action, &above[i])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" makes \"%V\" above it useless: one of "
                               "them, or \"if=\" and a condition is expected",
                               &value[0],
                               ngx_http_session_action_name(&above[i]));
            return NGX_CONF_ERROR;
        }

        if ((ngx_http_session_always_ends(action)
             && ngx_http_session_is_change(&above[i]))
            || (ngx_http_session_always_ends(&above[i])
                && ngx_http_session_is_change(action)))
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" beside \"%V\": the session ends with "
                               "each request, so that nothing is changed in "
                               "it; \"if=\" and a condition is expected "
                               "behind the end, or another location",
                               &value[0],
                               ngx_http_session_action_name(&above[i]));
            return NGX_CONF_ERROR;
        }
    }

    return ngx_http_session_push(cf, &slcf->actions, sizeof(*action), action)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* does the one above count for nothing, whatever the response is? */

static ngx_uint_t
ngx_http_session_replaces(const ngx_http_session_action_t *action,
    const ngx_http_session_action_t *above)
{
    return action->type == above->type
           && action->condition == NULL && above->condition == NULL
           && !(above->words & ~action->words)
           && action->clear == above->clear
           && ngx_http_session_equal(&action->key, &above->key);
}


static ngx_uint_t
ngx_http_session_always_ends(const ngx_http_session_action_t *action)
{
    return !ngx_http_session_is_change(action) && action->condition == NULL;
}


static ngx_uint_t
ngx_http_session_is_change(const ngx_http_session_action_t *action)
{
    return action->type != NGX_HTTP_SESSION_DESTROY
           && action->type != NGX_HTTP_SESSION_REVOKE_ALL;
}


ngx_str_t *
ngx_http_session_action_name(const ngx_http_session_action_t *action)
{
    return &ngx_http_session_action_names[action->type];
}


/* "clear_site_data" or "clear_site_data=WORD,..." */

static char *
ngx_http_session_clear(ngx_conf_t *cf, ngx_str_t *parameter,
    ngx_uint_t *clear)
{
    char       *rv;
    u_char     *p, *last;
    ngx_str_t   word;

    if (*clear != 0) {
        return "has a second parameter \"clear_site_data\": one is expected";
    }

    p = parameter->data + ngx_http_session_clear_name.len;
    last = parameter->data + parameter->len;

    if (p == last) {
        *clear = NGX_HTTP_SESSION_CLEAR_ALL;
        return NGX_CONF_OK;
    }

    /* words follow the "=" and each "," */

    if (*p != '=') {
        ngx_str_null(&word);
        return ngx_http_session_clear_word(cf, parameter, &word, clear);
    }

    do {
        word.data = ++p;
        p = ngx_strlchr(p, last, ',');

        if (p == NULL) {
            p = last;
        }

        word.len = p - word.data;

        rv = ngx_http_session_clear_word(cf, parameter, &word, clear);

    } while (rv == NGX_CONF_OK && p != last);

    return rv;
}


static char *
ngx_http_session_clear_word(ngx_conf_t *cf, ngx_str_t *parameter,
    ngx_str_t *word, ngx_uint_t *clear)
{
    ngx_str_t   *value, *known;
    ngx_uint_t   bit;

    known = ngx_http_session_clear_words;

    for (bit = 1; known->len != 0; known++, bit <<= 1) {

        if (ngx_http_session_equal(word, known) && !(*clear & bit)) {
            *clear |= bit;
            return NGX_CONF_OK;
        }
    }

    value = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"%V\": "
                       "\"clear_site_data\" is expected, or with \"=\" and "
                       "\"cache\", \"cookies\" and \"storage\", each once, "
                       "with a \",\" between them",
                       parameter, &value[0]);

    return NGX_CONF_ERROR;
}


char *
ngx_http_session_check_actions(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf)
{
    char                       *name, *words;
    ngx_uint_t                  i;
    ngx_http_session_action_t  *action;

    if (conf->manager == NULL || conf->manager->subject.len != 0
        || !conf->manager->defined)
    {
        return NGX_CONF_OK;
    }

    name = conf->accept != NULL
           && (conf->accept->words & (1 << NSESS_UPSTREAM_REVOKE))
           ? "session_accept" : NULL;
    words = " with \"revoke\"";

    if (conf->actions != NULL) {
        action = conf->actions->elts;

        for (i = 0; i < conf->actions->nelts; i++) {
            if (action[i].type == NGX_HTTP_SESSION_REVOKE_ALL) {
                name = "session_revoke_all";
                words = "";
            }
        }
    }

    if (name == NULL) {
        return NGX_CONF_OK;
    }

    cf = ngx_session_at_directive(cf, conf->places, name);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%s\"%s in a location of session_manager \"%V\", "
                       "which has no \"subject\": \"subject KEY\" is "
                       "expected there, the key that holds whose session it "
                       "is",
                       name, words, &conf->manager->name);

    return NGX_CONF_ERROR;
}
