/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * Checks the session twice when a request takes long to arrive: if the body is
 * complete more than a second after the session was checked, both records are
 * read again before the upstream gets the request.
 *
 *     admitted      our handler is the first after the access phase, and runs
 *                   the phases that follow: a content handler or a mirror
 *                   reads the body, and leaves a handler to go on with
 *     body is there our handler runs in its place, and looks at the session if
 *                   the body is late
 *     looked        the request goes on, or is refused
 *
 * With proxy_request_buffering off the upstream gets the body as it arrives,
 * and the session is not checked again.  Life: that of the request, whose
 * cleanup cancels what is under way.
 */


#include "ngx_http_session_access.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_headers.h"
#include "ngx_http_session_late.h"
#include "ngx_http_session_load.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_look.h"
#include "ngx_http_session_realm.h"
#include "ngx_http_session_record.h"
#include "ngx_http_session_result.h"
#include "ngx_http_session_wait.h"


/* ms; rules of a session's life, 8 */
#define NGX_HTTP_SESSION_LATE  1000


struct ngx_http_session_late_s {
    ngx_http_request_t              *request;
    ngx_http_session_ctx_t          *ctx;
    ngx_http_client_body_handler_pt  body;      /* to go on with; NULL: the
                                                   phases go on */
    ngx_uint_t                       commands;
    ngx_msec_t                       begun;     /* the look */
    ngx_event_t                      event;     /* posted after the look */
    ngx_http_session_identity_t      identity;
    ngx_http_session_look_t          look;
};


static ngx_http_session_late_t *ngx_http_session_late_create(
    ngx_http_request_t *r, ngx_http_session_ctx_t *ctx);
static ngx_int_t ngx_http_session_late_phases(ngx_http_request_t *r,
    ngx_http_session_late_t *late);
static void ngx_http_session_late_body(ngx_http_request_t *r);
static ngx_uint_t ngx_http_session_is_late(ngx_http_session_ctx_t *ctx);
static void ngx_http_session_late_look(ngx_http_session_late_t *late);
static void ngx_http_session_late_looked(void *data);
static void ngx_http_session_late_handler(ngx_event_t *ev);
static ngx_int_t ngx_http_session_late_judge(ngx_http_session_late_t *late);
static ngx_int_t ngx_http_session_late_over(ngx_http_session_late_t *late,
    ngx_http_session_loc_conf_t *slcf);
static void ngx_http_session_late_go_on(ngx_http_session_late_t *late);
static void ngx_http_session_late_cleanup(void *data);


