/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The number of words of a directive, by its syntax.
 */


#include "ngx_http_session_syntax.h"


static const char *ngx_http_session_count_words(const char *p, ngx_uint_t *min,
    ngx_uint_t *max);
static void ngx_http_session_wrong_words(ngx_conf_t *cf, u_char *expected,
    size_t len);


ngx_int_t
ngx_http_session_check_words(ngx_conf_t *cf, const char *syntax)
{
    u_char      *p;
    ngx_uint_t   min, max;
    const char  *line, *end;
    u_char       expected[NGX_MAX_CONF_ERRSTR];

    p = expected;

    for (line = syntax; *line != '\0'; line = end + (*end == ' ')) {
        end = ngx_http_session_count_words(line, &min, &max);

        if (cf->args->nelts >= min && cf->args->nelts <= max) {
            return NGX_OK;
        }

        p = ngx_slprintf(p, expected + sizeof(expected), "%s\"%*s\"",
                         p == expected ? "" : " or ",
                         (size_t) (end - line), line);
    }

    ngx_http_session_wrong_words(cf, expected, p - expected);

    return NGX_ERROR;
}


/* with the directive's name; returns the end of the line */

static const char *
ngx_http_session_count_words(const char *p, ngx_uint_t *min, ngx_uint_t *max)
{
    *min = 1;
    *max = 1;

    for ( /* void */ ; *p != ';'; p++) {

        if (*p != ' ') {
            continue;
        }

        switch (p[1]) {

        case '[':
            (*max)++;
            break;

        case '.':
            *max = NGX_MAX_UINT32_VALUE;
            break;

        case '{':
            return p + ngx_strlen(p);

        default:
            (*min)++;
            (*max)++;
        }
    }

    return p + 1;
}


static void
ngx_http_session_wrong_words(ngx_conf_t *cf, u_char *expected, size_t len)
{
    u_char      *p;
    ngx_str_t   *value;
    ngx_uint_t   i;
    u_char       line[NGX_MAX_CONF_ERRSTR];

    p = line;
    value = cf->args->elts;

    for (i = 0; i < cf->args->nelts; i++) {
        p = ngx_slprintf(p, line + sizeof(line), "%s%V", i == 0 ? "" : " ",
                         &value[i]);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid number of arguments in \"%V\": %*s is "
                       "expected, not \"%*s\"",
                       &value[0], len, expected, (size_t) (p - line), line);
}
