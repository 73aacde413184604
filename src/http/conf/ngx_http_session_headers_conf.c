/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Setters of the directives that give request headers to the upstream: they
 * check the names, and map keys to headers.
 */


#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_words.h"

#include "nsess_str.h"


static void ngx_http_session_warn_of_swapped(ngx_conf_t *cf,
    ngx_http_session_header_t *header);
static char *ngx_http_session_add_header(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf, ngx_http_session_header_t *header);
static char *ngx_http_session_name_header(ngx_conf_t *cf, ngx_str_t *prefix,
    ngx_http_session_header_t *header);
static ngx_int_t ngx_http_session_fold_header(ngx_conf_t *cf,
    ngx_http_session_header_t *header);


/* headers that frame a request or concern one connection: RFC 9110, 7.6.1 */

static ngx_str_t  ngx_http_session_foreign_headers[] = {
    ngx_string("host"),
    ngx_string("connection"),
    ngx_string("content-length"),
    ngx_string("transfer-encoding"),
    ngx_string("upgrade"),
    ngx_string("te"),
    ngx_string("trailer"),
    ngx_string("keep-alive"),
    ngx_string("proxy-connection"),
    ngx_string("expect"),
    ngx_string("cookie"),
    ngx_null_string
};


char *
ngx_http_session_location_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                       *rv;
    ngx_str_t                  *value;
    ngx_http_session_header_t   header;

    value = cf->args->elts;

    header.name = value[1];
    header.key = value[2];

    rv = ngx_http_session_check_key(cf, &header.key);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    ngx_http_session_warn_of_swapped(cf, &header);

    return ngx_http_session_add_header(cf, slcf, &header);
}


/* both words may be either, so that this is not refused */

static void
ngx_http_session_warn_of_swapped(ngx_conf_t *cf,
    ngx_http_session_header_t *header)
{
    static ngx_str_t  prefix = ngx_string("X-");

    if (!ngx_http_session_begins(&header->key, &prefix)
        || ngx_strlchr(header->name.data,
                       header->name.data + header->name.len, '-')
           != NULL)
    {
        return;
    }

    ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                       "\"session_header %V %V\" has \"%V\" as the name of a "
                       "key: the header is expected first, then the key",
                       &header->name, &header->key, &header->key);
}


char *
ngx_http_session_location_headers(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_session_loc_conf_t *slcf = conf;

    char                       *rv;
    ngx_str_t                  *value;
    ngx_uint_t                  i;
    ngx_http_session_header_t   header;

    value = cf->args->elts;

    if (value[1].len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "empty prefix in \"session_headers\": the "
                           "beginning of the headers' names is expected");
        return NGX_CONF_ERROR;
    }

    if (value[1].data[value[1].len - 1] != '-'
        && value[1].data[value[1].len - 1] != '_')
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid prefix \"%V\" in \"session_headers\": a "
                           "\"-\" at the end is expected, in front of the "
                           "names of keys", &value[1]);
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        header.key = value[i];

        rv = ngx_http_session_check_key(cf, &header.key);
        if (rv != NGX_CONF_OK) {
            return rv;
        }

        rv = ngx_http_session_name_header(cf, &value[1], &header);
        if (rv != NGX_CONF_OK) {
            return rv;
        }

        rv = ngx_http_session_add_header(cf, slcf, &header);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_add_header(ngx_conf_t *cf, ngx_http_session_loc_conf_t *slcf,
    ngx_http_session_header_t *header)
{
    char                       *rv;
    ngx_str_t                  *value;
    ngx_uint_t                  n;
    ngx_http_session_header_t  *known;

    value = cf->args->elts;
    header->place = ngx_session_here(cf);

    rv = ngx_http_session_check_header(cf, header);
    if (rv != NGX_CONF_OK) {
        return rv;
    }

    if (slcf->headers != NGX_CONF_UNSET_PTR) {
        known = slcf->headers->elts;

        for (n = 0; n < slcf->headers->nelts; n++) {
            if (ngx_http_session_equal(&known[n].lowcase, &header->lowcase)) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "duplicate header \"%V\" in \"%V\": "
                                   "another name is expected",
                                   &header->name, &value[0]);
                return NGX_CONF_ERROR;
            }
        }
    }

    return ngx_http_session_give_name(cf, header) == NGX_OK
           && ngx_http_session_push(cf, &slcf->headers,
                                    sizeof(ngx_http_session_header_t), header)
              == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* the prefix and the key; each word of the key gets a capital letter */

