/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Clear-Site-Data (a W3C draft): tells the browser to delete its cache, cookies
 * or storage when a session ends.
 */


#include "ngx_http_session_action_conf.h"
#include "ngx_http_session_clear.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_lines.h"

#include "nsess_buf.h"


#define NGX_HTTP_SESSION_CLEAR_MAX  64      /* all words, quoted */


ngx_int_t
ngx_http_session_clear_site_data(ngx_http_session_ctx_t *ctx)
{
    u_char          *p;
    ngx_str_t       *word;
    ngx_uint_t       bit;
    nsess_writer_t   w;

    if (ctx->changes.clear_site == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(ctx->request->pool, NGX_HTTP_SESSION_CLEAR_MAX);
    if (p == NULL) {
        return NGX_ERROR;
    }

    nsess_writer_init(&w, p, NGX_HTTP_SESSION_CLEAR_MAX);

    word = ngx_http_session_clear_words;

    for (bit = 1; word->len != 0; word++, bit <<= 1) {

        if (!(ctx->changes.clear_site & bit)) {
            continue;
        }

        if (w.len != 0) {
            nsess_write(&w, ", ", 2);
        }

        nsess_write_char(&w, '"');
        nsess_write_str(&w, ngx_http_session_str(word));
        nsess_write_char(&w, '"');
    }

    return ngx_http_session_push_header(ctx->request, "Clear-Site-Data", &w)
           != NULL ? NGX_OK : NGX_ERROR;
}
