/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The end of a session: its directives, and Clear-Site-Data (W3C's draft of
 * that name), by which the browser forgets more than the cookie.
 */


#include "ngx_http_session_module.h"


#define NGX_HTTP_SESSION_CLEAR_MAX  64      /* all of them, quoted */


static char *ngx_http_session_clear(ngx_conf_t *cf, ngx_str_t *word,
    ngx_uint_t *clear);
static char *ngx_http_session_clear_word(ngx_conf_t *cf, ngx_str_t *parameter,
    ngx_str_t *word, ngx_uint_t *clear);


/* the bit of each is its place */

static ngx_str_t  ngx_http_session_clear_words[] = {
    ngx_string("cache"),
    ngx_string("cookies"),
    ngx_string("storage"),
    ngx_null_string
};

#define NGX_HTTP_SESSION_CLEAR_ALL  0x07

static ngx_str_t  ngx_http_session_clear_name = ngx_string("clear_site_data");


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

    return ngx_http_session_push(cf, &slcf->actions, sizeof(action), &action)
           == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* "clear_site_data", or with "=" and words */

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

    /* behind the "=", then behind each "," */

    if (*p != '=') {
        word.len = 0;
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

        if (word->len == known->len
            && ngx_strncmp(word->data, known->data, known->len) == 0
            && !(*clear & bit))
        {
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


ngx_int_t
ngx_http_session_clear_site_data(ngx_http_session_ctx_t *ctx)
{
    u_char          *p;
    ngx_str_t       *word;
    ngx_uint_t       bit;
    nsess_writer_t   w;

    if (ctx->clear == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(ctx->request->pool, NGX_HTTP_SESSION_CLEAR_MAX);
    if (p == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, p, NGX_HTTP_SESSION_CLEAR_MAX);

    word = ngx_http_session_clear_words;

    for (bit = 1; word->len != 0; word++, bit <<= 1) {

        if (!(ctx->clear & bit)) {
            continue;
        }

        if (w.len != 0) {
            nsess_write(&w, ", ", 2);
        }

        nsess_write_char(&w, '"');
        nsess_write_str(&w, ngx_http_session_str(word));
        nsess_write_char(&w, '"');
    }

    return ngx_http_session_push_header(ctx->request, "Clear-Site-Data", &w)
           != NULL ? NGX_OK : NGX_ERROR;
}
