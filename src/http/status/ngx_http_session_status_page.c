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
#include "nsess_buf.h"
#include "nsess_prom.h"
#include "nsess_str.h"


typedef void (*ngx_http_session_format_pt)(nsess_writer_t *w,
    const ngx_http_session_snapshots_t *all);


typedef struct {
    ngx_str_t                     name;
    ngx_str_t                     type;
    size_t                        type_len;     /* without parameters */
    ngx_str_t                     ranges[3];    /* of Accept: the first one that
                                                   is there counts */
    ngx_http_session_format_pt    write;
} ngx_http_session_format_t;


static const ngx_http_session_format_t *ngx_http_session_status_format(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_session_status_weight(ngx_http_request_t *r,
    const ngx_http_session_format_t *format);
static ngx_int_t ngx_http_session_status_range(ngx_table_elt_t *header,
    const ngx_str_t *range);
static ngx_int_t ngx_http_session_status_send(ngx_http_request_t *r,
    const ngx_http_session_format_t *format,
    const ngx_http_session_snapshots_t *all);


/* the first is the default, when a client accepts several equally */

static const ngx_http_session_format_t  ngx_http_session_formats[] = {

    { ngx_string("json"), ngx_string("application/json"),
      sizeof("application/json") - 1,
      { ngx_string("application/json"), ngx_string("application/*"),
        ngx_string("*/*") },
      ngx_http_session_status_json },

    { ngx_string("prometheus"), ngx_string(NSESS_PROM_TYPE),
      sizeof("text/plain") - 1,
      { ngx_string("text/plain"), ngx_string("text/*"), ngx_string("*/*") },
      ngx_http_session_status_prom }
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
    ngx_int_t                         weight, best;
    ngx_str_t                         name;
    ngx_uint_t                        i;
    const ngx_http_session_format_t  *format;

    if (ngx_http_arg(r, (u_char *) "format", 6, &name) == NGX_OK) {

        for (i = 0; i < NGX_HTTP_SESSION_FORMATS; i++) {
            format = &ngx_http_session_formats[i];

            if (ngx_http_session_equal(&name, &format->name)) {
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


/* how much the request's Accept prefers the format, in thousandths */

static ngx_int_t
ngx_http_session_status_weight(ngx_http_request_t *r,
    const ngx_http_session_format_t *format)
{
    ngx_int_t                  weight;
    ngx_uint_t                 n;
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    weight = NGX_ERROR;

    for (n = 0; n < 3 && weight == NGX_ERROR; n++) {
        ngx_http_session_lines(&lines, &r->headers_in.headers);

        while ((h = ngx_http_session_next_line(&lines)) != NULL) {
            weight = ngx_max(weight,
                             ngx_http_session_status_range(h,
                                                        &format->ranges[n]));
        }
    }

    return ngx_max(weight, 0);
}


/* the weight of a range in a line of Accept; NGX_ERROR: it is not there */

static ngx_int_t
ngx_http_session_status_range(ngx_table_elt_t *header, const ngx_str_t *range)
{
    u_char  *p, *q, *last;

    static const nsess_str_t  accept = nsess_string("accept");

    if (!nsess_str_equal_nocase(ngx_http_session_str(&header->key), accept)) {
        return NGX_ERROR;
    }

    last = header->value.data + header->value.len;

    p = ngx_strlcasestrn(header->value.data, last, range->data, range->len - 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    for (q = p; q < last && *q != ','; q++) { /* void */ }

    p = ngx_strlcasestrn(p, q, (u_char *) "q=", 1);
    if (p == NULL) {
        return 1000;
    }

    for (p += 2, q = p; q < last && (*q == '.' || nsess_is_digit(*q)); q++) {
        /* void */
    }

    return ngx_atofp(p, q - p, 3);
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
