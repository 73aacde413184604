/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Variables of a session that are read before it is loaded.  limit_req, "if"
 * and "return" would decide by an empty value, which is an error: nginx's
 * default level shows it to those who have just written the line.
 */


#include "ngx_http_session_ctx.h"
#include "ngx_http_session_early.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_main.h"
#include "ngx_http_session_manager.h"

#include "ngx_session_limit.h"


/* for directives of the server, which run before any "phase=" */
#define NGX_HTTP_SESSION_NO_LOCATION  (NGX_HTTP_SESSION_REWRITE + 1)


static ngx_uint_t ngx_http_session_decides(ngx_http_request_t *r);
static ngx_uint_t ngx_http_session_needed_phase(ngx_http_request_t *r);


void
ngx_http_session_read_early(ngx_http_request_t *r, ngx_str_t *name)
{
    ngx_uint_t                     phase;
    ngx_http_session_ctx_t        *ctx;
    ngx_http_core_loc_conf_t      *clcf;
    ngx_http_session_loc_conf_t   *slcf;
    ngx_http_session_main_conf_t  *smcf;

    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (slcf->manager == NULL || !ngx_http_session_decides(r)) {
        return;
    }

    ctx = ngx_http_session_get_ctx(r);

    if (ctx != NULL && ctx->manager == slcf->manager) {
        return;
    }

    phase = ngx_http_session_needed_phase(r);

    if (phase <= slcf->phase) {
        return;
    }

    smcf = ngx_http_get_module_main_conf(r, ngx_http_session_module);

    if (phase == NGX_HTTP_SESSION_NO_LOCATION) {
        ngx_session_log(&smcf->early, NGX_LOG_ERR, r->connection->log, 0,
                        "\"$%V\" was read before the session of \"%V\" was "
                        "loaded: directives of the server itself run "
                        "without a session, they are expected in a location "
                        "with \"phase=rewrite\"", name, &slcf->manager->name);
        return;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    ngx_session_log(&smcf->early, NGX_LOG_ERR, r->connection->log, 0,
                    "\"$%V\" was read before the session of \"%V\" was "
                    "loaded: \"phase=%s\" is expected in location \"%V\"",
                    name, &slcf->manager->name,
                    phase == NGX_HTTP_SESSION_REWRITE ? "rewrite" : "preaccess",
                    &clcf->name);
}


/* is the variable read before the access phase, and not for a log? */

static ngx_uint_t
ngx_http_session_decides(ngx_http_request_t *r)
{
    if (r != r->main || r->header_sent || r->count == 0) {

        /* a request that is freed has no reference left while it is logged */

        return 0;
    }

    /* "return" sets the status before it evaluates its text, then the length */

    return r->headers_out.status == 0 || r->headers_out.content_length_n == -1;
}


/* NGX_HTTP_SESSION_ACCESS: the session is loaded, or no phase helps */

static ngx_uint_t
ngx_http_session_needed_phase(ngx_http_request_t *r)
{
    ngx_http_phase_handler_t   *ph;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_get_module_main_conf(r, ngx_http_core_module);

    if (r->phase_handler < (ngx_int_t) cmcf->phase_engine.server_rewrite_index)
    {
        return NGX_HTTP_SESSION_ACCESS;
    }

    ph = cmcf->phase_engine.handlers + r->phase_handler;

    if (ph->checker == ngx_http_core_rewrite_phase) {
        clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

        return clcf->name.len == 0 && !clcf->noname
               ? NGX_HTTP_SESSION_NO_LOCATION : NGX_HTTP_SESSION_REWRITE;
    }

    if (ph->checker != ngx_http_core_generic_phase) {
        return NGX_HTTP_SESSION_ACCESS;
    }

    for ( /* void */ ; ph->checker; ph++) {
        if (ph->checker == ngx_http_core_access_phase) {
            return NGX_HTTP_SESSION_PREACCESS;
        }
    }

    return NGX_HTTP_SESSION_ACCESS;
}
