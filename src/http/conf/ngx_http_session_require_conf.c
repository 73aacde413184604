/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The setter of session_require, and what a location inherits of its lines.
 */


#include "ngx_http_session_location.h"
#include "ngx_http_session_require_conf.h"
#include "ngx_http_session_text.h"
#include "ngx_http_session_value.h"
#include "ngx_http_session_words.h"


/* an operator of a comparison */
typedef struct {
    ngx_str_t                     name;
    ngx_http_session_compare_e    compare;
    ngx_uint_t                    many;         /* may have several texts */
    ngx_uint_t                    caseless;
} ngx_http_session_operator_t;


static char *ngx_http_session_require_off(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf);
static char *ngx_http_session_require_words(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_array_t *words);
static ngx_http_session_operator_t *ngx_http_session_operator(
    ngx_str_t *word);
static ngx_uint_t ngx_http_session_like_operator(ngx_str_t *word);
static void ngx_http_session_warn_of_commas(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t n);
static char *ngx_http_session_require_true(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *word);
static char *ngx_http_session_require_value(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *word);
static char *ngx_http_session_require_texts(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *word, ngx_uint_t n);
static char *ngx_http_session_require_regex(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *pattern,
    ngx_uint_t caseless);


static ngx_http_session_operator_t  ngx_http_session_operators[] = {
    { ngx_string("="), NGX_HTTP_SESSION_EQUAL, 0, 0 },
    { ngx_string("!="), NGX_HTTP_SESSION_UNEQUAL, 0, 0 },
    { ngx_string("~"), NGX_HTTP_SESSION_MATCH, 0, 0 },
    { ngx_string("~*"), NGX_HTTP_SESSION_MATCH, 0, 1 },
    { ngx_string("in"), NGX_HTTP_SESSION_EQUAL, 1, 0 },
    { ngx_null_string, NGX_HTTP_SESSION_TRUE, 0, 0 }
};


char *
ngx_http_session_location_require(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                        *rv;
    ngx_str_t                   *value, *word;
    ngx_uint_t                   i, seen;
    ngx_array_t                  words;
    ngx_http_session_require_t   require;

    value = cf->args->elts;

    if (ngx_http_session_is_off(cf)) {
        return ngx_http_session_require_off(cf, slcf);
    }

    ngx_memzero(&require, sizeof(ngx_http_session_require_t));
    require.status = NGX_HTTP_FORBIDDEN;
    seen = 0;

    if (ngx_array_init(&words, cf->temp_pool, cf->args->nelts,
                       sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "error=", 6) == 0) {

            if (seen++) {
                return ngx_http_session_twice(cf, &value[i]);
            }

            rv = ngx_http_session_error_status(cf, &value[i],
                                               &require.status);
            if (rv != NGX_CONF_OK) {
                return rv;
            }

            continue;
        }

        word = ngx_array_push(&words);
        if (word == NULL) {
            return NGX_CONF_ERROR;
        }

        *word = value[i];
    }

    if (words.nelts == 0) {
        return "has no value to check: a variable is expected";
    }

    rv = ngx_http_session_require_words(cf, &require, &words);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ngx_http_session_push(cf, &slcf->requirements, sizeof(require),
                                 &require)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ngx_http_session_require_off(ngx_conf_t *cf, ngx_http_session_loc_conf_t *slcf)
{
    char  *rv;

    rv = ngx_http_session_off_alone(cf);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (slcf->require_off || slcf->requirements != NGX_CONF_UNSET_PTR) {
        return "\"off\" is expected once, in front of the level's other lines";
    }

    slcf->require_off = 1;

    return NGX_CONF_OK;
}


static char *
ngx_http_session_require_words(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_array_t *words)
{
    char                         *rv;
    ngx_str_t                    *word;
    ngx_uint_t                    i, n;
    ngx_http_session_operator_t  *operator;

    word = words->elts;
    n = words->nelts;

    if (ngx_array_init(&require->values, cf->pool, n,
                       sizeof(ngx_http_complex_value_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    operator = n > 1 ? ngx_http_session_operator(&word[1]) : NULL;

    if (operator == NULL) {

        if (n > 1 && ngx_http_session_like_operator(&word[1])) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown operator \"%V\" in "
                               "\"session_require\": \"=\", \"!=\", \"~\", "
                               "\"~*\" or \"in\" is expected", &word[1]);
            return NGX_CONF_ERROR;
        }

        for (i = 0; i < n; i++) {
            rv = ngx_http_session_require_true(cf, require, &word[i]);
            if (rv != NGX_CONF_OK) {
                return rv;
            }
        }

        return NGX_CONF_OK;
    }

    if (n < 3 || (n > 3 && !operator->many)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%ui words behind \"%V\" in \"session_require\": %s "
                           "is expected%s, and another comparison on a line "
                           "of its own",
                           n - 2, &operator->name,
                           operator->many ? "one or more" : "one",
                           operator->compare == NGX_HTTP_SESSION_EQUAL && n > 3
                           ? " (\"in\" takes several)" : "");
        return NGX_CONF_ERROR;
    }

    if (operator->many) {
        ngx_http_session_warn_of_commas(cf, &word[2], n - 2);
    }

    require->compare = operator->compare;

    rv = ngx_http_session_require_value(cf, require, &word[0]);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return operator->compare == NGX_HTTP_SESSION_MATCH
           ? ngx_http_session_require_regex(cf, require, &word[2],
                                            operator->caseless)
           : ngx_http_session_require_texts(cf, require, word, n);
}


