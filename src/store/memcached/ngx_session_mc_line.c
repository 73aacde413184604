/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The directive "memcached": a line of the configuration.
 */


#include "ngx_session_mc.h"


#define NGX_SESSION_MC_PORT             11211
#define NGX_SESSION_MC_WEIGHT_MAX       1000

/* ms: clients of AWS ask once a minute, unless told otherwise */
#define NGX_SESSION_MC_INTERVAL         (60 * 1000)
#define NGX_SESSION_MC_INTERVAL_MIN     1000
#define NGX_SESSION_MC_INTERVAL_MAX     (60 * 60 * 1000)


static ngx_int_t ngx_session_mc_word(ngx_conf_t *cf,
    ngx_session_mc_server_conf_t *line, ngx_str_t *word);
static ngx_int_t ngx_session_mc_interval(ngx_conf_t *cf,
    ngx_session_mc_server_conf_t *line, ngx_str_t *word);
static ngx_int_t ngx_session_mc_weight(ngx_conf_t *cf,
    ngx_session_mc_server_conf_t *line, ngx_str_t *word);
static ngx_uint_t ngx_session_mc_is_ambiguous(ngx_url_t *url);
static ngx_uint_t ngx_session_mc_has_server(ngx_array_t *servers,
    ngx_url_t *url);
static ngx_uint_t ngx_session_mc_is_same(ngx_addr_t *one, ngx_addr_t *other);


char *
ngx_session_mc_line(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_session_mc_conf_t *mcf = conf;

    ngx_str_t                     *value;
    ngx_url_t                      url;
    ngx_uint_t                     i;
    ngx_session_mc_server_conf_t  *server, line;

    value = cf->args->elts;

    ngx_memzero(&line, sizeof(ngx_session_mc_server_conf_t));

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_session_mc_word(cf, &line, &value[i]) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    ngx_memzero(&url, sizeof(ngx_url_t));

    url.url = value[1];
    url.default_port = NGX_SESSION_MC_PORT;
    url.no_resolve = (line.how != NGX_SESSION_MC_FIXED);

    if (ngx_parse_url(cf->pool, &url) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s in \"%V\" of \"memcached\": HOST[:PORT] or "
                           "unix:PATH is expected",
                           url.err ? url.err : "invalid address", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (url.family == AF_UNIX && line.how != NGX_SESSION_MC_FIXED) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"memcached\" is a socket: "
                           "\"resolve\" and \"discover\" want a name",
                           &value[1]);
        return NGX_CONF_ERROR;
    }

    if (url.family == AF_UNIX && value[1].data[sizeof("unix:") - 1] != '/') {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"memcached\" is a relative path: "
                           "\"unix:/PATH\" is expected", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (url.naddrs != 0 && line.how == NGX_SESSION_MC_RESOLVE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"memcached\" is an address: "
                           "\"resolve\" wants a name", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (ngx_session_mc_is_ambiguous(&url)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" of \"memcached\" has several addresses of "
                           "one family, and only the first would be used: "
                           "write each address in a line of its own, or "
                           "\"resolve\" behind the name", &value[1]);
        return NGX_CONF_ERROR;
    }

    if (url.naddrs != 0 && ngx_session_mc_has_server(&mcf->servers, &url)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate address \"%V\" in \"memcached\": "
                           "each server is expected once", &value[1]);
        return NGX_CONF_ERROR;
    }

    server = ngx_array_push(&mcf->servers);
    if (server == NULL) {
        return NGX_CONF_ERROR;
    }

    *server = line;

    server->name = value[1];
    server->weight = line.weight ? line.weight : 1;
    server->url = url;
    server->place = ngx_session_here(cf);

    return NGX_CONF_OK;
}


/* "weight=N", "resolve", "discover", "discover=TIME", each once */

static ngx_int_t
ngx_session_mc_word(ngx_conf_t *cf, ngx_session_mc_server_conf_t *line,
    ngx_str_t *word)
{
    if (ngx_strncmp(word->data, "weight=", 7) == 0 && line->weight == 0) {
        return ngx_session_mc_weight(cf, line, word);
    }

    if (line->how == NGX_SESSION_MC_FIXED) {

        if (ngx_strcmp(word->data, "resolve") == 0) {
            line->how = NGX_SESSION_MC_RESOLVE;
            return NGX_OK;
        }

        if (ngx_strncmp(word->data, "discover", 8) == 0) {
            return ngx_session_mc_interval(cf, line, word);
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"memcached\": "
                       "\"weight=\" and a number from 1 to %d, and "
                       "\"resolve\" or \"discover\" are expected, and one "
                       "line for each server",
                       word, NGX_SESSION_MC_WEIGHT_MAX);

    return NGX_ERROR;
}


static ngx_int_t
ngx_session_mc_interval(ngx_conf_t *cf, ngx_session_mc_server_conf_t *line,
    ngx_str_t *word)
{
    ngx_int_t  interval;
    ngx_str_t  time;

    interval = NGX_SESSION_MC_INTERVAL;

    if (word->len != 8) {
        time.data = word->data + 9;
        time.len = word->len - 9;

        interval = word->data[8] == '=' ? ngx_parse_time(&time, 0) : NGX_ERROR;
    }

    if (interval < NGX_SESSION_MC_INTERVAL_MIN
        || interval > NGX_SESSION_MC_INTERVAL_MAX)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"memcached\": "
                           "\"discover\", or \"discover=\" and a time from 1s "
                           "to 1h is expected", word);
        return NGX_ERROR;
    }

    line->how = NGX_SESSION_MC_DISCOVER;
    line->interval = interval;

    return NGX_OK;
}


static ngx_int_t
ngx_session_mc_weight(ngx_conf_t *cf, ngx_session_mc_server_conf_t *line,
    ngx_str_t *word)
{
    ngx_int_t  weight;

    weight = ngx_atoi(word->data + 7, word->len - 7);

    if (weight >= 1 && weight <= NGX_SESSION_MC_WEIGHT_MAX) {
        line->weight = weight;
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"memcached\": "
                       "\"weight=\" and a number from 1 to %d is expected",
                       word, NGX_SESSION_MC_WEIGHT_MAX);

    return NGX_ERROR;
}


/*
 * Which address the system puts first may change with every answer of the DNS,
 * and with it where all sessions are looked for.  An IPv4 and an IPv6 address
 * of a name are one server's, and their order is fixed (RFC 6724).
 */

static ngx_uint_t
ngx_session_mc_is_ambiguous(ngx_url_t *url)
{
    ngx_uint_t   i, k;
    ngx_addr_t  *addr;

    addr = url->addrs;

    for (i = 1; i < url->naddrs; i++) {
        for (k = 0; k < i; k++) {

            if (addr[k].sockaddr->sa_family == addr[i].sockaddr->sa_family
                && !ngx_session_mc_is_same(&addr[k], &addr[i]))
            {
                return 1;
            }
        }
    }

    return 0;
}


static ngx_uint_t
ngx_session_mc_has_server(ngx_array_t *servers, ngx_url_t *url)
{
    ngx_uint_t                     i;
    ngx_session_mc_server_conf_t  *server;

    server = servers->elts;

    for (i = 0; i < servers->nelts; i++) {

        if (server[i].url.naddrs != 0
            && ngx_session_mc_is_same(&server[i].url.addrs[0], &url->addrs[0]))
        {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_session_mc_is_same(ngx_addr_t *one, ngx_addr_t *other)
{
    return ngx_cmp_sockaddr(one->sockaddr, one->socklen, other->sockaddr,
                            other->socklen, 1)
           == NGX_OK;
}
