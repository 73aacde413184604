/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_status_page: a content handler that shows what was counted.
 */


#include "ngx_http_session_lines.h"
#include "ngx_http_session_stats.h"
#include "ngx_http_session_status_page.h"

#include "nsess.h"
#include "nsess_accept.h"
#include "nsess_buf.h"
#include "nsess_prom.h"


typedef void (*ngx_http_session_format_pt)(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all);


typedef struct {
    ngx_str_t                     name;
    ngx_str_t                     type;
    size_t                        type_len;     /* without parameters */
    ngx_http_session_format_pt    write;
} ngx_http_session_format_t;


static const ngx_http_session_format_t *ngx_http_session_status_format(
    ngx_http_request_t *r);
static unsigned ngx_http_session_status_weight(ngx_http_request_t *r,
    const ngx_http_session_format_t *format);
static ngx_int_t ngx_http_session_status_send(ngx_http_request_t *r,
    const ngx_http_session_format_t *format,
    const ngx_http_session_snapshots_t *all);


/* the first is the default, when a client accepts several equally */

static const ngx_http_session_format_t  ngx_http_session_formats[] = {

    { ngx_string("json"), ngx_string("application/json"),
      sizeof("application/json") - 1, ngx_http_session_status_json },

    { ngx_string("prometheus"), ngx_string(NSESS_PROM_TYPE),
      sizeof("text/plain") - 1, ngx_http_session_status_prom }
};

#define NGX_HTTP_SESSION_FORMATS                                              \
    (sizeof(ngx_http_session_formats) / sizeof(ngx_http_session_formats[0]))


ngx_int_t
ngx_http_session_status_handler(ngx_http_request_t *r)
{
    ngx_int_t                         rc;
    ngx_http_session_snapshots_t     *all;
    const ngx_http_session_format_t  *format;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    format = ngx_http_session_status_format(r);
    if (format == NULL) {
        return NGX_HTTP_BAD_REQUEST;
    }

    all = ngx_http_session_stats_read(r);
    if (all == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_http_session_status_send(r, format, all);
}


/* NULL: "?format=" has an unknown name */

static const ngx_http_session_format_t *
ngx_http_session_status_format(ngx_http_request_t *r)
{
    unsigned                          weight, best;
    ngx_str_t                         name;
    ngx_uint_t                        i;
    const ngx_http_session_format_t  *format;

    if (ngx_http_arg(r, (u_char *) "format", 6, &name) == NGX_OK) {

        for (i = 0; i < NGX_HTTP_SESSION_FORMATS; i++) {
            format = &ngx_http_session_formats[i];

            if (name.len == format->name.len
                && ngx_strncmp(name.data, format->name.data, name.len) == 0)
            {
                return format;
            }
        }

        return NULL;
    }

    format = &ngx_http_session_formats[0];
    best = ngx_http_session_status_weight(r, format);

    for (i = 1; i < NGX_HTTP_SESSION_FORMATS; i++) {
        weight = ngx_http_session_status_weight(r,
                                                &ngx_http_session_formats[i]);

        if (weight > best) {
            format = &ngx_http_session_formats[i];
            best = weight;
        }
    }

    return format;
}


/* how much the request's Accept prefers the format */

static unsigned
ngx_http_session_status_weight(ngx_http_request_t *r,
    const ngx_http_session_format_t *format)
{
    nsess_str_t                type;
    nsess_accept_t             accept;
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    type.data = format->type.data;
    type.len = format->type_len;

    nsess_accept_init(&accept, type);

    ngx_http_session_lines(&lines, &r->headers_in.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (h->key.len == 6
            && ngx_strncasecmp(h->key.data, (u_char *) "accept", 6) == 0)
        {
            nsess_accept_read(&accept, ngx_http_session_str(&h->value));
        }
    }

    return accept.weight;
}


static ngx_int_t
ngx_http_session_status_send(ngx_http_request_t *r,
    const ngx_http_session_format_t *format,
    const ngx_http_session_snapshots_t *all)
{
    ngx_int_t        rc;
    ngx_buf_t       *b;
    ngx_chain_t      out;
    nsess_writer_t   w;

    nsess_writer_init(&w, NULL, SIZE_MAX);
    format->write(&w, all);

    b = ngx_create_temp_buf(r->pool, w.len);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    nsess_writer_init(&w, b->pos, w.len);
    format->write(&w, all);

    b->last = b->pos + w.len;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = w.len;
    r->headers_out.content_type = format->type;
    r->headers_out.content_type_len = format->type_len;
    r->headers_out.content_type_lowcase = NULL;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}