static ngx_http_session_operator_t *
ngx_http_session_operator(ngx_str_t *word)
{
    ngx_http_session_operator_t  *operator;

    for (operator = ngx_http_session_operators;
         operator->name.len != 0;
         operator++)
    {
        if (ngx_strcmp(word->data, operator->name.data) == 0) {
            return operator;
        }
    }

    return NULL;
}


/* has it only signs that operators of some language have? */

static ngx_uint_t
ngx_http_session_like_operator(ngx_str_t *word)
{
    return word->len != 0
           && strspn((char *) word->data, "=!~*<>&|") == word->len;
}


/* a text may have a comma, so that this is not refused */

static void
ngx_http_session_warn_of_commas(ngx_conf_t *cf, ngx_str_t *word, ngx_uint_t n)
{
    ngx_uint_t  i;

    for (i = 0; i < n; i++) {

        if (ngx_strlchr(word[i].data, word[i].data + word[i].len, ',')
            == NULL)
        {
            continue;
        }

        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" in \"session_require\" is one text, with a "
                           "\",\" in it: texts behind \"in\" are expected "
                           "with blanks between them", &word[i]);
    }
}


static char *
ngx_http_session_require_true(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *word)
{
    ngx_http_complex_value_t  *cv;

    cv = ngx_array_push(&require->values);
    if (cv == NULL) {
        return NGX_CONF_ERROR;
    }

    /* "0" is allowed, since it denies all requests */

    return word->len == 1 && word->data[0] == '0'
           ? ngx_http_session_compile(cf, word, cv)
           : ngx_http_session_compile_condition(cf, word, cv);
}


static char *
ngx_http_session_require_value(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *word)
{
    ngx_http_complex_value_t  *cv;

    cv = ngx_array_push(&require->values);
    if (cv == NULL) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_script_variables_count(word) == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" in \"session_require\" has no variable, so "
                           "that it never changes: a variable is expected "
                           "before the operator", word);
        return NGX_CONF_ERROR;
    }

    return ngx_http_session_compile(cf, word, cv);
}


/* words are the value, an operator, and texts */

static char *
ngx_http_session_require_texts(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *word, ngx_uint_t n)
{
    char                      *rv, *outcome;
    ngx_uint_t                 i;
    ngx_http_complex_value_t  *cv;

    if (ngx_array_init(&require->texts, cf->pool, n - 2,
                       sizeof(ngx_http_complex_value_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    outcome = require->compare == NGX_HTTP_SESSION_UNEQUAL
              ? "everybody is let in" : "nobody is let in by it";

    for (i = 2; i < n; i++) {

        if (word[i].len != 0 && word[i].data[0] == '=') {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid text \"%V\" in \"session_require\": a "
                               "single \"=\" is expected, with blanks around "
                               "it", &word[i]);
            return NGX_CONF_ERROR;
        }

        cv = ngx_array_push(&require->texts);
        if (cv == NULL) {
            return NGX_CONF_ERROR;
        }

        rv = ngx_http_session_compile(cf, &word[i], cv);

        if (rv == NGX_CONF_OK) {
            rv = ngx_http_session_check_equal(cf, word, &word[i], outcome);
        }

        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_require_regex(ngx_conf_t *cf,
    ngx_http_session_require_t *require, ngx_str_t *pattern,
    ngx_uint_t caseless)
{
#if (NGX_PCRE)

    u_char               errstr[NGX_MAX_CONF_ERRSTR];
    ngx_regex_compile_t  rc;

    ngx_memzero(&rc, sizeof(ngx_regex_compile_t));

    rc.pattern = *pattern;
    rc.pool = cf->pool;
    rc.options = caseless ? NGX_REGEX_CASELESS : 0;
    rc.err.len = NGX_MAX_CONF_ERRSTR;
    rc.err.data = errstr;

    if (ngx_regex_compile(&rc) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid expression in \"session_require\": %V",
                           &rc.err);
        return NGX_CONF_ERROR;
    }

    require->regex = rc.regex;

    return NGX_CONF_OK;

#else

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "expression \"%V\" in \"session_require\" needs PCRE, "
                       "which this nginx is built without: \"=\", \"!=\" or "
                       "\"in\" is expected", pattern);

    return NGX_CONF_ERROR;

#endif
}


char *
ngx_http_session_merge_requirements(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf, ngx_http_session_loc_conf_t *prev)
{
    ngx_uint_t    n;
    ngx_array_t  *own, *above;

    own = conf->requirements != NGX_CONF_UNSET_PTR ? conf->requirements : NULL;

    above = prev->requirements != NGX_CONF_UNSET_PTR && !conf->require_off
            ? prev->requirements : NULL;

    if (own == NULL || above == NULL) {
        conf->requirements = own != NULL ? own : above;
        return NGX_CONF_OK;
    }

    n = above->nelts + own->nelts;

    conf->requirements = ngx_array_create(cf->pool, n, above->size);
    if (conf->requirements == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(ngx_array_push_n(conf->requirements, above->nelts),
               above->elts, above->nelts * above->size);
    ngx_memcpy(ngx_array_push_n(conf->requirements, own->nelts),
               own->elts, own->nelts * own->size);

    return NGX_CONF_OK;
}
