/*
 * Copyright (C) the ngx_http_session_module authors
 */


/*
 * session_accept: an upstream changes the session by lines in the header of its
 * response, which are removed before the response goes out.
 */


#include "ngx_http_session_accept.h"
#include "ngx_http_session_accept_conf.h"
#include "ngx_http_session_changes.h"
#include "ngx_http_session_ctx.h"
#include "ngx_http_session_evaluate.h"
#include "ngx_http_session_get_ctx.h"
#include "ngx_http_session_lines.h"
#include "ngx_http_session_location.h"
#include "ngx_http_session_manager.h"
#include "ngx_http_session_response.h"
#include "ngx_http_session_unseen.h"

#include "ngx_session_limit.h"
#include "nsess.h"
#include "nsess_change.h"
#include "nsess_str.h"
#include "nsess_upstream_header.h"


/* a change that is allowed */
typedef struct {
    nsess_upstream_header_t       answer;
    ngx_str_t                    *key;          /* as "keys=" has it */
} ngx_http_session_answer_t;


typedef struct {
    ngx_http_session_ctx_t       *ctx;
    ngx_http_session_accept_t    *accept;
    ngx_http_upstream_t          *upstream;
    ngx_array_t                   answers;      /* .._answer_t */
    ngx_table_elt_t              *line;         /* read last; NULL: no line */
    ngx_table_elt_t              *unknown;      /* with an unknown word */
    nsess_str_t                   name;         /* of a key, in the line */
    const char                   *refused;      /* why; NULL: permitted */
    const char                   *remedy;       /* what to do about it */
} ngx_http_session_hearing_t;


static ngx_uint_t ngx_http_session_has_answered(ngx_http_upstream_t *u);
static ngx_int_t ngx_http_session_collect(ngx_http_session_hearing_t *hearing);
static ngx_int_t ngx_http_session_collect_line(
    ngx_http_session_hearing_t *hearing, ngx_table_elt_t *h);
static void ngx_http_session_permit_answer(
    ngx_http_session_hearing_t *hearing, ngx_http_session_answer_t *a);
static const char *ngx_http_session_permitting(nsess_upstream_word_e word);
static ngx_str_t *ngx_http_session_listed(ngx_http_session_accept_t *accept,
    nsess_str_t name);
static ngx_int_t ngx_http_session_judge(ngx_http_session_hearing_t *hearing);
static ngx_int_t ngx_http_session_obey(ngx_http_session_ctx_t *ctx,
    ngx_http_session_answer_t *a);
static ngx_int_t ngx_http_session_verdict(ngx_http_session_ctx_t *ctx,
    char *verdict, const char *why);
static void ngx_http_session_log_refused(ngx_http_session_hearing_t *hearing);


ngx_int_t
ngx_http_session_enter(ngx_http_request_t *r,
    ngx_http_session_loc_conf_t *slcf)
{
    ngx_int_t                rc;
    ngx_http_session_ctx_t  *ctx;

    ctx = ngx_http_session_make_ctx(r);
    if (ctx == NULL) {
        return NGX_ERROR;
    }

    /* X-Accel-Redirect or error_page has led here from another location */

    rc = ngx_http_session_hear(ctx);

    ctx->upstream.location = slcf;

    return rc;
}