static char *
ngx_http_session_name_header(ngx_conf_t *cf, ngx_str_t *prefix,
    ngx_http_session_header_t *header)
{
    u_char      *p, ch;
    size_t       i;
    ngx_uint_t   first;

    header->name.len = prefix->len + header->key.len;
    header->name.data = ngx_pnalloc(cf->pool, header->name.len + 1);
    if (header->name.data == NULL) {
        return NGX_CONF_ERROR;
    }

    p = ngx_cpymem(header->name.data, prefix->data, prefix->len);
    first = 1;

    for (i = 0; i < header->key.len; i++) {
        ch = header->key.data[i];
        ch = ch == '_' ? '-' : ch;

        *p++ = first && ch >= 'a' && ch <= 'z' ? ngx_toupper(ch) : ch;
        first = (ch == '-');
    }

    *p = '\0';

    return NGX_CONF_OK;
}


char *
ngx_http_session_check_header(ngx_conf_t *cf,
    ngx_http_session_header_t *header)
{
    ngx_str_t  *value, *foreign;

    value = cf->args->elts;

    header->sent = ngx_pnalloc(cf->pool, header->name.len + 1);
    if (header->sent == NULL) {
        return NGX_CONF_ERROR;
    }

    header->hash = ngx_hash_strlow(header->sent, header->name.data,
                                   header->name.len);

    switch (ngx_http_session_fold_header(cf, header)) {

    case NGX_OK:
        break;

    case NGX_DECLINED:
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid header \"%V\" in \"%V\": letters, "
                           "digits, \"-\" and \"_\" are expected",
                           &header->name, &value[0]);
        return NGX_CONF_ERROR;

    default: /* NGX_ERROR */
        return NGX_CONF_ERROR;
    }

    for (foreign = ngx_http_session_foreign_headers; foreign->len; foreign++) {

        if (ngx_http_session_equal(&header->lowcase, foreign)) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "header \"%V\" in \"%V\" frames the request: "
                               "another name is expected",
                               &header->name, &value[0]);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* makes the form in which names are compared; NGX_DECLINED: not a name */

static ngx_int_t
ngx_http_session_fold_header(ngx_conf_t *cf, ngx_http_session_header_t *header)
{
    u_char  ch, *data;
    size_t  i;

    data = ngx_pnalloc(cf->pool, header->name.len + 1);
    if (data == NULL) {
        return NGX_ERROR;
    }

    header->lowcase.len = header->name.len;
    header->lowcase.data = data;

    for (i = 0; i < header->name.len; i++) {
        ch = ngx_tolower(header->name.data[i]);
        ch = ch == '_' ? '-' : ch;

        if (!nsess_is_alnum(ch) && ch != '-') {
            return NGX_DECLINED;
        }

        data[i] = ch;
    }

    return header->name.len != 0 ? NGX_OK : NGX_DECLINED;
}


ngx_uint_t
ngx_http_session_is_header(ngx_str_t *folded, u_char *name, size_t len)
{
    u_char  ch;
    size_t  n;

    if (folded->len != len) {
        return 0;
    }

    for (n = 0; n < len; n++) {
        ch = ngx_tolower(name[n]);

        if (!nsess_is_alnum(ch)) {
            ch = '-';
        }

        if (ch != folded->data[n]) {
            return 0;
        }
    }

    return 1;
}


char *
ngx_http_session_headers_used(ngx_array_t *headers)
{
    ngx_http_session_header_t  *header;

    header = headers->elts;

    return (char *) header->place.directive.data;
}


ngx_uint_t
ngx_http_session_is_given(ngx_http_session_main_conf_t *smcf, u_char *name,
    size_t len)
{
    ngx_str_t   *given;
    ngx_uint_t   i;

    given = smcf->given.elts;

    for (i = 0; i < smcf->given.nelts; i++) {
        if (ngx_http_session_is_header(&given[i], name, len)) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_http_session_give_name(ngx_conf_t *cf, ngx_http_session_header_t *header)
{
    ngx_str_t                     *given;
    ngx_http_session_main_conf_t  *smcf;

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);

    if (ngx_http_session_is_given(smcf, header->lowcase.data,
                                  header->lowcase.len))
    {
        return NGX_OK;
    }

    given = ngx_array_push(&smcf->given);
    if (given == NULL) {
        return NGX_ERROR;
    }

    *given = header->lowcase;

    return NGX_OK;
}


char *
ngx_http_session_check_csrf_header(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_str_t                     *name;
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_session_main_conf_t  *smcf;

    if (slcf->csrf == NULL) {
        return NGX_CONF_OK;
    }

    smcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_session_module);
    name = &slcf->csrf->header.name;

    if (!ngx_http_session_is_given(smcf, name->data, name->len)) {
        return NGX_CONF_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    cf = ngx_session_at_directive(cf, slcf->places, "session_csrf");

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "\"session_csrf\" in location \"%V\" wants the "
                       "client's header \"%V\", which \"session_header\" "
                       "or a similar directive removes: another name is "
                       "expected",
                       &clcf->name, name);

    return NGX_CONF_ERROR;
}