ngx_int_t
ngx_http_session_precontent_handler(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_late_t      *late;
    ngx_http_session_loc_conf_t  *slcf;

    if (r != r->main
        || (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked))
    {
        return NGX_DECLINED;
    }

    ctx = ngx_http_session_get_ctx(r);
    slcf = ngx_http_get_module_loc_conf(r, ngx_http_session_module);

    if (ctx == NULL || ctx->load.status != NGX_HTTP_SESSION_HIT
        || ctx->manager != slcf->manager)
    {
        return NGX_DECLINED;
    }

    if (!ngx_http_session_is_late(ctx) && r->request_body != NULL) {
        return NGX_DECLINED;
    }

    late = ngx_http_session_late_create(r, ctx);
    if (late == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (r->request_body == NULL) {
        return ngx_http_session_late_phases(r, late);
    }

    /* another module has read the body already */

    ngx_http_session_late_look(late);

    return NGX_DONE;
}


static ngx_http_session_late_t *
ngx_http_session_late_create(ngx_http_request_t *r,
    ngx_http_session_ctx_t *ctx)
{
    ngx_http_cleanup_t       *cln;
    ngx_http_session_late_t  *late;

    cln = ngx_http_cleanup_add(r, sizeof(ngx_http_session_late_t));
    if (cln == NULL) {
        return NULL;
    }

    late = cln->data;
    ngx_memzero(late, sizeof(ngx_http_session_late_t));

    cln->handler = ngx_http_session_late_cleanup;

    late->request = r;
    late->ctx = ctx;

    late->event.handler = ngx_http_session_late_handler;
    late->event.data = late;
    late->event.log = r->connection->log;

    ctx->guard.late = late;

    return late;
}


/* runs the next phases, then replaces the handler that waits for the body */

static ngx_int_t
ngx_http_session_late_phases(ngx_http_request_t *r,
    ngx_http_session_late_t *late)
{
    ngx_http_request_body_t  *rb;

    r->main->count++;
    r->phase_handler++;

    ngx_http_core_run_phases(r);

    rb = r->request_body;

    if (rb != NULL && rb->rest > 0 && rb->post_handler != NULL
        && !r->request_body_no_buffering)
    {
        late->body = rb->post_handler;
        rb->post_handler = ngx_http_session_late_body;
    }

    ngx_http_finalize_request(r, NGX_DONE);

    return NGX_DONE;
}


static void
ngx_http_session_late_body(ngx_http_request_t *r)
{
    ngx_http_session_ctx_t   *ctx;
    ngx_http_session_late_t  *late;

    ctx = ngx_http_session_get_ctx(r);
    late = ctx->guard.late;

    if (ngx_http_session_is_late(ctx)) {
        ngx_http_session_late_look(late);

    } else {
        late->body(r);
    }
}


static ngx_uint_t
ngx_http_session_is_late(ngx_http_session_ctx_t *ctx)
{
    return ctx->load.status == NGX_HTTP_SESSION_HIT
           && (ngx_msec_int_t) (ngx_current_msec
                                - (ctx->load.begun + ctx->load.time))
              > NGX_HTTP_SESSION_LATE;
}


static void
ngx_http_session_late_look(ngx_http_session_late_t *late)
{
    ngx_http_session_look_t  *look;

    ngx_log_debug0(NGX_LOG_DEBUG_HTTP, late->event.log, 0,
                   "session access: the body took long, so the session is "
                   "looked at again");

    late->identity = late->ctx->who.identity;

    look = &late->look;

    look->identity = &late->identity;
    look->manager = late->ctx->manager;
    look->pool = late->request->pool;
    look->log = late->event.log;
    look->handler = ngx_http_session_late_looked;
    look->data = late;
    look->commands = &late->commands;
    look->limit = ngx_http_session_wait_limit(late->ctx);
    look->life = NGX_SESSION_LIFE_STAYS;

    late->begun = ngx_current_msec;
    late->commands = NGX_HTTP_SESSION_LOAD_COMMANDS;

    ngx_http_session_look(look);

    if (look->verdict != NGX_HTTP_SESSION_VERDICT_NONE) {
        ngx_http_session_late_looked(late);
    }
}


static void
ngx_http_session_late_looked(void *data)
{
    ngx_http_session_late_t *late = data;

    (void) ngx_http_session_wait_end(late->ctx, late->begun);

    ngx_post_event(&late->event, &ngx_posted_events);
}


static void
ngx_http_session_late_handler(ngx_event_t *ev)
{
    ngx_http_session_late_t *late = ev->data;

    ngx_int_t            rc;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = late->request;
    c = r->connection;

    ngx_http_set_log_request(c->log, r);

    rc = ngx_http_session_late_judge(late);

    ngx_log_debug1(NGX_LOG_DEBUG_HTTP, c->log, 0,
                   "session access: of the request whose body took long: "
                   "status %i, 0 is its own", rc);

    ngx_http_session_look_end(&late->look);

    if (rc == NGX_OK) {
        ngx_http_session_late_go_on(late);

    } else {
        ngx_http_finalize_request(r, rc);
    }

    ngx_http_run_posted_requests(c);
}


/* NGX_OK, or the status of a refusal */

static ngx_int_t
ngx_http_session_late_judge(ngx_http_session_late_t *late)
{
    ngx_http_session_manager_t   *manager;
    ngx_http_session_loc_conf_t  *slcf;

    manager = late->ctx->manager;
    slcf = ngx_http_get_module_loc_conf(late->request,
                                        ngx_http_session_module);

    switch (late->look.verdict) {

    case NGX_HTTP_SESSION_VERDICT_GOOD:
        return NGX_OK;

    case NGX_HTTP_SESSION_VERDICT_DEAD:
        return ngx_http_session_late_over(late, slcf);

    default:
        (void) ngx_session_log(&manager->late, NGX_LOG_ERR,
                               late->event.log, 0,
                               "request was %s, the session of \"%V\" could "
                               "not be checked again behind its body: %s",
                               slcf->deny ? "refused" : "let through",
                               &manager->name,
                               ngx_http_session_look_why(&late->look));

        return slcf->deny ? NGX_HTTP_SERVICE_UNAVAILABLE : NGX_OK;
    }
}


/* the session is over: refuses the request, or lets it go on without one */

static ngx_int_t
ngx_http_session_late_over(ngx_http_session_late_t *late,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t                rc;
    ngx_http_request_t      *r;
    ngx_http_session_ctx_t  *ctx;

    r = late->request;
    ctx = late->ctx;

    ngx_http_session_forget(ctx);

    ctx->load.status = NGX_HTTP_SESSION_EXPIRED;
    ctx->who.known = 0;
    ctx->who.ended = 1;

    if (ngx_http_session_refresh(r) != NGX_OK
        || ngx_http_session_inject(r, slcf) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ngx_http_session_permit(ctx, slcf);

    /* the body was read, so that a missing token is an error */

    if (rc == NGX_AGAIN) {
        return NGX_HTTP_FORBIDDEN;
    }

    if (rc != NGX_OK) {
        ngx_http_session_challenge(ctx, slcf, rc);
    }

    return rc;
}


static void
ngx_http_session_late_go_on(ngx_http_session_late_t *late)
{
    /* the time since the check counts from here */

    late->ctx->load.begun = ngx_current_msec - late->ctx->load.time;

    if (late->body != NULL) {
        late->body(late->request);

    } else {
        ngx_http_core_run_phases(late->request);
    }
}


static void
ngx_http_session_late_cleanup(void *data)
{
    ngx_http_session_late_t *late = data;

    if (late->event.posted) {
        ngx_delete_posted_event(&late->event);
    }

    if (late->look.manager != NULL) {
        ngx_http_session_look_end(&late->look);
    }
}
