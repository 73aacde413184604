/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Headers that the location gives to the upstream, and that a directive of
 * nginx replaces: proxy_set_header and its like leave out the request's own
 * header of that name, and with it what session_header has put there.
 *
 * Where the session's directive was written in view of the other one, as in
 * the same location, it cannot have been meant so.  Where it is inherited, a
 * location may well want another value.
 */


#include "ngx_http_session_headers_conf.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_replaced.h"
#include "ngx_http_session_words.h"


/* how elements of both kinds of lists begin: ngx_keyval_t, .._param_t */
typedef struct {
    ngx_str_t                     key;
    ngx_str_t                     value;
} ngx_http_session_pair_t;


typedef struct {
    ngx_http_session_loc_conf_t  *conf;
    ngx_http_session_loc_conf_t  *prev;
    ngx_keyval_t                 *replacer;
    ngx_http_session_pair_t      *pair;
} ngx_http_session_replaced_t;


static ngx_array_t *ngx_http_session_pairs(ngx_conf_t *cf,
    ngx_str_t *directive);
static char *ngx_http_session_check_pair(ngx_conf_t *cf,
    ngx_http_session_replaced_t *other);
static char *ngx_http_session_is_replaced(ngx_conf_t *cf,
    ngx_http_session_replaced_t *other, ngx_session_place_t *place,
    ngx_uint_t written);


/* directives, and what the name of a header has in front of it there */

static ngx_keyval_t  ngx_http_session_replacers[] = {
    { ngx_string("proxy_set_header"), ngx_string("") },
    { ngx_string("grpc_set_header"), ngx_string("") },
    { ngx_string("fastcgi_param"), ngx_string("HTTP_") },
    { ngx_string("scgi_param"), ngx_string("HTTP_") },
    { ngx_string("uwsgi_param"), ngx_string("HTTP_") },
    { ngx_null_string, ngx_null_string }
};


char *
ngx_http_session_check_replaced(ngx_conf_t *cf,
    ngx_http_session_loc_conf_t *conf, ngx_http_session_loc_conf_t *prev)
{
    char                         *rv;
    ngx_uint_t                    n;
    ngx_array_t                  *pairs;
    ngx_http_session_replaced_t   other;

    if (conf->headers == NULL && conf->assertion == NULL) {
        return NGX_CONF_OK;
    }

    other.conf = conf;
    other.prev = prev;
    other.replacer = ngx_http_session_replacers;

    for ( /* void */ ; other.replacer->key.len != 0; other.replacer++) {

        pairs = ngx_http_session_pairs(cf, &other.replacer->key);

        for (n = 0; pairs != NULL && n < pairs->nelts; n++) {
            other.pair = (ngx_http_session_pair_t *)
                         ((u_char *) pairs->elts + n * pairs->size);

            rv = ngx_http_session_check_pair(cf, &other);
            if (rv != NGX_CONF_OK) {
                return rv;
            }
        }
    }

    return NGX_CONF_OK;
}


/*
 * What this level has of such a directive, or NULL.  The command says where
 * its module keeps the list, whose structure no header of nginx declares.
 * These modules are merged before ours, which is loaded later.
 */

static ngx_array_t *
ngx_http_session_pairs(ngx_conf_t *cf, ngx_str_t *directive)
{
    void           *conf;
    ngx_array_t    *pairs;
    ngx_command_t  *cmd;

    cmd = ngx_http_session_find_command(cf, directive, &conf);

    if (cmd == NULL
        || conf == NULL
        || (cmd->set != ngx_conf_set_keyval_slot
            && cmd->set != ngx_http_upstream_param_set_slot))
    {
        return NULL;
    }

    pairs = *(ngx_array_t **) ((char *) conf + cmd->offset);

    return pairs == NGX_CONF_UNSET_PTR ? NULL : pairs;
}


static char *
ngx_http_session_check_pair(ngx_conf_t *cf, ngx_http_session_replaced_t *other)
{
    ngx_str_t                     name, *prefix;
    ngx_uint_t                    i;
    ngx_http_session_header_t    *header;
    ngx_http_session_loc_conf_t  *conf, *prev;

    conf = other->conf;
    prev = other->prev;
    name = other->pair->key;
    prefix = &other->replacer->value;

    if (name.len < prefix->len
        || ngx_strncmp(name.data, prefix->data, prefix->len) != 0)
    {
        return NGX_CONF_OK;
    }

    name.data += prefix->len;
    name.len -= prefix->len;

    header = conf->headers != NULL ? conf->headers->elts : NULL;

    for (i = 0; header != NULL && i < conf->headers->nelts; i++) {

        if (ngx_http_session_is_header(&header[i].lowcase, name.data,
                                       name.len))
        {
            return ngx_http_session_is_replaced(cf, other, &header[i].place,
                                               conf->headers != prev->headers);
        }
    }

    if (conf->assertion != NULL
        && ngx_http_session_is_header(&conf->assertion->header.lowcase,
                                      name.data, name.len))
    {
        return ngx_http_session_is_replaced(cf, other,
                                            &conf->assertion->header.place,
                                            conf->assertion != prev->assertion);
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_session_is_replaced(ngx_conf_t *cf,
    ngx_http_session_replaced_t *other, ngx_session_place_t *place,
    ngx_uint_t written)
{
    if (written) {
        ngx_conf_log_error(NGX_LOG_EMERG, ngx_session_at(cf, place), 0,
                           "\"%V\" replaces the \"%V\" that \"%V\" gives: one "
                           "of them, or another name is expected",
                           &other->replacer->key, &other->pair->key,
                           &place->directive);
        return NGX_CONF_ERROR;
    }

    if (other->conf->manager != NULL && other->pair->value.len != 0) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" replaces the \"%V\" that \"%V\" of a level "
                           "above gives: another name is expected, or \"%V\" "
                           "of this level without it",
                           &other->replacer->key, &other->pair->key,
                           &place->directive, &place->directive);
    }

    return NGX_CONF_OK;
}
