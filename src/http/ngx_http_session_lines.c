/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The header lines of requests and responses, in nginx's lists.
 */


#include "ngx_http_session_compat.h"
#include "ngx_http_session_lines.h"


ngx_table_elt_t *
ngx_http_session_next_line(ngx_http_session_lines_t *lines)
{
    ngx_table_elt_t  *h;

    while (lines->i == lines->part->nelts) {

        if (lines->part->next == NULL) {
            return NULL;
        }

        lines->part = lines->part->next;
        lines->i = 0;
    }

    h = lines->part->elts;

    return &h[lines->i++];
}


ngx_table_elt_t *
ngx_http_session_push_header(ngx_http_request_t *r, char *name,
    nsess_writer_t *w)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value.data = w->start;
    h->value.len = w->len;
    h->lowcase_key = NULL;

    ngx_http_session_end_header_list(h);

    return h;
}
