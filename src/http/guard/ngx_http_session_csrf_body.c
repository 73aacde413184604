/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_csrf: reads a form's body, and finds the token in one of its fields,
 * before the request goes on.
 */


#include "ngx_http_session_csrf_body.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_location.h"

#include "nsess.h"
#include "nsess_buf.h"
#include "nsess_csrf.h"
#include "nsess_form.h"


static nsess_form_type_e ngx_http_session_csrf_type(ngx_http_request_t *r,
    nsess_str_t *boundary);
static void ngx_http_session_csrf_body(ngx_http_request_t *r);
static ngx_int_t ngx_http_session_csrf_search(ngx_http_session_ctx_t *ctx,
    ngx_str_t *name);
static ngx_uint_t ngx_http_session_csrf_write(ngx_http_request_t *r,
    nsess_str_t body, ngx_uint_t cut, nsess_str_t name, nsess_writer_t *w);
static ngx_int_t ngx_http_session_csrf_join(ngx_http_request_t *r,
    nsess_str_t *body, ngx_uint_t *cut);
static off_t ngx_http_session_csrf_size(ngx_http_request_t *r,
    ngx_uint_t *in_file);
static ngx_int_t ngx_http_session_csrf_copy(ngx_chain_t *cl, u_char *p,
    size_t size);


ngx_int_t
ngx_http_session_csrf_field(ngx_http_session_ctx_t *ctx, ngx_str_t *name)
{
    nsess_str_t  boundary;

    if (ngx_http_session_csrf_type(ctx->request, &boundary)
        == NSESS_FORM_NONE)
    {
        return NGX_DECLINED;
    }

    /* the body was not searched, or for the field of another location */

    if (ctx->guard.field == NULL
        || !ngx_http_session_equal(ctx->guard.field, name))
    {
        return NGX_AGAIN;
    }

    return ctx->guard.token.data != NULL ? NGX_OK : NGX_DECLINED;
}


static nsess_form_type_e
ngx_http_session_csrf_type(ngx_http_request_t *r, nsess_str_t *boundary)
{
    ngx_table_elt_t  *type;

    type = r->headers_in.content_type;

    return type == NULL ? NSESS_FORM_NONE
           : nsess_form_type(ngx_http_session_str(&type->value), boundary);
}


ngx_int_t
ngx_http_session_read_csrf(ngx_http_request_t *r)
{
    ngx_int_t  rc;

    if (r->method == NGX_HTTP_PUT) {

        /* dav_methods renames the body's file, it cannot use one in memory */

        r->request_body_in_file_only = 1;
        r->request_body_in_persistent_file = 1;
        r->request_body_in_clean_file = 1;
        r->request_body_file_group_access = 1;
        r->request_body_file_log_level = 0;
    }

    rc = ngx_http_read_client_request_body(r, ngx_http_session_csrf_body);

    if (rc >= NGX_HTTP_SPECIAL_RESPONSE) {
        return rc;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static void
ngx_http_session_csrf_body(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_loc_conf_t  *slcf;

    ctx = ngx_http_session_get_ctx(r);
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ngx_http_session_csrf_search(ctx, &slcf->csrf->field) != NGX_OK) {
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        return;
    }

    /* the phase handler runs again, and finds the token */

    r->write_event_handler = ngx_http_core_run_phases;
    ngx_http_core_run_phases(r);
}


static ngx_int_t
ngx_http_session_csrf_search(ngx_http_session_ctx_t *ctx, ngx_str_t *name)
{
    u_char               value[NSESS_CSRF_LEN];
    ngx_uint_t           cut, found;
    nsess_str_t          body;
    nsess_writer_t       w;
    ngx_http_request_t  *r;

    r = ctx->request;

    ctx->guard.field = name;
    ctx->guard.large = 0;
    ngx_str_null(&ctx->guard.token);

    if (ngx_http_session_csrf_join(r, &body, &cut) != NGX_OK) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, value, NSESS_CSRF_LEN);

    found = ngx_http_session_csrf_write(r, body, cut,
                                        ngx_http_session_str(name), &w);

    if (body.len != 0) {
        ngx_pfree(r->pool, (void *) body.data);
    }

    if (!found) {
        ctx->guard.large = cut;
        return NGX_OK;
    }

    if (w.error == NSESS_E_NONE && w.len == 0) {
        return NGX_OK;
    }

    /* a value that is too long for a token is wrong */

    ctx->guard.token.len = w.error == NSESS_E_NONE ? w.len : 0;
    ctx->guard.token.data = ngx_pnalloc(r->pool, NSESS_CSRF_LEN);
    if (ctx->guard.token.data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(ctx->guard.token.data, value, ctx->guard.token.len);

    return NGX_OK;
}


/* 0: the form does not have the field */

static ngx_uint_t
ngx_http_session_csrf_write(ngx_http_request_t *r, nsess_str_t body,
    ngx_uint_t cut, nsess_str_t name, nsess_writer_t *w)
{
    nsess_str_t  boundary, value;

    switch (ngx_http_session_csrf_type(r, &boundary)) {

    case NSESS_FORM_URLENCODED:
        return nsess_form_urlencoded(body, cut, name, w) == NSESS_OK;

    case NSESS_FORM_MULTIPART:

        if (nsess_form_multipart(body, boundary, name, &value) != NSESS_OK) {
            return 0;
        }

        nsess_write(w, value.data, value.len);
        return 1;

    default: /* NSESS_FORM_NONE */
        return 0;
    }
}


/*
 * The body in one piece, in the request's pool unless it is empty.  From a body
 * in a file, only the first client_body_buffer_size bytes are taken.
 */

static ngx_int_t
ngx_http_session_csrf_join(ngx_http_request_t *r, nsess_str_t *body,
    ngx_uint_t *cut)
{
    off_t                      size;
    u_char                    *p;
    ngx_uint_t                 in_file;
    ngx_http_core_loc_conf_t  *clcf;

    body->data = (u_char *) "";
    body->len = 0;
    *cut = 0;

    size = ngx_http_session_csrf_size(r, &in_file);

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    if (in_file && size > (off_t) clcf->client_body_buffer_size) {
        size = clcf->client_body_buffer_size;
        *cut = 1;
    }

    if (size == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = size;

    return ngx_http_session_csrf_copy(r->request_body->bufs, p, size);
}


static off_t
ngx_http_session_csrf_size(ngx_http_request_t *r, ngx_uint_t *in_file)
{
    off_t         size;
    ngx_chain_t  *cl;

    size = 0;
    *in_file = 0;

    if (r->request_body == NULL) {
        return 0;
    }

    for (cl = r->request_body->bufs; cl != NULL; cl = cl->next) {
        size += ngx_buf_size(cl->buf);

        if (!ngx_buf_in_memory(cl->buf) && cl->buf->in_file) {
            *in_file = 1;
        }
    }

    return size;
}


static ngx_int_t
ngx_http_session_csrf_copy(ngx_chain_t *cl, u_char *p, size_t size)
{
    size_t      n;
    ngx_buf_t  *b;

    for ( /* void */ ; size != 0; cl = cl->next) {
        b = cl->buf;
        n = ngx_min((off_t) size, ngx_buf_size(b));

        if (n == 0) {

            /* the last buffer may have neither memory nor a file */

            continue;
        }

        if (ngx_buf_in_memory(b)) {
            ngx_memcpy(p, b->pos, n);

        } else if (ngx_read_file(b->file, p, n, b->file_pos) != (ssize_t) n) {
            return NGX_ERROR;
        }

        p += n;
        size -= n;
    }

    return NGX_OK;
}