ngx_int_t
ngx_http_session_hear(ngx_http_session_ctx_t *ctx)
{
    ngx_http_upstream_t          *u;
    ngx_http_session_hearing_t    hearing;
    ngx_http_session_loc_conf_t  *slcf;

    slcf = ctx->upstream.location;
    u = ctx->request->upstream;

    if (u == NULL || u == ctx->upstream.heard
        || ngx_http_session_is_taken(&ctx->hold)
        || !ngx_http_session_has_answered(u))
    {
        return NGX_OK;
    }

    ctx->upstream.heard = u;

    if (slcf == NULL || slcf->accept == NULL || slcf->manager == NULL) {
        return NGX_OK;
    }

    ngx_memzero(&hearing, sizeof(ngx_http_session_hearing_t));

    hearing.ctx = ctx;
    hearing.accept = slcf->accept;
    hearing.upstream = u;

    if (ngx_array_init(&hearing.answers, ctx->request->pool, 4,
                       sizeof(ngx_http_session_answer_t))
        != NGX_OK
        || ngx_http_session_collect(&hearing) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (hearing.refused == NULL && hearing.unknown != NULL
        && hearing.accept->strict)
    {
        hearing.line = hearing.unknown;
        hearing.name.len = 0;
        hearing.refused = "unknown word";
        hearing.remedy = "\"Set\", \"Unset\", \"Incr\", \"Regenerate\", "
                         "\"Clear\", \"Destroy\" or \"Revoke\" is expected";
    }

    if (hearing.line == NULL) {
        return NGX_OK;
    }

    ngx_http_session_change_for(ctx, slcf->manager);

    return ngx_http_session_judge(&hearing);
}


/* did it send a header, which was read to its end? */

static ngx_uint_t
ngx_http_session_has_answered(ngx_http_upstream_t *u)
{
    return ngx_http_session_from_cache(u)
           || (u->state != NULL && u->state->header_time != (ngx_msec_t) -1);
}


/* collects lines up to the first one that is refused */

static ngx_int_t
ngx_http_session_collect(ngx_http_session_hearing_t *hearing)
{
    ngx_table_elt_t           *h;
    ngx_http_session_lines_t   lines;

    ngx_http_session_lines(&lines, &hearing->upstream->headers_in.headers);

    while ((h = ngx_http_session_next_line(&lines)) != NULL) {

        if (h->hash == 0) {
            continue;
        }

        if (ngx_http_session_collect_line(hearing, h) != NGX_OK) {
            return NGX_ERROR;
        }

        if (hearing->refused != NULL) {
            return NGX_OK;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_http_session_collect_line(ngx_http_session_hearing_t *hearing,
    ngx_table_elt_t *h)
{
    u_char                     *buf;
    nsess_str_t                 value;
    nsess_error_e               error;
    nsess_upstream_word_e       word;
    ngx_http_session_answer_t  *a;

    if (nsess_upstream_word(ngx_http_session_str(&h->key),
                          ngx_http_session_str(&hearing->accept->prefix),
                          &word)
        != NSESS_OK)
    {
        if (ngx_http_session_begins(&h->key, &hearing->accept->prefix)) {
            hearing->unknown = h;
        }

        return NGX_OK;
    }

    hearing->line = h;
    hearing->name = nsess_upstream_name(word, ngx_http_session_str(&h->value));

    if (hearing->answers.nelts == NSESS_UPSTREAM_LINES_MAX) {
        hearing->refused = "too many lines";
        hearing->remedy = "up to 50 are expected";
        return NGX_OK;
    }

    a = ngx_array_push(&hearing->answers);
    if (a == NULL) {
        return NGX_ERROR;
    }

    buf = ngx_pnalloc(hearing->ctx->request->pool, h->value.len + 1);
    if (buf == NULL) {
        return NGX_ERROR;
    }

    error = nsess_upstream_read(word, ngx_http_session_str(&h->value), buf,
                              &a->answer);

    if (error != NSESS_E_NONE) {
        value = nsess_str_trim(ngx_http_session_str(&h->value));

        if (ngx_http_session_listed(hearing->accept, value) != NULL) {

            /* a name without a value, which the configuration has, too */

            hearing->name = value;
        }

        hearing->refused = nsess_strerror(error);
        hearing->remedy = nsess_upstream_remedy(word, error);
        return NGX_OK;
    }

    ngx_http_session_permit_answer(hearing, a);

    return NGX_OK;
}


static void
ngx_http_session_permit_answer(ngx_http_session_hearing_t *hearing,
    ngx_http_session_answer_t *a)
{
    nsess_str_t                *name;
    ngx_http_session_accept_t  *accept;

    accept = hearing->accept;
    name = &a->answer.name;

    if (name->len == 0) {

        if (!(accept->words & (1 << a->answer.word))) {
            hearing->refused = "not permitted";
            hearing->remedy = ngx_http_session_permitting(a->answer.word);
        }

        return;
    }

    a->key = ngx_http_session_listed(accept, *name);

    if (a->key == NULL) {
        hearing->refused = "key not listed";
        hearing->remedy = "list it in \"keys=\" of \"session_accept\"";
    }
}


static const char *
ngx_http_session_permitting(nsess_upstream_word_e word)
{
    switch (word) {

    case NSESS_UPSTREAM_REGENERATE:
    case NSESS_UPSTREAM_CLEAR:
        return "permit it by \"regenerate\" in \"session_accept\"";

    case NSESS_UPSTREAM_REVOKE:
        return "permit it by \"revoke\" in \"session_accept\"";

    default: /* NSESS_UPSTREAM_DESTROY */
        return "permit it by \"destroy\" in \"session_accept\"";
    }
}


static ngx_str_t *
ngx_http_session_listed(ngx_http_session_accept_t *accept, nsess_str_t name)
{
    ngx_str_t   *key;
    ngx_uint_t   i;

    key = accept->keys.elts;

    for (i = 0; i < accept->keys.nelts; i++) {
        if (nsess_str_equal(ngx_http_session_str(&key[i]), name)) {
            return &key[i];
        }
    }

    return NULL;
}


static ngx_int_t
ngx_http_session_judge(ngx_http_session_hearing_t *hearing)
{
    ngx_uint_t                  i;
    ngx_http_session_ctx_t     *ctx;
    ngx_http_session_answer_t  *a;

    ctx = hearing->ctx;

    if (ngx_http_session_from_cache(hearing->upstream)) {

        /* the lines were sent to another request */

        return ngx_http_session_verdict(ctx, "ignored: ", "from a cache");
    }

    if (hearing->refused != NULL) {
        ngx_http_session_log_refused(hearing);

        if (ngx_http_session_verdict(ctx, "refused: ", hearing->refused)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        return hearing->accept->strict ? NGX_DECLINED : NGX_OK;
    }

    a = hearing->answers.elts;

    for (i = 0; i < hearing->answers.nelts; i++) {
        if (ngx_http_session_obey(ctx, &a[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return ngx_http_session_verdict(ctx, "accepted", "");
}


static ngx_int_t
ngx_http_session_obey(ngx_http_session_ctx_t *ctx,
    ngx_http_session_answer_t *a)
{
    u_char     step[NGX_INT64_LEN];
    ngx_str_t  value;

    switch (a->answer.word) {

    case NSESS_UPSTREAM_SET:
        value.len = a->answer.value.len;
        value.data = (u_char *) a->answer.value.data;

        return ngx_http_session_change(ctx, NSESS_CHANGE_SET, a->key, &value);

    case NSESS_UPSTREAM_UNSET:
        return ngx_http_session_change(ctx, NSESS_CHANGE_UNSET, a->key, NULL);

    case NSESS_UPSTREAM_INCR:
        value.data = step;
        value.len = ngx_sprintf(step, "%L", a->answer.step) - step;

        return ngx_http_session_change(ctx, NSESS_CHANGE_INCR, a->key, &value);

    case NSESS_UPSTREAM_REGENERATE:
        ctx->changes.regenerate = 1;
        ctx->changes.login |= a->answer.login;
        return NGX_OK;

    case NSESS_UPSTREAM_CLEAR:
        ctx->changes.regenerate = 1;
        ctx->changes.clear_data = 1;
        return NGX_OK;

    case NSESS_UPSTREAM_REVOKE:
        ctx->changes.destroy = 1;
        ctx->changes.revoke = 1;
        return NGX_OK;

    default: /* NSESS_UPSTREAM_DESTROY */
        ctx->changes.destroy = 1;
        return NGX_OK;
    }
}


/* the value of $session_meta_upstream */

static ngx_int_t
ngx_http_session_verdict(ngx_http_session_ctx_t *ctx, char *verdict,
    const char *why)
{
    size_t  len;

    len = ngx_strlen(verdict) + ngx_strlen(why);

    ctx->upstream.verdict.data = ngx_pnalloc(ctx->request->pool, len);
    if (ctx->upstream.verdict.data == NULL) {
        return NGX_ERROR;
    }

    ctx->upstream.verdict.len = ngx_sprintf(ctx->upstream.verdict.data, "%s%s",
                                            verdict, why)
                                - ctx->upstream.verdict.data;

    return NGX_OK;
}


static void
ngx_http_session_log_refused(ngx_http_session_hearing_t *hearing)
{
    u_char                       buf[NGX_HTTP_SESSION_SHOWN_MAX];
    nsess_str_t                  name;
    ngx_http_session_manager_t  *manager;

    manager = hearing->ctx->upstream.location->manager;
    name = ngx_http_session_show(hearing->name, buf);

    (void) ngx_session_log(&manager->answers, NGX_LOG_ERR,
                           hearing->ctx->request->connection->log, 0,
                           "changes of \"%V\" by the upstream were refused: "
                           "%s in \"%V: %*s\": %s",
                           &manager->name, hearing->refused,
                           &hearing->line->key, name.len, name.data,
                           hearing->remedy);
}
