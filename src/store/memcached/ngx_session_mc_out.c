/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * The output of a connection.
 */


#include "ngx_session_mc_out.h"


/*
 * Bytes that are sent or wait for it: sixteen items of memcached's default
 * limit of 1 MB.  More pile up only when memcached does not read.
 */
#define NGX_SESSION_MC_OUT_MAX  (16 * 1024 * 1024)


static size_t ngx_session_mc_out_left(const ngx_session_mc_out_t *out,
    uint64_t from);
static ngx_int_t ngx_session_mc_out_reserve(ngx_session_mc_out_t *out,
    size_t n, ngx_log_t *log);


ngx_session_reason_e
ngx_session_mc_out_append(ngx_session_mc_out_t *out,
    const nsess_mc_request_t *req, ngx_log_t *log)
{
    size_t                 left;
    nsess_writer_t         w;
    ngx_session_mc_buf_t  *b;

    b = &out->buf;
    left = ngx_session_mc_out_left(out, out->kept);

    if (b->start != NULL) {
        nsess_writer_init(&w, b->last, ngx_min((size_t) (b->end - b->last),
                                               left));
        nsess_mc_write(&w, req);

        if (w.error == NSESS_E_NONE) {
            b->last += w.len;
            return NGX_SESSION_REASON_NONE;
        }
    }

    /* it does not fit: how much room does it want? */

    nsess_writer_init(&w, NULL, ngx_session_mc_out_left(out, out->sent));
    nsess_mc_write(&w, req);

    if (w.error != NSESS_E_NONE) {
        return NGX_SESSION_REASON_OVERFLOW;
    }

    if (w.len > left) {
        ngx_session_mc_out_drop(out, out->sent);
    }

    if (ngx_session_mc_out_reserve(out, w.len, log) != NGX_OK) {
        return NGX_SESSION_REASON_NO_MEMORY;
    }

    nsess_writer_init(&w, b->last, b->end - b->last);
    nsess_mc_write(&w, req);

    b->last += w.len;

    return NGX_SESSION_REASON_NONE;
}


/* room for more behind what begins there; commands that were moved here may
   be a few bytes more than there is */

static size_t
ngx_session_mc_out_left(const ngx_session_mc_out_t *out, uint64_t from)
{
    uint64_t  used;

    used = ngx_session_mc_out_end(out) - from;

    return used < NGX_SESSION_MC_OUT_MAX ? NGX_SESSION_MC_OUT_MAX - used : 0;
}


/* there is room for twice as much, so that it is copied seldom */

static ngx_int_t
ngx_session_mc_out_reserve(ngx_session_mc_out_t *out, size_t n,
    ngx_log_t *log)
{
    size_t  used;

    used = out->buf.last - out->buf.pos;

    return ngx_session_mc_buf_reserve(&out->buf, ngx_max(n, used), log);
}


ngx_int_t
ngx_session_mc_out_copy(ngx_session_mc_out_t *out,
    const ngx_session_mc_out_t *from, uint64_t begin, uint64_t end,
    ngx_log_t *log)
{
    size_t                 n;
    ngx_session_mc_buf_t  *b;

    b = &out->buf;
    n = end - begin;

    if (ngx_session_mc_out_reserve(out, n, log) != NGX_OK) {
        return NGX_ERROR;
    }

    b->last = ngx_cpymem(b->last, from->buf.pos + (begin - from->kept), n);

    return NGX_OK;
}


void
ngx_session_mc_out_drop(ngx_session_mc_out_t *out, uint64_t end)
{
    end = ngx_min(end, out->sent);

    if (end <= out->kept) {
        return;
    }

    out->buf.pos += end - out->kept;
    out->kept = end;

    if (out->buf.pos == out->buf.last) {
        ngx_session_mc_buf_reset(&out->buf);
    }
}


void
ngx_session_mc_out_free(ngx_session_mc_out_t *out)
{
    ngx_session_mc_buf_free(&out->buf);

    out->kept = 0;
    out->sent = 0;
    out->hold = 0;
}
