/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Does the browser speak TLS, and would it keep the cookie?
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_lines.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_plain_conf.h"
#include "ngx_http_session_secure.h"

#include "ngx_session_limit.h"
#include "nsess_cookie.h"

#include "nsess_str.h"


static ngx_uint_t ngx_http_session_forwarded_tls(ngx_http_request_t *r);
static ngx_uint_t ngx_http_session_is_loopback(ngx_str_t *host);


ngx_uint_t
ngx_http_session_over_tls(ngx_http_request_t *r)
{
#if (NGX_HTTP_SSL)

    if (r->connection->ssl != NULL) {
        return 1;
    }

#endif

    return ngx_http_session_forwarded_tls(r);
}


/* of several proxies the one next to the browser wrote the first word */

static ngx_uint_t
ngx_http_session_forwarded_tls(ngx_http_request_t *r)
{
    nsess_str_t                word;
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    static const nsess_str_t  https = nsess_string("https");
    static const nsess_str_t  header = nsess_string("x-forwarded-proto");

    ngx_http_session_lines(&lines, &r->headers_in.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (!nsess_str_equal_nocase(ngx_http_session_str(&h->key), header)) {
            continue;
        }

        word.data = h->value.data;
        word.len = nsess_str_find(h->value.data,
                                  h->value.data + h->value.len, ',')
                   - h->value.data;

        return nsess_str_equal_nocase(nsess_str_trim(word), https);
    }

    return 0;
}


void
ngx_http_session_watch_secure(ngx_http_session_ctx_t *ctx)
{
    ngx_http_request_t  *r;

    r = ctx->request;

    if (ctx->manager->cookies[0].secure != NSESS_SECURE_DEFAULT
        || r->headers_in.server.len == 0
        || ngx_http_session_is_loopback(&r->headers_in.server)
        || ngx_http_session_over_tls(r))
    {
        return;
    }

    (void) ngx_session_log(&ctx->manager->insecure, NGX_LOG_ERR,
                           r->connection->log, 0,
                           "cookie of \"%V\" has Secure, and browsers drop it "
                           "on plain HTTP: write "
                           NGX_HTTP_SESSION_WRITE_SECURE,
                           &ctx->manager->name);
}


/* browsers take Secure cookies from this machine without TLS, too */

static ngx_uint_t
ngx_http_session_is_loopback(ngx_str_t *host)
{
    size_t     n;
    in_addr_t  address;

    static ngx_str_t  name = ngx_string("localhost");
    static ngx_str_t  ipv6 = ngx_string("[::1]");

    address = ngx_inet_addr(host->data, host->len);

    if (address != INADDR_NONE) {
        return ntohl(address) >> 24 == IN_LOOPBACKNET;
    }

    if (host->len == ipv6.len
        && ngx_strncmp(host->data, ipv6.data, ipv6.len) == 0)
    {
        return 1;
    }

    if (host->len < name.len) {
        return 0;
    }

    n = host->len - name.len;

    return ngx_strncasecmp(host->data + n, name.data, name.len) == 0
           && (n == 0 || host->data[n - 1] == '.');
}
