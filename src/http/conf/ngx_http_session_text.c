/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Text beside the variables of a value.  Names of variables end before "-", so
 * that "$session_my-key" is $session_my and "-key": it is never empty, and
 * never equals "guest".
 */


#include "ngx_http_session_text.h"

#include "nsess_str.h"


/* a value between its variables */
typedef struct {
    ngx_str_t                     first;        /* in front of them all */
    ngx_str_t                     last;         /* behind them all */
    ngx_str_t                     all;          /* text, without variables */
    ngx_uint_t                    variables;
} ngx_http_session_parts_t;


static char *ngx_http_session_refuse_text(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *other, char *outcome, ngx_str_t *text);
static ngx_int_t ngx_http_session_cut_text(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_session_parts_t *parts);
static ngx_uint_t ngx_http_session_may_equal(ngx_str_t *value,
    ngx_http_session_parts_t *parts, ngx_str_t *other,
    ngx_http_session_parts_t *other_parts);
static ngx_uint_t ngx_http_session_may_be(u_char *p, u_char *last, u_char *pos,
    u_char *end);
static u_char *ngx_http_session_skip_variable(u_char *p, u_char *last);


/* "$session_my$uri" may be meant, and "${session_my}0" may be false */

char *
ngx_http_session_check_true(ngx_conf_t *cf, ngx_str_t *value)
{
    ngx_http_session_parts_t  parts;

    if (ngx_http_session_cut_text(cf, value, &parts) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (parts.all.len == 0
        || (parts.all.len == 1 && parts.all.data[0] == '0'))
    {
        return NGX_CONF_OK;
    }

    return ngx_http_session_refuse_text(cf, value, NULL, NULL, &parts.all);
}


char *
ngx_http_session_check_equal(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *other, char *outcome)
{
    ngx_http_session_parts_t  parts, other_parts;

    if (ngx_http_session_cut_text(cf, value, &parts) != NGX_OK
        || ngx_http_session_cut_text(cf, other, &other_parts) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return ngx_http_session_may_equal(value, &parts, other, &other_parts)
           ? NGX_CONF_OK
           : ngx_http_session_refuse_text(cf, value, other, outcome,
                                          &parts.all);
}


static char *
ngx_http_session_refuse_text(ngx_conf_t *cf, ngx_str_t *value,
    ngx_str_t *other, char *outcome, ngx_str_t *text)
{
    u_char     *p, *last;
    u_char      wrong[NGX_MAX_CONF_ERRSTR];
    ngx_str_t  *name;

    name = cf->args->elts;
    last = wrong + sizeof(wrong);

    p = other == NULL ? ngx_slprintf(wrong, last, "is always true")
                      : ngx_slprintf(wrong, last, "never equals \"%V\", so "
                                     "that %s", other, outcome);

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"%V\" in \"%V\" %*s, since it has the "
                       "text \"%V\": variables alone are expected; write "
                       "\"session_variable $NAME KEY;\" in http {} for a key "
                       "that has other characters than a-z, 0-9 and \"_\"",
                       value, name, (size_t) (p - wrong), wrong, text);

    return NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_session_cut_text(ngx_conf_t *cf, ngx_str_t *value,
    ngx_http_session_parts_t *parts)
{
    u_char     *p, *last;
    ngx_str_t  *all;

    ngx_memzero(parts, sizeof(ngx_http_session_parts_t));

    all = &parts->all;

    all->data = ngx_pnalloc(cf->temp_pool, value->len + 1);
    if (all->data == NULL) {
        return NGX_ERROR;
    }

    p = value->data;
    last = p + value->len;

    parts->first.data = p;
    parts->last.data = p;

    while (p < last) {

        if (*p != '$') {
            all->data[all->len++] = *p++;
            continue;
        }

        if (parts->variables++ == 0) {
            parts->first.len = p - value->data;
        }

        p = ngx_http_session_skip_variable(p + 1, last);
        parts->last.data = p;
    }

    parts->last.len = last - parts->last.data;

    return NGX_OK;
}


/* can they be equal, for some values of their variables? */

static ngx_uint_t
ngx_http_session_may_equal(ngx_str_t *value, ngx_http_session_parts_t *parts,
    ngx_str_t *other, ngx_http_session_parts_t *other_parts)
{
    size_t      first, last;
    ngx_str_t  *a, *b;

    if (other_parts->variables == 0) {
        return ngx_http_session_may_be(value->data, value->data + value->len,
                                       other->data, other->data + other->len);
    }

    /* variables of both can be all that is between the texts at the ends */

    first = ngx_min(parts->first.len, other_parts->first.len);

    a = &parts->last;
    b = &other_parts->last;
    last = ngx_min(a->len, b->len);

    return ngx_memcmp(parts->first.data, other_parts->first.data, first) == 0
           && ngx_memcmp(a->data + a->len - last, b->data + b->len - last, last)
              == 0;
}


/* [p, last) has variables, each of which may be any text in [pos, end) */

static ngx_uint_t
ngx_http_session_may_be(u_char *p, u_char *last, u_char *pos, u_char *end)
{
    u_char  *after, *next;

    after = NULL;       /* what follows the variable that was met last */
    next = NULL;        /* how much of the text that one may have */

    while (pos < end || (p < last && *p == '$')) {

        if (p < last && *p == '$') {
            p = ngx_http_session_skip_variable(p + 1, last);
            after = p;
            next = pos;

        } else if (p < last && *p == *pos) {
            p++;
            pos++;

        } else if (after != NULL) {
            p = after;
            pos = ++next;

        } else {
            return 0;
        }
    }

    return p == last;
}


/* as ngx_http_script_compile() finds where a name ends */

static u_char *
ngx_http_session_skip_variable(u_char *p, u_char *last)
{
    if (p < last && *p == '{') {
        p = ngx_strlchr(p, last, '}');

        return p != NULL ? p + 1 : last;
    }

    if (p < last && *p >= '1' && *p <= '9') {
        return p + 1;
    }

    while (p < last && (nsess_is_alnum(*p) || *p == '_')) {
        p++;
    }

    return p;
}
