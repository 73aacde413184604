/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Does the browser speak TLS?
 */


#include "ngx_http_session_lines.h"
#include "ngx_http_session_secure.h"

#include "nsess_str.h"


static ngx_uint_t ngx_http_session_forwarded_tls(ngx_http_request_t *r);


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
